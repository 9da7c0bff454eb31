"""The shipped law judged by our engine, by OPA and by Cedar: equal verdicts of placements."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import cedar_law
from many_places import ACTIVITIES, CLASSES, COUNTRIES, places
from placements import SETS, Question, plain, questions
from plain_law import PlainLaw
from table import Row, Table, median, yes

from domicile import load_law
from domicile.residency import Law, lawful, rank

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-bench/bin"
HERE = Path(__file__).parent / "peers"
OPA = PEERS / "opa"
RANKS = "data.residency.ranks"
DAY = date(2026, 11, 24)
LET_THROUGH = 3
MICRO = 1e6
_ALONE = """
import json, sys
from datetime import date
from domicile.residency import Law, rank
law = Law.from_index(json.load(open(sys.argv[1])))
print(rank(law, *sys.argv[2:5], sys.argv[5], as_of=date.fromisoformat(sys.argv[6])))
"""


class Peer(NamedTuple):
    """What a peer said of a question; seconds for all its placements, one number for each round."""

    name: str
    answers: list[int]
    seconds: list[float]


class Asked(NamedTuple):
    """One question with what our engine says of it."""

    question: Question
    plain: dict[str, Any]
    ranks: list[int]
    seconds: list[float]
    matrix_agrees: bool
    matrix_seconds: list[float]
    """For each cell of the whole matrix, in each round."""


def measure(*, quick: bool) -> list[Table]:
    """Verdicts by three engines, how long each takes, and the matrix of the whole world."""
    rounds = 2 if quick else 5
    law = load_law()
    asked = questions(law, DAY, 4 if quick else 20)
    tables = PlainLaw(law.to_index(), DAY, asked[0].subjects)
    if any(
        name in each["replaced"]
        for each in tables.subjects.values()
        for others in each["replaced"].values()
        for name in others
    ):
        raise ValueError("a rule that replaces is replaced: `residency.rego` does not say that")
    ours = [_ours(law, question, plain(question, tables), rounds) for question in asked]
    data = tables.tables(ACTIVITIES)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for each in ours:
            rows += _rows(each, _rego(Path(folder), data, each, rounds), aim=1.0)
            rows += _rows(each, _cedar(Path(folder), data, each, rounds), aim=1.0)
        rows += _cold(Path(folder), law, data, ours[0], rounds)
    return [
        Table("Residency: beside OPA and Cedar", tuple(rows), _note(tables, rounds)),
        _matrix(law, rounds),
    ]


def _note(tables: PlainLaw, rounds: int) -> str:
    return (
        f"All {len(tables.rules)} rules in force on {DAY} and their "
        f"{sum(len(rule['ways']) for rule in tables.rules.values())} ways, for all countries and "
        "territories with law of their own; the same places, certificates, operators, limited "
        "declarations and planned places. Left out: recipients elsewhere (a second placement), "
        "reviews and other days. The facts in force, the codes of groups, and the rules that reach "
        "a subject are worked out before for all three. "
        f"Time for one placement, the median of {rounds} rounds over all of them; every placement "
        "is compared, whatever the time. OPA: one prepared query for all (`opa bench`, no server, "
        "nothing printed). Cedar: `is_authorized_batch` for each subject with its own policies, "
        "policies and entities parsed before; asked whether the placement is let through, and "
        "compared at all four thresholds, so by rank. *Matrix* is our time for one cell where all "
        "are judged at once. Cold start: a process that reads the law and judges one placement."
    )


def _ours(law: Law, question: Question, data: dict[str, Any], rounds: int) -> Asked:
    ranks: list[int] = []
    seconds, matrix_seconds = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        ranks = [
            rank(
                law,
                question.subjects[cell.subject],
                SETS[cell.classes],
                ACTIVITIES[cell.activity],
                question.places[cell.place],
                placed=question.placed,
                declared=question.declared,
                as_of=DAY,
            )
            for cell in question.cells
        ]
        seconds.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        matrix = lawful(
            law,
            question.subjects,
            SETS,
            ACTIVITIES,
            question.places,
            DAY,
            question.declared,
            question.placed,
        ).matrix
        matrix_seconds.append((time.perf_counter() - begun) / matrix.size)
    agrees = all(matrix[cell] == one for cell, one in zip(question.cells, ranks, strict=True))
    return Asked(question, data, ranks, seconds, agrees, matrix_seconds)


def _rows(asked: Asked, peer: Peer | None, aim: float) -> list[Row]:
    if peer is None:
        return []
    count = len(asked.ranks)
    same = f"{yes(peer.answers == asked.ranks and asked.matrix_agrees)} ({count:,} placements)"
    theirs = median(peer.seconds) / count * MICRO
    alone = median(asked.seconds) / count * MICRO
    each = median(asked.matrix_seconds) * MICRO
    name = asked.question.name
    return [
        Row(f"{name}: `rank`", alone, peer.name, theirs, "µs", aim, same),
        Row(f"{name}: matrix", each, peer.name, theirs, "µs", aim / 100, same),
    ]


def _rego(folder: Path, law: dict[str, Any], asked: Asked, rounds: int) -> Peer | None:
    bundle = folder / "bundle"
    bundle.mkdir(exist_ok=True)
    _write(bundle / "data.json", {"law": law})
    policy = (HERE / "residency.rego").read_text(encoding="utf-8")
    (bundle / "residency.rego").write_text(policy, encoding="utf-8")
    given = _write(folder / "input.json", asked.plain)
    if OPA.exists():
        options = ["-b", str(bundle), "-i", str(given)]
        answers = json.loads(_run([OPA, "eval", *options, "-f", "raw", RANKS]))
        bench = [OPA, "bench", *options, "-f", "json", "--benchmem=false", "--metrics=false"]
        seconds = [_of_bench(_run([*bench, RANKS])) for _ in range(rounds)]
        return Peer("OPA", answers, seconds)
    question = {"rounds": rounds, "policy": policy, "data": {"law": law}, "input": asked.plain}
    told = _ask("ask_rego.py", folder, question)
    return None if told is None else Peer("regopy", told["answers"], told["seconds"])


def _of_bench(text: str) -> float:
    told = json.loads(text)
    return float(told["T"] / told["N"] / 1e9)


def _cedar(folder: Path, law: dict[str, Any], asked: Asked, rounds: int) -> Peer | None:
    by_subject = cedar_law.requests(law, asked.plain)
    slices, numbers = [], []
    for threshold in (1, 2, LET_THROUGH, 4):
        policies = cedar_law.Policies(law, asked.plain, threshold)
        for subject, found in by_subject.items():
            slices.append(
                {
                    "policies": policies.of(subject),
                    "requests": [request for _, request in found],
                    "timed": threshold == LET_THROUGH,
                }
            )
            numbers.append([number for number, _ in found])
    question = {
        "rounds": rounds,
        "entities": cedar_law.entities(law, asked.plain),
        "schema": cedar_law.SCHEMA,
        "slices": slices,
    }
    told = _ask("ask_cedar.py", folder, question)
    if told is None:
        return None
    if told["errors"] or not told["valid"]:
        raise ValueError("the policies for Cedar are not valid")
    reached = [0] * len(asked.ranks)
    for cells, answers in zip(numbers, told["answers"], strict=True):
        for cell, answer in zip(cells, answers, strict=True):
            reached[cell] += answer
    return Peer("Cedar", reached, told["seconds"])


def _cold(folder: Path, law: Law, data: dict[str, Any], asked: Asked, rounds: int) -> list[Row]:
    """One placement, from the start of a process to its answer."""
    if not OPA.exists():
        return []
    index = _write(folder / "index.json", law.to_index())
    one = next(
        cell for cell in asked.question.cells if not asked.question.places[cell.place].operator
    )
    place = asked.question.places[one.place]
    number = asked.question.cells.index(one)
    placement = asked.plain["placements"][number]
    given = _write(folder / "one.json", {**asked.plain, "placements": [placement]})
    _write(folder / "bundle/data.json", {"law": data})
    subject, classes = asked.question.subjects[one.subject], SETS[one.classes][0]
    arguments = [subject, classes, ACTIVITIES[one.activity], place.jurisdiction, str(DAY)]
    mine = [sys.executable, "-c", _ALONE, str(index), *arguments]
    theirs = [OPA, "eval", "-b", str(folder / "bundle"), "-i", str(given), "-f", "raw", RANKS]
    ours = _timed(lambda: _run(mine), rounds)
    peer = _timed(lambda: _run(theirs), rounds)
    same = [json.loads(_run(mine))] == json.loads(_run(theirs))
    return [Row("cold start, one placement", ours, "opa eval", peer, "s", None, yes(same))]


def _matrix(law: Law, rounds: int) -> Table:
    chosen = places(1000, DAY)
    lawful(law, ["FR"], CLASSES, ACTIVITIES, chosen, DAY)

    def judge() -> None:
        lawful(law, COUNTRIES, CLASSES, ACTIVITIES, chosen, DAY)

    ours = _timed(judge, rounds)
    cells = len(COUNTRIES) * len(CLASSES) * len(ACTIVITIES) * len(chosen)
    row = Row(
        f"{cells / MICRO:.1f} million placements", ours, "a second", 1.0, "s", 1.0, "see above"
    )
    note = (
        f"{len(COUNTRIES)} countries, {len(CLASSES)} data classes, {len(ACTIVITIES)} activities, "
        f"{len(chosen):,} places: those of the catalogue, countries, and made up ones; the median "
        f"of {rounds} rounds. Cells are compared with `rank` in the table above and in "
        "`tests/properties/test_shipped_law.py`."
    )
    return Table("Residency: the matrix of the world", (row,), note)


def _timed(work: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return median(seconds)


def _ask(script: str, folder: Path, question: dict[str, Any]) -> dict[str, Any] | None:
    """What a script in the peers' environment answers; None where that is not there."""
    python = PEERS / "python"
    if not python.exists():
        return None
    asked, told = _write(folder / "asked.json", question), folder / "told.json"
    _run([python, HERE / script, asked, told])
    answer: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return answer


def _run(command: Sequence[str | Path]) -> str:
    done = subprocess.run(
        [str(each) for each in command], capture_output=True, text=True, check=True
    )
    return done.stdout


def _write(path: Path, data: object) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path
