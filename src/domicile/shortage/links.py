"""Remedies of a link: a second way to places that a contingency cuts off."""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.geography import one_way_latency
from domicile.model.place import Link
from domicile.shortage.closing import Question
from domicile.shortage.records import Remedy
from domicile.situation import Situation

MOST = 3
"""Places that are given a link, one at a time."""


def links(question: Question) -> Iterator[Remedy]:
    """A second way to places that a contingency cuts off without losing them."""
    for link in second_ways(question):
        place, near = link.between
        supposed = question.suppose(links=(*question.situation.workspace.links, link))
        strain = supposed.strain(question.strain.service)
        if strain is None or not question.closed(supposed, strain, question.standing_in(supposed)):
            continue
        yield Remedy(
            kind="link",
            says=f"a link of its own from `{place}` to `{near}` keeps `{place}` within reach; "
            "what a link costs is not declared",
            cost=None,
        )


def second_ways(question: Question) -> Iterator[Link]:
    """A link of its own for each place that is cut off, to the nearest that stays."""
    situation = question.situation
    for place, others in _cut_off(question):
        near = min(others, key=lambda other: (_latency(situation, place, other), other))
        capacity = max(
            (each.capacity for each in _joining(situation) if place in each.between),
            key=lambda rate: rate.value,
        )
        yield Link(id=f"supposed-{place}", between=(place, near), capacity=capacity)


def _cut_off(question: Question) -> Iterator[tuple[str, list[str]]]:
    """Places with backends that some explained contingency cuts off, and those that stay."""
    situation, strain = question.situation, question.strain
    linked = {end for link in _joining(situation) for end in link.between}
    seen: set[str] = set()
    for index in question.group.contingencies:
        case = strain.contingencies[index]
        own = _named_places(situation, case.ids)
        stay = [p for p, gone in zip(strain.places, case.lost, strict=True) if not gone]
        for column, place in enumerate(strain.places):
            cut = case.lost[column] and place not in own and question.standing[column]
            if cut and stay and place in linked and place not in seen:
                seen.add(place)
                if len(seen) > MOST:
                    return
                yield place, stay


def _joining(situation: Situation) -> list[Link]:
    """Links between datacenters."""
    return [link for link in situation.workspace.links if link.users is None]


def _named_places(situation: Situation, ids: tuple[str, ...]) -> frozenset[str]:
    """Places that a contingency loses by name, by provider or by failure domain."""
    workspace = situation.workspace
    return frozenset(
        place
        for place, record in workspace.datacenters.items()
        if f"datacenter:{place}" in ids
        or f"provider:{workspace.provider_of[place]}" in ids
        or any(f"failure-domain:{name}" in ids for name in record.failure_domains)
    )


def _latency(situation: Situation, one: str, other: str) -> float:
    datacenters = situation.workspace.datacenters
    return one_way_latency(datacenters[one].coordinates, datacenters[other].coordinates)
