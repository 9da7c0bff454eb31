"""One jurisdiction's law on one day, gathered for readers: its own and what it lives under."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domicile.model.law import AdequacyEntry, General, LawRule
from domicile.model.law_answer import EntryState, InForce, LawAnswer, RuleState
from domicile.residency import Law
from domicile.residency.facts import Entry, Fact, Rule
from domicile.residency.words import kind
from domicile.workspace import Workspace


def regime(workspace: Workspace, law: Law, code: str, as_of: date) -> LawAnswer:
    """What is known of a jurisdiction's law.

    Args:
        workspace: the records, with their prose.
        law: the law to apply, with what reviewers decided.
        code: a country, a territory with its own law, or a union.
        as_of: the day.

    Raises:
        KeyError: neither it nor its country has a file.
    """
    day = law.on(as_of)
    chain = [name for name in day.chain(code) if name in workspace.jurisdictions]
    own = workspace.jurisdictions[chain[0]]
    rules = [state for name in chain for state in _rules(workspace, law, name, as_of)]
    sources = dict.fromkeys(
        way.list for state in rules for way in state.rule.unless if way.list is not None
    )
    return LawAnswer(
        as_of=as_of,
        jurisdiction=code,
        name=own.name if own.jurisdiction == code else workspace.country_name(code),
        under=tuple(name for name in chain if name != code),
        general=_general(workspace, chain),
        transfer=tuple(state for state in rules if state.rule.regime),
        rules=tuple(state for state in rules if not state.rule.regime),
        lists=tuple(entry for name in sources for entry in _entries(workspace, law, name, as_of)),
        reaches=tuple(reach for name in chain for reach in workspace.jurisdictions[name].reaches),
        notes=tuple(note for name in chain for note in workspace.jurisdictions[name].notes),
        looked_for=own.looked_for,
    )


def _general(workspace: Workspace, chain: list[str]) -> General | None:
    found = (workspace.jurisdictions[name].general for name in chain)
    return next((each for each in found if each is not None), None)


def _rules(workspace: Workspace, law: Law, name: str, as_of: date) -> Iterator[RuleState]:
    facts: dict[str, Rule] = {rule.id: rule for rule in law.on(as_of).rules_of(name)}
    for record in workspace.jurisdictions[name].rules:
        full = f"{name}:{record.id}"
        fact = facts.get(full)
        yield RuleState(
            id=full,
            effect="out" if fact is None else kind(fact),
            state=_state(record, as_of),
            rule=record,
            review=_review(fact),
        )


def _entries(workspace: Workspace, law: Law, name: str, as_of: date) -> Iterator[EntryState]:
    facts: dict[str, Entry] = {entry.id: entry for entry in law.on(as_of).entries_of(name)}
    jurisdiction = workspace.jurisdictions.get(name)
    for record in jurisdiction.lists if jurisdiction is not None else ():
        yield EntryState(
            state=_state(record, as_of), entry=record, review=_review(facts.get(record.id))
        )


def _review(fact: Fact | None) -> str | None:
    return None if fact is None or fact.review is None else str(fact.review)


def _state(record: LawRule | AdequacyEntry, as_of: date) -> InForce:
    if record.from_ is not None and as_of < record.from_:
        return "not yet in force"
    return "ended" if record.until is not None and record.until < as_of else "in force"
