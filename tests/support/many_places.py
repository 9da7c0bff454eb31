"""A thousand places that the law can tell apart: the catalogue's, and others beside them."""

from __future__ import annotations

import random
from datetime import date

import pycountry

from domicile.legal import legal_place
from domicile.model.tokens import Activity
from domicile.residency import Declaration, Place
from domicile.workspace import load_shipped

ACTIVITIES = tuple(str(activity) for activity in Activity)
COUNTRIES = tuple(sorted(country.alpha_2 for country in pycountry.countries))
CLASSES = (
    *("accounting", "biometric", "children", "communications", "credit", "financial"),
    *("genetic", "government", "health", "identity", "insurance", "location", "non-personal"),
    *("payment", "personal", "recordings", "telecom-metadata", "travel"),
)
"""Eighteen of the shipped classes, one from every branch of their nesting."""
CERTIFICATES = ("HDS", "SecNumCloud", "dpf", "C5", "ISO27001")
OWNERS = ("US", "CN", "FR", "DE", "RU", "GB", "IN", "JP", "HK", "CA", "CH", "IR")


def places(count: int, day: date, seed: int = 1) -> list[Place]:
    """That many places, no two alike: the catalogue's, countries, and places made up.

    Those made up stand in a country or in a subdivision of it, belong to operators of up to three
    countries and hold up to three certificates.
    """
    workspace = load_shipped()
    found = [legal_place(workspace, name, day) for name in sorted(workspace.datacenters)]
    found += [Place(country) for country in COUNTRIES]
    chance = random.Random(seed)
    parts = sorted(part.code for part in pycountry.subdivisions)
    seen = {_looks(place) for place in found}
    while len(found) < count:
        part = chance.choice([chance.choice(parts), *chance.sample(COUNTRIES, 1)])
        made = Place(
            part[:2],
            subdivision=part if "-" in part else None,
            operator=frozenset(chance.sample(OWNERS, chance.randrange(4))),
            certifications=frozenset(chance.sample(CERTIFICATES, chance.randrange(4))),
            id=f"made-up-{len(found)}",
            provider=f"maker-{chance.randrange(9)}",
        )
        if _looks(made) not in seen:
            seen.add(_looks(made))
            found.append(made)
    return found[:count]


def declared() -> list[str | Declaration]:
    """Mechanisms and facts: some hold everywhere, some only for some subjects, places and ways."""
    return [
        *(
            "scc",
            "bcr",
            "audit",
            "actor:telecom-operator",
            "not:actor:bank",
            "not:threshold:us-bulk",
        ),
        Declaration("assessment", subjects=frozenset({"EU", "BR", "CA-QC"})),
        Declaration("consent", to=frozenset({"EEA", "US", "IN"})),
        Declaration("recipient:dpf", providers=frozenset({"aws", "azure", "maker-1"})),
        Declaration("host:HDS", places=frozenset({"ovh-gra", "made-up-900", "made-up-950"})),
        Declaration("contract", subjects=frozenset({"CN", "IN"}), to=frozenset({"CBPR"})),
    ]


def _looks(place: Place) -> tuple[object, ...]:
    return place.point.codes, place.operator, place.certifications
