"""Single steps that a combination of remedies is made of, each as a change of a situation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from domicile.model.place import Link
from domicile.model.policy import HeadroomPolicy
from domicile.model.quantity import Quantity
from domicile.model.service import BackendType
from domicile.model.words import listed, number
from domicile.shortage.closing import Added, Question
from domicile.shortage.elsewhere import Elsewhere, pool_at, tried
from domicile.shortage.links import second_ways
from domicile.shortage.needs import room
from domicile.shortage.opening import MOST as MOST_OPENINGS
from domicile.shortage.opening import kind_of, pairs, words
from domicile.shortage.records import Kind
from domicile.shortage.settling import Opening, openings, supposed
from domicile.shortage.supposing import Supposed
from domicile.situation import Situation

_ROOM = 10_000.0
"""Backends that a raised maximum or quota lets be; the solver takes what it needs."""
_PARTS = 100
"""Values of utilisation and surge that are told apart: per cents."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Something that may help to close a shortfall, with others.

    Attributes:
        kind: of remedy.
        values: how far it may go, least first; the last goes farthest.
        apply: a situation and a value → the situation in which it is so.
        says: a value, and the backends added → what it is, in words.
        priced: whether backends are all that it costs.
    """

    kind: Kind
    values: tuple[float, ...]
    apply: Callable[[Situation, float], Supposed]
    says: Callable[[float, Added], str]
    priced: bool = True


def providing(question: Question, further: Elsewhere) -> Iterator[Step]:
    """Steps that give up nothing: room in pools and places, further places, links, declarations."""
    yield _wider(question)
    yield _roomier(question)
    for place, kind in tried(question, further):
        yield _opened(question, place, kind)
    for link in second_ways(question):
        yield _linked(question, link)
    yield from _openings(question, withdrawing=False)


def asking_less(question: Question) -> Iterator[Step]:
    """Steps that give something up: distance, reserve, surge, a rule."""
    held = question.situation.policies(question.strain.service)
    if held:
        yield from _relaxations(question, held)
    yield from _openings(question, withdrawing=True)


def _once(
    kind: Kind, apply: Callable[[Situation], Supposed], says: str, *, priced: bool = True
) -> Step:
    return Step(kind, (1.0,), lambda world, _: apply(world), lambda *_: says, priced)


def _opened(question: Question, place: str, kind: BackendType) -> Step:
    """A pool at a further place."""

    def apply(world: Situation) -> Supposed:
        return _changed(question, world, pools=pool_at(question, world, place, kind))

    where = question.situation.workspace.datacenters[place]
    what = f"open a pool of `{question.strain.service}` at `{place}`"
    return _once("place", apply, f"{what} ({where.city}, {where.country})")


def _linked(question: Question, link: Link) -> Step:
    """A second way to a place."""

    def apply(world: Situation) -> Supposed:
        return _changed(question, world, links=(*world.workspace.links, link))

    one, other = link.between
    says = f"add a link from `{one}` to `{other}`, whose cost is not declared"
    return _once("link", apply, says, priced=False)


def _changed(question: Question, world: Situation, **fields: Any) -> Supposed:  # noqa: ANN401
    services = frozenset((question.strain.service,))
    return Supposed(world, services, replace(world.workspace, **fields), world.law)


def _wider(question: Question) -> Step:
    """Higher maxima of the service's pools, within quotas."""
    service, environment = question.strain.service, question.situation.environment
    most = Quantity(_ROOM, "backends", f"{_ROOM:g} backends")
    limits = {
        pool.datacenter: pool.maximum.value
        for pool in question.situation.pools
        if pool.service == service
    }

    def apply(world: Situation) -> Supposed:
        pools = tuple(
            pool.model_copy(update={"maximum": most}) if pool.service == service else pool
            for pool in world.pools
        )
        return _changed(question, world, pools={**world.workspace.pools, environment: pools})

    def says(_: float, added: Added) -> str:
        more = _beyond(question, added, limits)
        return f"raise the maximum of `{service}` to {listed(more, 4)}"

    return Step("maximum", (1.0,), lambda world, _: apply(world), says)


def _roomier(question: Question) -> Step:
    """Higher quotas of the places where the service has pools."""
    situation, service = question.situation, question.strain.service
    left = dict(zip(situation.places, room(situation, service).tolist(), strict=True))

    def apply(world: Situation) -> Supposed:
        datacenters = {
            name: each.model_copy(update={"quota": None})
            if (service, name) in world.known_pools
            else each
            for name, each in world.workspace.datacenters.items()
        }
        return _changed(question, world, datacenters=datacenters)

    def says(_: float, added: Added) -> str:
        more = _beyond(question, added, left)
        return f"raise the quota that is left to `{service}` to {listed(more, 4)}"

    return Step("quota", (1.0,), lambda world, _: apply(world), says)


def _beyond(question: Question, added: Added, limits: Mapping[str, float]) -> Iterator[str]:
    """What stands then, where it is more than allowed: `3 at p, from 2`."""
    have = dict(zip(question.situation.places, question.standing.tolist(), strict=True))
    for place, count in zip(added.places, added.counts, strict=True):
        limit = limits.get(place, math.inf)
        if have.get(place, 0.0) + count > limit:
            yield f"{number(have.get(place, 0.0) + count)} at `{place}`, from {number(limit)}"


def _openings(question: Question, *, withdrawing: bool) -> Iterator[Step]:
    found = openings(question.situation, pairs(question), withdrawing=withdrawing)
    services = frozenset((question.strain.service,))
    for opening in found[:MOST_OPENINGS]:

        def apply(world: Situation, opening: Opening = opening) -> Supposed:
            return supposed(world, opening, services)

        yield _once(kind_of(opening), apply, words(opening))


def _relaxations(question: Question, held: tuple[HeadroomPolicy, ...]) -> Iterator[Step]:
    first = held[0]
    names = {each.id for each in held}

    def relaxed(
        change: Callable[[HeadroomPolicy, float], dict[str, object]],
    ) -> Callable[[Situation, float], Supposed]:
        def apply(world: Situation, value: float) -> Supposed:
            headroom = tuple(
                each.model_copy(update=change(each, value)) if each.id in names else each
                for each in world.workspace.headroom
            )
            return _changed(question, world, headroom=headroom)

        return apply

    reach = question.situation.admissible.latency
    farther = np.unique(np.ceil(reach[np.isfinite(reach)] * 10) / 10)
    values = tuple(farther[farther > first.latency.value].tolist())
    if values:
        yield Step(
            "policy",
            values,
            relaxed(lambda _, ms: {"latency": Quantity(ms, "ms", f"{ms:g} ms")}),
            lambda ms, _: f"let traffic go {number(ms)} ms, instead of {first.latency}",
        )
    least = min(first.utilisation.nominal.value, first.utilisation.after.value)
    values = tuple(
        part / _PARTS
        for part in range(int(least * _PARTS) + 1, _PARTS + 1)
        if part / _PARTS > least
    )
    if values:
        yield Step(
            "policy", values, relaxed(_fuller), lambda part, _: f"let backends be used {part:.0%}"
        )
    steps = range(round(first.surge * _PARTS) - 1, _PARTS - 1, -1)
    values = tuple(step / _PARTS for step in steps)
    if values:
        yield Step(
            "policy",
            values,
            relaxed(lambda each, most: {"surge": min(each.surge, most)}),
            lambda most, _: f"ask for a surge of {number(most)}, instead of {number(first.surge)}",
        )


def _fuller(policy: HeadroomPolicy, part: float) -> dict[str, object]:
    full = Quantity(part, "", f"{part:.0%}")
    used = policy.utilisation
    update = {
        name: max(share, full, key=lambda each: each.value)
        for name, share in (("nominal", used.nominal), ("after", used.after))
    }
    return {"utilisation": used.model_copy(update=update)}
