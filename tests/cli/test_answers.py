"""Every command answers as the contract says: fields, exit codes, and a schema of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest
import small_worlds
from commanding import Asker
from jsonschema import Draft202012Validator
from small_worlds import PRICED, Site

from domicile import planner, schemas
from domicile.model.answer import ANSWERS

_FOUR = (*PRICED, Site("s", 0.1))
_WHERE = ("FR", "FR", "DE", "DE")


@pytest.mark.parametrize("model", ANSWERS)
def test_each_answer_has_a_published_schema(model: type) -> None:
    """The shipped file is the model's, names its command, and asks for `schema` itself."""
    kind = schemas.answer_kind(model)
    published = json.loads((files(schemas) / schemas.file_name(kind)).read_text())
    assert published == schemas.schema(kind)
    Draft202012Validator.check_schema(published)
    assert "schema" in published["required"]
    assert published["properties"]["schema"]["const"] == f"domicile.{kind[7:]}/1"


def test_check(emitted: Asker) -> None:
    """A clean workspace: no findings, exit 0."""
    answer = emitted("check", "--format", "json")
    assert answer.code == 0
    assert answer.json["findings"] == []
    assert answer.json["summary"]["examined"]["pools"] == 3


def test_check_of_what_stands(ask: Asker) -> None:
    """No backends exist: shortfalls, each with place, witness and help; exit 1."""
    answer = ask("check", "--counts", "existing", "--format", "json")
    assert answer.code == 1
    found = answer.json["findings"]
    assert {"code", "name", "severity", "enforcement", "message", "location"} <= found[0].keys()
    assert {each["name"] for each in found} >= {"headroom/shortfall"}
    assert all({"file", "line", "column"} == each["location"].keys() for each in found)


def test_fail_on(emitted: Asker) -> None:
    """An advisory finding fails only where that is asked for."""
    waivers = emitted.root / "policies/waivers.yaml"
    waivers.write_text(
        "waivers: []\nenforcement: [{rule: plan/stale, enforcement: advisory, reason: a test}]\n"
    )
    small_worlds.write(emitted.root, demand={"FR": 99})
    codes = {
        level: emitted("check", "--fail-on", level).code for level in ("mandatory", "advisory")
    }
    assert codes == {"mandatory": 0, "advisory": 1}
    found = emitted("check", "--format", "json").json["findings"]
    assert [(each["name"], each["enforcement"]) for each in found] == [("plan/stale", "advisory")]


def test_missing_plan(ask: Asker) -> None:
    """Without a plan, `check` of emitted counts finds that, and fails."""
    answer = ask("check", "--format", "json")
    assert answer.code == 1
    assert "plan/missing" in {each["name"] for each in answer.json["findings"]}


def test_plan(ask: Asker) -> None:
    """Every pool, with its reasons, and the cost: 0.64 EUR/h, worked out by hand."""
    answer = ask("plan", "--format", "json")
    assert answer.code == 0
    assert answer.json["cost"] == {"now": 0.0, "after": 0.64, "currency": "EUR/h"}
    assert [(p["datacenter"], p["now"], p["after"]) for p in answer.json["pools"]] == [
        ("p", 0, 2), ("q", 0, 2), ("r", 0, 1),
    ]  # fmt: skip
    assert all(pool["reasons"] for pool in answer.json["pools"])
    assert answer.json["feasible"]
    assert answer.json["optimal"]
    assert answer.json["conflicts"] == []
    text = ask("plan").out
    assert "5 backends, 3 pools changed; 0 → 0.64 EUR/h, proved to be the least" in text


def test_no_feasible_plan(ask: Asker) -> None:
    """Exit 1, with every pool as it is, and the conflict; `emit` writes nothing then."""
    small_worlds.write(ask.root, [Site("p", 0.1, maximum=2), Site("q", 0.1, maximum=2)])
    for command in ("plan", "emit"):
        answer = ask(command, "--format", "json")
        assert answer.code == 1
        assert not answer.json["feasible"]
        assert answer.json["conflicts"][0]["missing"] == pytest.approx(30)
        assert len(answer.json["pools"]) == 2
    assert "30 calls short for FR" in ask("plan").out
    assert not (ask.root / "stacks").exists()


def test_emit(ask: Asker) -> None:
    """Every file of the environment, changed at first and not again; `--check` agrees."""
    assert ask("emit", "--check", "--format", "json").code == 1
    assert not (ask.root / "stacks").exists()
    first = ask("emit", "--format", "json")
    assert first.code == 0
    assert [(each["path"], each["changed"]) for each in first.json["files"]] == [
        *((f"stacks/Pulumi.production.{name}.yaml", True) for name in ("p", "q", "r", "traffic")),
        ("stacks/plan.production.yaml", True),
    ]
    again = ask("emit", "--format", "json")
    assert not any(each["changed"] for each in again.json["files"])
    assert ask("emit", "--check").code == 0


def test_headroom(emitted: Asker) -> None:
    """Nominal and the worst: after the loss of p (or q) 3 backends hold 135 calls of 120."""
    answer = emitted("headroom", "--format", "json")
    assert answer.code == 0
    nominal, worst = answer.json["rows"]
    assert nominal == {
        "service": "voice", "subject": "FR", "contingency": ["nominal"], "demand": 100.0,
        "served": 100.0, "shortfall": 0.0, "unit": "calls", "method": "listed-cuts", "proved": True,
        "limited_by": [], "priorities": [],
    }  # fmt: skip
    assert worst["contingency"][0] in {"datacenter:p", "datacenter:q"}
    assert worst["demand"] == pytest.approx(120)
    assert len(emitted("headroom", "--matrix", "--format", "json").json["rows"]) == 5


def test_headroom_short(emitted: Asker) -> None:
    """With 200 French calls and the same backends: 240 - 135 = 105 are missing without p."""
    small_worlds.write(emitted.root, demand={"FR": 200})
    answer = emitted("headroom", "--contingency", "datacenter:p", "--format", "json")
    assert answer.code == 1
    (row,) = answer.json["rows"]
    assert row["shortfall"] == pytest.approx(105)
    assert row["served"] == pytest.approx(135)


def test_the_worst_is_of_what_a_country_uses(ask: Asker) -> None:
    """France, which Berlin is too far for, is hit worst by a loss of Paris, and vice versa."""
    sites = [replace(site, country=country) for site, country in zip(_FOUR, _WHERE, strict=True)]
    small_worlds.write(ask.root, sites, demand={"FR": 60, "DE": 90}, latency=3.4)
    assert ask("emit").code == 0
    rows = ask("headroom", "--format", "json").json["rows"]
    worst = {row["subject"]: row["contingency"][0] for row in rows[1::2]}
    assert worst["FR"] in {"datacenter:p", "datacenter:q"}
    assert worst["DE"] in {"datacenter:r", "datacenter:s"}


def test_headroom_text(emitted: Asker) -> None:
    """One line for each service and country: nominal, then after the worst, and which that is."""
    lines = emitted("headroom").out.splitlines()
    assert lines[0].split() == [
        *("service", "subject", "unit", "nominal", "served", "short"),
        *("at", "worst", "served", "short", "in"),
    ]
    assert lines[1].split()[:9] == ["voice", "FR", "calls", "100", "100", "-", "120", "120", "-"]
    assert lines[-1] == "nothing is short"


def test_headroom_of_one_service_in_one_contingency(ask: Asker) -> None:
    """Filters: by service, by contingency; with both the routing is shown too."""
    small_worlds.write(ask.root, services=("chat", "voice"))
    ask("emit")
    rows = ask("headroom", "--service", "chat", "--format", "json").json["rows"]
    assert {row["service"] for row in rows} == {"chat"}
    rows = ask("headroom", "--contingency", "nominal", "--format", "json").json["rows"]
    assert [row["contingency"] for row in rows] == [["nominal"]] * 2
    text = ask("headroom", "--service", "chat", "--contingency", "datacenter:p").out
    assert "FR/chat/communications" in text
    assert "goes to" in text


@pytest.mark.parametrize(
    ("typed", "said", "help_"),
    [
        ("headroom --service voise", "service `voise` carries no load", "did you mean `voice`?"),
        ("headroom --contingency datacenter:pp", "is not one of the policy's", "datacenter:p"),
        ("check -e prodution", "environment `prodution` is not declared", "mean `production`?"),
        ("plan --as-of tomorrow", "`tomorrow` is not a date", "2027-03-01"),
        ("emit --as-of 2027-02-30", "`2027-02-30` is not a date", "year, month, day"),
    ],
)
def test_wrong_names(emitted: Asker, typed: str, said: str, help_: str) -> None:
    """Exit 2, the name, and what was perhaps meant; as JSON and as text."""
    answer = emitted(*typed.split(), "--format", "json")
    assert answer.code == 2
    (error,) = answer.json["errors"]
    assert said in error["message"]
    assert help_ in error["help"]
    assert answer.json["exit_code"] == 2
    plain = emitted(*typed.split())
    assert plain.code == 2
    assert plain.out == ""
    assert said in plain.err


def test_nothing_to_check(ask: Asker) -> None:
    """No pool at all is no pass: exit 2, said plainly."""
    (ask.root / "infra/pools.yaml").write_text("pools: []\n")
    for command in ("check", "headroom"):
        answer = ask(command, "--format", "json")
        assert answer.code == 2
        assert "nothing to" in answer.json["errors"][0]["message"]


def test_nothing_exists(emitted: Asker) -> None:
    """Zero existing backends is a shortfall, exit 1, and not nothing."""
    assert emitted("check", "--counts", "existing").code == 1
    assert emitted("headroom", "--counts", "existing").code == 1


def test_input_that_cannot_be_read(ask: Asker) -> None:
    """Exit 2; every mistake with its place; no finding and no answer beside it."""
    (ask.root / "infra/pools.yaml").write_text("pools: [\n")
    (ask.root / "infra/demand.yaml").write_text("demand: 5\n")
    for command in ("check", "plan", "headroom", "emit"):
        answer = ask(command, "--format", "json")
        assert answer.code == 2
        assert {e["location"]["file"] for e in answer.json["errors"]} == {
            "infra/pools.yaml",
            "infra/demand.yaml",
        }


def test_something_outside_fails(ask: Asker) -> None:
    """Exit 3 where `stacks/` cannot be written; the message says that it is unchanged."""
    (ask.root / ".domicile").write_text("in the way")
    answer = ask("emit", "--format", "json")
    assert answer.code == 3
    assert answer.json["exit_code"] == 3
    assert "`stacks/` could not be written and is unchanged" in answer.json["errors"][0]["message"]


def test_solver_that_gives_up(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not proved is not called infeasible: exit 3."""
    least_cost = planner.least_cost
    monkeypatch.setattr(
        planner,
        "least_cost",
        lambda *given, **more: replace(least_cost(*given, **more), feasible=False, proved=False),
    )
    answer = ask("plan", "--format", "json")
    assert answer.code == 3
    assert "the solver gave up" in answer.json["errors"][0]["message"]


def test_sites_are_as_given() -> None:
    """The hand calculations above rest on these."""
    assert [site.price for site in PRICED] == [0.10, 0.12, 0.20]
