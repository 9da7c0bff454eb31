"""A preview of 500 resources with our policy pack, and with a pack that finds nothing.

The engine is Pulumi's own, the cloud a stand-in; both packs meet the same program in turns.
"""

from __future__ import annotations

import logging
import resource
import sys
import tempfile
import time
import warnings
from pathlib import Path

from packing import Packed
from standin import Standin
from table import Row, Table, median

AIM = 1.0
"""Most seconds that ours may add to what an empty pack takes."""
_TAGS = '{"domicile:subjects": "FR DE", "domicile:data-classes": "personal"}'
_PROGRAM = """
tags = {tags}
places = [pulumi.ProviderResource("aws", name, {{"region": name}})
    for name in ("eu-west-3", "eu-central-1", "eu-west-1", "eu-north-1")]
kinds = (("aws:s3/bucket:Bucket", {{}}), ("aws:sqs/queue:Queue", {{}}),
    ("aws:dynamodb/table:Table", {{"attributes": [], "replicas": [{{"regionName": "eu-west-1"}}]}}),
    ("aws:ebs/volume:Volume", {{"availabilityZone": "eu-central-1a"}}),
    ("aws:secretsmanager/secret:Secret", {{}}))
for number in range({count}):
    kind, inputs = kinds[number % len(kinds)]
    Raw(kind, f"it-{{number}}", {{"tags": tags, **inputs}},
        pulumi.ResourceOptions(provider=places[number % len(places)]))
"""


def measure(*, quick: bool) -> list[Table]:
    """Time of `pulumi preview`, with each pack and with none."""
    count, rounds = (100, 1) if quick else (500, 5)
    logging.getLogger("grpc").setLevel(logging.ERROR)
    warnings.simplefilter("ignore", DeprecationWarning)
    with tempfile.TemporaryDirectory() as name, Standin("aws") as standin:
        packed = Packed(Path(name), standin.setting)
        packed.program(_PROGRAM.format(tags=_TAGS, count=count))
        packs = {"ours": packed.pack, "empty": packed.empty_pack(), "none": None}
        times: dict[str, list[float]] = {which: [] for which in packs}
        work: dict[str, list[float]] = {which: [] for which in packs}
        said = {}
        for _ in range(rounds + 1):  # the first round is not counted: files are compiled
            for which, pack in packs.items():
                before, began = _children(), time.perf_counter()
                done = packed.run("preview", pack=pack)
                times[which].append(time.perf_counter() - began)
                work[which].append(_children() - before)
                said[which] = done.returncode
                if done.returncode:
                    sys.stderr.write(done.stdout[-2000:])
    ours, empty, none = (median(times[which][1:]) for which in packs)
    busy, idle, _ = (median(work[which][1:]) for which in packs)
    equal = "yes" if set(said.values()) == {0} else "no: a preview failed"
    preview = f"preview of {count} resources"
    return [
        Table(
            f"Policy pack: {preview}",
            (
                Row(f"{preview}, our pack", ours, "empty pack", empty, "s", None, equal),
                Row(f"{preview}, our pack", ours, "no pack", none, "s", None, equal),
                Row("what ours adds", max(0.0, ours - empty), "the aim", AIM, "s", 1.0, equal),
                Row(
                    "work that ours adds",
                    max(0.0, busy - idle),
                    "an empty pack",
                    idle,
                    "s",
                    None,
                    equal,
                ),
            ),
            f"Medians of {rounds} rounds after one not counted; the packs take turns on one "
            "program and one stand-in for the cloud. All are lawful: nothing is printed. "
            "*Work*: processor time of the engine, the program and the pack, which other work "
            "on the machine stretches less.",
        )
    ]


def _children() -> float:
    """Processor time of all processes that were started and have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
