"""What `emit` writes into stack files, and what in them is not its to touch."""

from __future__ import annotations

import random
from pathlib import Path

import emitting
import pytest
import small_worlds
import yaml
from small_worlds import PRICED, Site

from domicile.emit import plan_is_fresh
from domicile.model.errors import SourceError
from domicile.model.stack import plan_digest

STACK = "Pulumi.production.p.yaml"
OTHERS = """\
encryptionsalt: v1:c2FsdA==:v1:bm9uY2U=:dGFn
secretsprovider: passphrase
encryptedkey: a2V5
"""
USERS = """\
  aws:region: eu-west-3
  domicile:token:
    secure: v1:bm9uY2U=:c2VjcmV0
  mine:version: 1.10
  mine:country: NO
  mine:mode: 0755
  mine:time: 12:30
  mine:list: [1, two, ~]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A world of three sites, emitted."""
    return emitting.emitted(tmp_path / "world")


def test_one_stack_for_each_datacenter_and_one_for_traffic(root: Path) -> None:
    """Pools say what runs; every stack names the plan that it belongs to."""
    files = emitting.files(root)
    places = ("p", "q", "r", "traffic")
    assert sorted(files) == [
        *(f"Pulumi.production.{place}.yaml" for place in places),
        "plan.production.yaml",
    ]
    digest = plan_digest(files["plan.production.yaml"].decode())
    for place in places:
        config = yaml.safe_load(files[f"Pulumi.production.{place}.yaml"])["config"]
        assert config["domicile:plan"] == digest
        assert config["domicile:environment"] == "production"
    config = yaml.safe_load(files[STACK])["config"]
    place = config["domicile:place"]
    assert (place["provider"], place["country"]) == ("of-p", "FR")
    traffic = yaml.safe_load(files["Pulumi.production.traffic.yaml"])["config"]["domicile:traffic"]
    assert traffic["datacenters"]["p"] == place
    assert config["domicile:pools"] == [
        {
            "service": "voice",
            "backend": "p.small",
            "backends": 2,
            "capacity": "50 calls",
            "port": 443,
            "subjects": ["FR"],
            "data_classes": ["communications"],
        }
    ]


def test_again_changes_nothing(root: Path) -> None:
    """The same input gives the same bytes, and then nothing is written."""
    before = emitting.files(root)
    stamps = {path: path.stat().st_mtime_ns for path in (root / "stacks").iterdir()}
    assert not any(change.changed for change in emitting.bring(root))
    assert emitting.files(root) == before
    assert {path: path.stat().st_mtime_ns for path in (root / "stacks").iterdir()} == stamps


def test_the_order_of_files_and_entries_does_not_matter(tmp_path: Path) -> None:
    """Sites, services and subjects in any order, pools in any number of files: the same bytes."""
    subjects = {"FR": 60.0, "DE": 40.0}
    services = ("chat", "voice")
    one = emitting.emitted(tmp_path / "one", services=services, demand=subjects)
    chance = random.Random(7)
    for attempt in range(4):
        other = tmp_path / str(attempt)
        small_worlds.write(
            other,
            sites=chance.sample(PRICED, 3),
            services=chance.sample(services, 2),
            demand=dict(chance.sample(sorted(subjects.items()), 2)),
        )
        pools = yaml.safe_load((other / "infra/pools.yaml").read_text())["pools"]
        half = chance.randrange(1, len(pools))
        for name, part in (("pools", pools[half:]), ("pools.more", pools[:half])):
            (other / f"infra/{name}.yaml").write_text(yaml.safe_dump({"pools": part}))
        emitting.bring(other)
        assert emitting.files(other) == emitting.files(one)


@pytest.mark.parametrize("users_first", [False, True])
def test_what_is_pulumis_and_the_users_stays_as_it_is_spelt(root: Path, users_first: bool) -> None:
    """Salt, provider, key, other keys and secrets are kept to the letter when ours changes."""
    path = root / "stacks" / STACK
    ours = path.read_text().partition("config:\n")[2]
    both = f"config:\n{USERS}{ours}" if users_first else f"config:\n{ours}{USERS}"
    path.write_text(f"{both}{OTHERS}" if users_first else f"{OTHERS}{both}")
    assert not any(change.changed for change in emitting.bring(root)), "only ours is compared"
    small_worlds.write(root, demand={"FR": 200})
    changed = {change.path for change in emitting.bring(root) if change.changed}
    assert f"stacks/{STACK}" in changed
    text = path.read_text()
    for line in (OTHERS + USERS).splitlines():
        assert line in text.splitlines()
    assert yaml.safe_load(text)["config"]["domicile:pools"][0]["backends"] == 3
    assert not any(change.changed for change in emitting.bring(root))


def test_an_edited_stack_file_is_restored(root: Path) -> None:
    """A count, a pool and a deleted file come back; a key of our own that is unknown goes."""
    before = emitting.files(root)
    folder = root / "stacks"
    path = folder / STACK
    path.write_text(path.read_text().replace("backends: 2", "backends: 9"))
    (folder / "Pulumi.production.q.yaml").unlink()
    traffic = folder / "Pulumi.production.traffic.yaml"
    traffic.write_text(traffic.read_text() + "  domicile:surprise: 1\n")
    changed = [change.path for change in emitting.bring(root) if change.changed]
    assert changed == [f"stacks/Pulumi.production.{place}.yaml" for place in ("p", "q", "traffic")]
    assert emitting.files(root) == before


def test_an_edited_plan_is_not_fresh(root: Path) -> None:
    """A count that a hand wrote into the plan was never judged: it is planned anew."""
    assert plan_is_fresh(small_worlds.situation(root))
    before = emitting.files(root)
    path = root / "stacks/plan.production.yaml"
    path.write_text(path.read_text().replace('"after": 1', '"after": 3'))
    assert not plan_is_fresh(small_worlds.situation(root))
    emitting.bring(root)
    after = emitting.files(root)
    assert [pool["after"] for pool in yaml.safe_load(after["plan.production.yaml"])["pools"]] == [
        pool["after"] for pool in yaml.safe_load(before["plan.production.yaml"])["pools"]
    ]


def test_settings_stay_on_their_side_of_the_configuration(root: Path) -> None:
    """Pulumi adds its salt at the end: there it stays, and counts alone change."""
    path = root / "stacks" / STACK
    salt = OTHERS.splitlines(keepends=True)
    path.write_text(salt[1] + path.read_text() + salt[0])
    small_worlds.write(root, (*PRICED, Site("s", 0.01)))
    emitting.bring(root)
    keys = [line.partition(":")[0] for line in path.read_text().splitlines() if line[0] not in " #"]
    assert keys == ["secretsprovider", "config", "encryptionsalt"]


def test_a_datacenter_that_is_gone_keeps_an_empty_stack(root: Path) -> None:
    """What runs there must still be taken down, so its stack stays, with no pool and its salt."""
    path = root / "stacks/Pulumi.production.r.yaml"
    path.write_text(OTHERS + path.read_text())
    for file in (root / "regions").iterdir():
        file.unlink()
    small_worlds.write(root, PRICED[:2])
    emitting.bring(root)
    left = yaml.safe_load(path.read_text())
    assert left["config"]["domicile:pools"] == []
    assert left["config"]["domicile:datacenter"] == "r"
    assert left["encryptionsalt"].startswith("v1:")
    assert not any(change.changed for change in emitting.bring(root))


def test_another_environment_is_left_alone(root: Path) -> None:
    """Stacks of `production-two` do not belong to `production`, nor do other files."""
    for name in ("Pulumi.production-two.p.yaml", "plan.two.yaml.bak", "README.md"):
        (root / "stacks" / name).write_text("mine: 1\n")
    before = emitting.files(root)
    small_worlds.write(root, (*PRICED, Site("s", 0.01)))
    emitting.bring(root)
    after = emitting.files(root)
    assert after["Pulumi.production-two.p.yaml"] == before["Pulumi.production-two.p.yaml"]
    assert after["plan.two.yaml.bak"] == before["plan.two.yaml.bak"]
    assert "Pulumi.production.s.yaml" in after


@pytest.mark.parametrize(
    "text",
    ["config: [", "- a list", "config: 5", "config: {}\nconfig: {}", "\udcff\udcfe",
     "config: !!python/name:os.system"],
)  # fmt: skip
def test_a_stack_file_that_cannot_be_read_is_not_overwritten(root: Path, text: str) -> None:
    """It may hold a salt that exists nowhere else."""
    path = root / "stacks" / STACK
    path.write_bytes(text.encode(errors="surrogateescape"))
    before = emitting.files(root)
    with pytest.raises(SourceError, match=r"stack file `Pulumi.production.p.yaml` cannot be read"):
        emitting.bring(root)
    assert emitting.files(root) == before
