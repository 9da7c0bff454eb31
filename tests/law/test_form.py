"""What every fact of law owes its reader: where it stands, how it is known, since when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

import pycountry
import pytest
from law_cases import TODAY

from domicile.model.law import AdequacyEntry, Citation, Jurisdiction, LawRule, Reach
from domicile.model.tokens import Evidence
from domicile.residency import Law
from domicile.residency.consistency import overlapping_regimes, unknown_replacements
from domicile.workspace import Workspace, load_shipped

SEEN = {Evidence.OFFICIAL, Evidence.REPRODUCED}
RAISED = 90
"""Jurisdictions, at least, whose own law of transfer rests on a text that was seen."""


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """The shipped catalogue."""
    return load_shipped()


def facts(jurisdiction: Jurisdiction) -> Iterator[tuple[str, LawRule | AdequacyEntry | Reach]]:
    """Every fact of a jurisdiction, with its id."""
    for rule in jurisdiction.rules:
        yield f"{jurisdiction.jurisdiction}:{rule.id}", rule
    for entry in jurisdiction.lists:
        yield entry.id, entry
    for reach in jurisdiction.reaches:
        yield f"{jurisdiction.jurisdiction}:{reach.id}", reach


def citations(jurisdiction: Jurisdiction) -> Iterator[tuple[str, Citation]]:
    """Every citation of a jurisdiction."""
    if jurisdiction.general and jurisdiction.general.citation:
        yield f"{jurisdiction.jurisdiction} (general)", jurisdiction.general.citation
    for name, fact in facts(jurisdiction):
        yield name, fact.citation
        for way in fact.unless if isinstance(fact, LawRule) else ():
            if way.citation:
                yield f"{name} (way)", way.citation


def test_every_country_of_iso_3166_has_a_file(workspace: Workspace) -> None:
    """All 249, uninhabited ones too: where nothing is known, the file says so."""
    countries = {country.alpha_2 for country in pycountry.countries}
    assert len(countries) == 249
    assert sorted(countries - set(workspace.jurisdictions)) == []


def test_what_is_not_known_says_what_was_looked_for(workspace: Workspace) -> None:
    """A file without a regime of its own, or above it, says where one was sought."""
    silent = [
        name
        for name, each in workspace.jurisdictions.items()
        if not each.looked_for
        and not each.under
        and not any("personal" in rule.regime for rule in each.rules)
    ]
    assert silent == []


def test_transfer_rules_rest_on_texts_that_were_seen(law: Law) -> None:
    """The law of transfer that holds today is official or reproduced in many jurisdictions."""
    raised = [
        name
        for name, each in law.jurisdictions.items()
        for regimes in [[r for r in each.rules if "personal" in r.regime and r.restricts_on(TODAY)]]
        if regimes and all(rule.evidence in SEEN for rule in regimes)
    ]
    assert len(raised) >= RAISED, len(raised)


def test_what_was_seen_has_words_a_place_and_a_language(workspace: Workspace) -> None:
    """An official or reproduced fact quotes what was seen, says where, and in which language."""
    silent = [
        name
        for each in workspace.jurisdictions.values()
        for name, fact in facts(each)
        if fact.evidence in SEEN
        and not (
            fact.citation.quote
            and (fact.citation.url or fact.citation.seen)
            and fact.citation.language
        )
    ]
    assert silent == []


def test_quotations_are_short(workspace: Workspace) -> None:
    """A citation quotes a few decisive words and copies no page."""
    long = [
        name
        for each in workspace.jurisdictions.values()
        for name, citation in citations(each)
        if citation.quote and len(citation.quote.split()) > 45
    ]
    assert long == []


def test_links_are_links(workspace: Workspace) -> None:
    """`url` and `seen` are absolute http(s) addresses of public hosts, without spaces or secrets.

    What was seen in a place without an address is said in a note, and is no text that was seen.
    """
    wrong = []
    for each in workspace.jurisdictions.values():
        for name, citation in citations(each):
            for address in filter(None, (citation.url, citation.seen)):
                parts = urlsplit(address)
                host = parts.hostname or ""
                if (
                    parts.scheme not in {"http", "https"}
                    or not re.fullmatch(r"[\w-]+(\.[\w-]+)*\.[\w-]{2,}", host)
                    or parts.username
                    or re.search(r"[\s;]", address)
                ):
                    wrong.append((name, address))
    assert wrong == []


def test_languages_are_languages(workspace: Workspace) -> None:
    """The language of a text is one of ISO 639-1."""
    wrong = [
        (name, citation.language)
        for each in workspace.jurisdictions.values()
        for name, citation in citations(each)
        if citation.language and pycountry.languages.get(alpha_2=citation.language) is None
    ]
    assert wrong == []


def test_facts_were_checked_and_dates_run_forwards(workspace: Workspace) -> None:
    """No fact was checked in the future, and none ends before it begins."""
    wrong = [
        name
        for each in workspace.jurisdictions.values()
        for name, fact in facts(each)
        if not date(2026, 11, 1) <= fact.checked <= date.today() + timedelta(days=1)  # noqa: DTZ011
        or (fact.from_ and fact.until and fact.until < fact.from_)
    ]
    assert wrong == []


def test_list_entries_belong_to_their_list(workspace: Workspace) -> None:
    """An entry's id begins with the jurisdiction whose list it is in, and ids are unique."""
    ids = [
        (each.jurisdiction, entry.id)
        for each in workspace.jurisdictions.values()
        for entry in each.lists
    ]
    assert [name for owner, name in ids if not name.startswith(f"{owner}:")] == []
    assert len({name for _, name in ids}) == len(ids)


def test_every_token_is_explained(law: Law, workspace: Workspace) -> None:
    """Whoever declares a token finds what must be true, and no entry explains nothing."""
    assert sorted(law.asked() - set(workspace.conditions)) == []
    assert sorted(set(workspace.conditions) - law.asked()) == []


def test_no_two_regimes_stand_on_one_day(law: Law) -> None:
    """On the day on which a new law starts the old one has ended."""
    assert overlapping_regimes(law) == []


def test_replacements_replace_something(law: Law) -> None:
    """What a rule takes out is a rule."""
    assert unknown_replacements(law) == []


def test_no_day_falls_between_two_regimes(law: Law) -> None:
    """From the first regime of a jurisdiction on, each day until the last has one."""
    gaps = []
    for name, each in law.jurisdictions.items():
        regimes = [rule for rule in each.rules if "personal" in rule.regime and not rule.when]
        days = {d for r in regimes for d in (r.from_, r.until) if d}
        around = {d + timedelta(days=n) for d in days for n in (-1, 0, 1)}
        start = min((rule.from_ or rule.checked for rule in regimes), default=TODAY)
        gaps += [
            f"{name} on {day}"
            for day in sorted(around)
            if day >= start and regimes and not any(rule.restricts_on(day) for rule in regimes)
        ]
    assert gaps == []
