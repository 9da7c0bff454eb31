"""A running world serves as planned, loses places as proved, and refuses rather than break law."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from asking import Load, ask, enters, entries, eventually, networks, places
from world import AFTER, ENVIRONMENT, LAW, NOMINAL, PLACES, World, key

from domicile.provision import fronts, lifecycle, recovery
from domicile.provision.local import faults
from domicile.provision.local.run_folder import RunFolder
from domicile.provision.local.supervisor import Supervisor


def _holds(world: World, load: str, wanted: dict[str, float]) -> bool:
    return fronts.director(world.root, ENVIRONMENT).get("shares", {}).get(load) == wanted


def test_each_load_goes_where_the_plan_sends_it(running: World) -> None:
    """A load's parts are met exactly over whole rounds: 0.6 and 0.4 of 60 turns are 36 and 24."""
    for subject, shares in NOMINAL.items():
        at = entries(running.root, key(subject, "web"))
        served = [ask(entry).datacenter for entry in at for _ in range(60)]
        assert {place: served.count(place) for place in set(served)} == {
            place: round(60 * part) * len(at) for place, part in shares.items()
        }


def test_the_entry_says_the_subject_and_no_header_can(running: World) -> None:
    """A client that names another subject is served as the subject whose entry it came to."""
    for subject in LAW:
        entry = entries(running.root, key(subject, "web"))[0]
        forged = {"X-Domicile-Subject": "US", "x-domicile-service": "voice"}
        assert ask(entry, headers=forged).subject == subject


def test_private_paths_are_not_passed_on(running: World) -> None:
    """The health page of a backend cannot be reached through a front."""
    assert ask(entries(running.root, key("FR", "web"))[0], path="/.domicile/health").status == 404


def test_access_logs_say_subject_service_place_and_status(running: World) -> None:
    """Each line of an access log holds these four and nothing of the request itself."""
    entry = entries(running.root, key("CH", "voice"))[0]
    ask(entry, path="/?secret=canary", headers={"Authorization": "canary"})
    text = (RunFolder(running.root, ENVIRONMENT).log / "access.acme-zrh.jsonl").read_text()
    line = json.loads(text.splitlines()[-1])
    found = (line["subject"], line["service"], line["place"], line["status"])
    assert found == ("CH", "voice", "acme-zrh", 200)
    assert "canary" not in text


def test_capacity_bounds_and_overload_marks_nothing_down(running: World) -> None:
    """One Swiss voice backend holds 20 calls: of 40 at once 20 are served; health stays up."""
    entry = entries(running.root, key("CH", "voice"))[0]
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: ask(entry, path="/?hold=1.5"), range(40)))
    assert sorted(answer.status for answer in answers) == [200] * 20 + [503] * 20
    assert {answer.datacenter for answer in answers if answer.status == 200} == {"acme-zrh"}
    assert fronts.director(running.root, ENVIRONMENT)["down"] == []
    assert ask(entry).status == 200


@pytest.mark.parametrize("lost", ["acme-par", "acme-lyo", "acme-ber"])
def test_a_lost_datacenter_moves_loads_as_proved(running: World, lost: str) -> None:
    """After a declared loss the routing is the plan's for it; afterwards the nominal one again."""
    faults.lose(running.root, ENVIRONMENT, [lost])
    try:
        for subject, wanted in AFTER[lost].items():
            load = key(subject, "web")
            assert eventually(lambda load=load, wanted=wanted: _holds(running, load, wanted))
            assert eventually(lambda load=load: not enters(running.root, load, lost))
            assert set(places(running.root, load)) == set(wanted)
    finally:
        faults.restore(running.root, ENVIRONMENT, [lost])
    for subject in AFTER[lost]:
        load = key(subject, "web")
        assert eventually(lambda s=subject, load=load: _holds(running, load, NOMINAL[s]))


def test_an_undeclared_loss_is_solved_over_lawful_places(running: World) -> None:
    """With Berlin and Lyon lost, Paris is the only lawful place left for French and German data."""
    faults.lose(running.root, ENVIRONMENT, ["acme-ber", "acme-lyo"])
    try:
        for subject in ("FR", "DE"):
            load = key(subject, "web")
            assert eventually(lambda load=load: _holds(running, load, {"acme-par": 1.0}))
            for lost in ("acme-ber", "acme-lyo"):
                assert eventually(lambda load=load, lost=lost: not enters(running.root, load, lost))
            assert set(places(running.root, load, 20)) == {"acme-par"}
        assert fronts.director(running.root, ENVIRONMENT)["how"]["web"] == "solved"
    finally:
        faults.restore(running.root, ENVIRONMENT, ["acme-ber", "acme-lyo"])


def test_a_hung_backend_holds_nothing_up(running: World) -> None:
    """With Berlin's web backend stopped but connected, a German request is served elsewhere."""
    supervisor = Supervisor(RunFolder(running.root, ENVIRONMENT))
    process = supervisor.process("backend~acme-ber~web~0")
    assert process is not None
    at = entries(running.root, key("DE", "web"))
    os.kill(process.pid, signal.SIGSTOP)
    try:
        answers = [ask(entry) for entry in at]
        assert {answer.status for answer in answers} == {200}
        assert {answer.datacenter for answer in answers} <= {"acme-lyo", "acme-par"}
    finally:
        os.kill(process.pid, signal.SIGCONT)
    load = key("DE", "web")
    assert eventually(lambda: _holds(running, load, NOMINAL["DE"]))


def test_no_lawful_place_left_is_a_refusal(running: World) -> None:
    """Swiss data may be in Zurich alone: with Zurich lost it is refused, and sent nowhere."""
    faults.lose(running.root, ENVIRONMENT, ["acme-zrh"])
    try:
        load = key("CH", "web")
        assert eventually(lambda: _holds(running, load, {}))
        assert eventually(lambda: entries(running.root, load))
        for entry in entries(running.root, load):
            answer = ask(entry)
            assert (answer.status, answer.refused) == (503, "no-lawful-place")
            assert answer.datacenter is None
    finally:
        faults.restore(running.root, ENVIRONMENT, ["acme-zrh"])
    assert eventually(lambda: _holds(running, load, NOMINAL["CH"]))


def test_without_a_director_the_static_lawful_order_holds(running: World) -> None:
    """With the director dead and Paris lost, French requests go to lawful places and none fails."""
    supervisor = Supervisor(RunFolder(running.root, ENVIRONMENT))
    assert eventually(lambda: _holds(running, key("FR", "web"), NOMINAL["FR"]))
    at = entries(running.root, key("FR", "web"))
    supervisor.stop("director")
    faults.lose(running.root, ENVIRONMENT, ["acme-par"])
    try:
        standing = [
            entry for entry in at if not entry.startswith(networks(running.root)["acme-par"])
        ]
        assert standing
        answers = [ask(entry) for entry in standing for _ in range(30)]
        assert {answer.status for answer in answers} == {200}
        assert {answer.datacenter for answer in answers} <= {"acme-lyo", "acme-ber"}
    finally:
        faults.restore(running.root, ENVIRONMENT, ["acme-par"])
        supervisor.start("director")
    assert eventually(lambda: _holds(running, key("FR", "web"), NOMINAL["FR"]))


def test_scaling_out_and_in_fails_no_request(running: World) -> None:
    """Under load, pools grow and shrink again; every GET and POST is served where it may be."""
    at = {
        key(subject, service): entries(running.root, key(subject, service))
        for subject in LAW
        for service in ("voice", "web")
    }
    before = dict(running.counts)
    with Load(at) as load:
        running.counts |= {("web", "acme-par"): 2, ("voice", "acme-par"): 1}
        running.emit()
        out = lifecycle.up(running.root, ENVIRONMENT)
        running.counts = before
        running.emit()
        lifecycle.up(running.root, ENVIRONMENT)
    assert load.failures == []
    assert len(load.answers) > 200
    for name, answer in load.answers:
        country = PLACES[str(answer.datacenter)][0]
        assert country in LAW[name.split("/")[0]]
    assert {change.name: change.did for change in out.stacks}["local.acme-par"] == "changed"
    status = recovery.status(running.root, ENVIRONMENT)
    assert {stack.state for stack in status.stacks} == {"running"}
