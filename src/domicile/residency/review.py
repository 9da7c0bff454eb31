"""What reviewers decided about facts of law: for a while, by name, and never past its end.

A decision changes what one fact weighs. `confirmed`: it decides like a text that was seen.
`not-relied-on`: it restricts as before and permits nothing. `set-aside`: it is out. None of them
makes a permission of law that is not known: without a regime abroad stays undetermined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from domicile.residency.facts import Jurisdiction, Review, Rule, Way


def counting(reviews: Iterable[Review], day: date) -> dict[str, Review]:
    """Fact → the decision that counts on a day: of several, the last."""
    found: dict[str, Review] = {}
    for review in sorted(reviews, key=lambda review: review.on):
        if review.on <= day <= review.until:
            found[review.rule] = review
    return found


def reviewed(
    jurisdictions: Mapping[str, Jurisdiction], reviews: Mapping[str, Review]
) -> Mapping[str, Jurisdiction]:
    """The jurisdictions, with decisions laid on the facts that they name."""
    if not reviews:
        return jurisdictions
    owners = {name.split(":", maxsplit=1)[0] for name in reviews}
    return {
        name: _jurisdiction(each, reviews) if name in owners else each
        for name, each in jurisdictions.items()
    }


def _jurisdiction(jurisdiction: Jurisdiction, reviews: Mapping[str, Review]) -> Jurisdiction:
    return replace(
        jurisdiction,
        rules=tuple(_rule(rule, reviews) for rule in jurisdiction.rules),
        lists=tuple(
            replace(entry, review=reviews[entry.id]) if entry.id in reviews else entry
            for entry in jurisdiction.lists
        ),
    )


def _rule(rule: Rule, reviews: Mapping[str, Review]) -> Rule:
    own = reviews.get(rule.id)
    ways = tuple(
        replace(way, review=reviews.get(way.id) or (own if _in_its_text(way, rule) else None))
        for way in rule.unless
    )
    return replace(rule, review=own, unless=ways)


def _in_its_text(way: Way, rule: Rule) -> bool:
    """Whether a way stands in the rule's own text, so shares what was decided about that."""
    return way.citation is rule.citation and way.evidence is rule.evidence
