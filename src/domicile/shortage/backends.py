"""Remedies of backends in pools that are declared."""

from __future__ import annotations

from domicile.model.words import number, several
from domicile.shortage.closing import Added, Question
from domicile.shortage.records import Remedy


def backends(question: Question) -> Remedy | None:
    """Backends in pools that are declared, within their limits and quotas."""
    added = question.add(question.situation, question.strain)
    return None if added is None else remedy_of(question, added)


def remedy_of(question: Question, added: Added) -> Remedy:
    """Added backends in words."""
    return Remedy(
        kind="backends",
        says=f"add {several(added.total, 'backend')} of `{question.strain.service}` "
        f"({added.words}), at {number(added.cost)} EUR/h",
        cost=added.cost,
        places=added.places,
        backends=added.total,
        proved=added.proved,
    )
