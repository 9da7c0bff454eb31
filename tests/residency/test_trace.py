"""What a trace tells: every rule that applied, what it asks, and what would do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domicile.model.tokens import Evidence
from domicile.residency import Hop, Law, Place, onward, verdict

TEXT = """
- jurisdiction: EU
  name: the EEA
  territory: [EEA]
  rules:
    - {id: gdpr-44, regime: [personal], in: home, unless: [{list: EU}, {needs: [scc, assessment]}]}
  lists:
    - {id: "EU:US:DPF", to: [US], needs: ["recipient:dpf"], from: 2023-07-10}
- jurisdiction: FR
  name: France
  under: [EU]
  rules:
    - {id: hds-cert, data: [health], does: [store], in: nowhere, unless: [{needs: ["host:HDS"]}]}
    - {id: banks, data: [personal], in: home, when: ["actor:bank"]}
    - {id: rumour, data: [health], in: home, evidence: unverified}
- jurisdiction: US
  name: the United States
  rules: [{id: free, regime: [personal], in: world}]
"""


def test_every_rule_that_applied_is_there(law_of: Callable[[str], Law], today: date) -> None:
    """Satisfied ones too, each with what it asks, its grade and whether it decides."""
    judged = verdict(law_of(TEXT), "FR", ["health"], "store", "DE", as_of=today)
    steps = {step.rule: step for step in judged.trace}
    assert judged.verdict == "undetermined"
    assert [step.rule for step in judged.deciding] == ["FR:rumour"]
    assert steps["EU:gdpr-44"].effect == "every copy inside the EEA (personal data)"
    assert steps["EU:gdpr-44"].outcome == "satisfied: inside"
    assert steps["EU:gdpr-44"].rank == 4
    assert steps["FR:hds-cert"].missing == (("host:HDS",),)
    assert steps["FR:hds-cert"].outcome == (
        "DE needs this, like every place; conditional: declare `host:HDS`"
    )
    assert steps["FR:rumour"].evidence is Evidence.UNVERIFIED
    assert "confirm `FR:rumour`" in steps["FR:rumour"].outcome
    assert "declare it, or `not:actor:bank`" in steps["FR:banks"].outcome
    assert set(steps) == {"EU:gdpr-44", "FR:hds-cert", "FR:banks", "FR:rumour"}


def test_every_way_that_would_do_is_named(law_of: Callable[[str], Law], today: date) -> None:
    """Each alternative on its own, by the id under which it can be withdrawn."""
    law = law_of(TEXT)
    ask = {"declared": ["not:actor:bank"], "as_of": today}
    step = verdict(law, "FR", ["personal"], "process", "US", **ask).deciding[0]
    assert step.missing == (("recipient:dpf",), ("assessment", "scc"))
    assert step.citation is not None
    assert str(step.citation) == "an act"
    certified = Place("US", certifications=frozenset({"dpf"}))
    met = verdict(law, "FR", ["personal"], "process", certified, **ask).deciding[0]
    assert met.outcome == "US is outside; met by `EU:US:DPF` with `recipient:dpf`"
    fallen = verdict(law.without(["EU:US:DPF"]), "FR", ["personal"], "process", certified, **ask)
    assert fallen.deciding[0].missing == (("assessment", "scc"),)


def test_home_and_no_regime_say_so(law_of: Callable[[str], Law], today: date) -> None:
    """Without a file: permitted at home, undetermined elsewhere, and the trace says why."""
    law = law_of(TEXT)
    assert [
        step.rule for step in verdict(law, "ZZ", ["personal"], "store", "ZZ", as_of=today).trace
    ] == ["ZZ:home"]
    abroad = verdict(law, "ZZ", ["personal", "government"], "store", "FR", as_of=today)
    assert [(step.rule, step.rank) for step in abroad.trace] == [("ZZ:no-regime", 1)] * 2


def test_a_copy_that_is_planned_is_named(law_of: Callable[[str], Law], today: date) -> None:
    """A duty to keep one copy says by which planned place it is fulfilled."""
    law = law_of("""
- jurisdiction: KE
  name: Kenya
  rules:
    - {id: regime, regime: [personal], in: world}
    - {id: reg26, data: [personal], keep: one, in: home}
""")
    kept = verdict(law, "KE", ["personal"], "store", "ZA", placed=["ZA", "KE"], as_of=today)
    assert kept.deciding[0].effect == "one copy inside Kenya (personal data)"
    assert kept.deciding[0].outcome == "satisfied by the copy planned in KE"
    alone = verdict(law, "KE", ["personal"], "store", "ZA", placed=["ZA"], as_of=today)
    assert alone.deciding[0].outcome == "missing: no planned copy is there"
    left_out = verdict(law, "KE", ["personal"], "store", "ZA", as_of=today)
    assert [step.rule for step in left_out.trace] == ["KE:regime"]


def test_coming_home_is_a_transfer_too(law_of: Callable[[str], Law], today: date) -> None:
    """US → DE → US: the second hop needs what EU law asks, although the data is American."""
    law = law_of(TEXT)
    hops = [Hop("process", Place("DE")), Hop("process", Place("US"))]
    there, back = onward(law, "US", ["personal"], hops, as_of=today)
    assert (there.verdict, back.verdict) == ("permitted", "conditional")
    assert [step.rule for step in back.deciding] == ["EU:gdpr-44"]
    declared = ["scc", "assessment"]
    _, back = onward(law, "US", ["personal"], hops, declared=declared, as_of=today)
    assert back.verdict == "permitted-with-mechanism"
