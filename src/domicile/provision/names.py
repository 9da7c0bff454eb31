"""Names: which answer a name of a service may give, so that DNS alone never breaks the plan.

DNS sees the country from which it is asked, and neither whose data a request carries nor which
data. So each service has up to four kinds of name, under the environment's zone:

- `<service>`: answers each country that has demand with places where all loads of all its
  subjects may go. Without an answer for anybody else, unless a place is lawful for everybody.
- `<subject>.<service>`: one subject's places, wherever it is asked from. A client that knows
  whose data it sends uses this one: it is right for travellers too.
- `<classes>.<subject>.<service>`: one load's own places, where a subject's loads differ.
- `in-<country>.<service>`: what the first answers in a country that has several subjects.

Every place in an answer is lawful for every load that may come by it, standby places included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domicile.model.plan import Plan, Shares

ANYBODY = ""
"""The country of an answer that does not depend on where it is asked from."""
_LABEL = 63
"""Most characters between two dots of a name (RFC 1035, 2.3.4)."""
_STANDBY = 2
"""Standby places of an answer: each is a record of its own."""
_ROUNDED = 1e-4
"""A plan's shares have five digits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Places that share the requests of a name, and those that stand in for them."""

    weights: Mapping[str, float]
    """Datacenter → its part, above 0; they add up to 1."""
    standby: tuple[str, ...] = ()
    """Where requests go once none of `weights` is healthy, first the nearest; lawful too."""
    exact: bool = True
    """Whether places get what the plan gives them. False: a planned place was left out, since it
    is not lawful for every load that may come by this name, and the others take its part."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name and its answers."""

    label: str
    """What stands before the zone: `messaging`, `fr.messaging`."""
    service: str
    """The service."""
    answers: Mapping[str, Answer]
    """Country of who asks → the answer; `ANYBODY`: for all who have none of their own."""
    same: Mapping[str, str]
    """Country → label of the name whose answer for anybody is the same."""
    refused: tuple[str, ...] = ()
    """Countries with demand that get no answer: no place serves all their loads lawfully."""

    def under(self, zone: str) -> str:
        """The whole name."""
        return f"{self.label}.{zone}"


@dataclass(frozen=True, slots=True)
class _Load:
    """One load of the plan."""

    subject: str
    classes: str
    shares: Shares
    lawful: tuple[str, ...]
    rate: float


def names(plan: Plan, rates: Mapping[str, float]) -> tuple[Name, ...]:
    """The names of every service that has a load, in order.

    Args:
        plan: judged: what its routing and its order put together is admissible today.
        rates: load → nominal rate, in its service's unit.
    """
    standing = {(pool.service, pool.datacenter) for pool in plan.pools if pool.after}
    loads: dict[str, list[_Load]] = {}
    for key in sorted(plan.nominal.keys() | plan.order.keys()):
        subject, service, classes = key.split("/", 2)
        shares = {place: part for place, part in plan.nominal.get(key, {}).items() if part > 0}
        lawful = tuple(
            place
            for place in dict.fromkeys((*plan.order.get(key, ()), *shares))
            if (service, place) in standing
        )
        load = _Load(subject, classes, shares, lawful, rates.get(key, 1.0))
        loads.setdefault(service, []).append(load)
    return tuple(name for service in sorted(loads) for name in _of_service(service, loads[service]))


def _of_service(service: str, loads: Sequence[_Load]) -> Iterable[Name]:
    subjects = _grouped(loads, lambda load: load.subject)
    countries = _grouped(loads, lambda load: country_of(load.subject))
    answers: dict[str, Answer] = {}
    same: dict[str, str] = {}
    refused = []
    inner = []
    for country, its in countries.items():
        answer = _answer(its)
        if answer is None:
            refused.append(country)
            continue
        answers[country] = answer
        several = len({load.subject for load in its}) > 1
        owner = f"in-{country}" if several else its[0].subject
        same[country] = f"{owner.lower()}.{service}"
        if several:
            inner.append(_fixed(same[country], service, answer))
    everybody = _answer(loads)
    if everybody is not None:
        answers[ANYBODY] = everybody
    yield Name(service, service, answers, same, tuple(refused))
    yield from inner
    for subject, its in subjects.items():
        label = f"{subject.lower()}.{service}"
        answer = _answer(its)
        if answer is not None:
            yield _fixed(label, service, answer)
        for load in its:
            own = _answer([load])
            if own is not None and not _alike(own, answer):
                yield _fixed(f"{_classes(load.classes)}.{label}", service, own)


def _fixed(label: str, service: str, answer: Answer) -> Name:
    return Name(label, service, {ANYBODY: answer}, {})


def _answer(loads: Sequence[_Load]) -> Answer | None:
    """What all of these loads may be told; None where nothing may be said.

    A planned place that is not lawful for all is left out, and the others take its part. Where
    none is left there is no answer: a place that the plan gives none of these loads has no
    capacity that was counted for them.
    """
    common = set(loads[0].lawful).intersection(*(load.lawful for load in loads))
    if not any(load.rate for load in loads):  # then all alike, rather than no answer
        loads = [replace(load, rate=1.0) for load in loads]
    amounts: dict[str, float] = {}
    for load in loads:
        for place, part in load.shares.items():
            amounts[place] = amounts.get(place, 0.0) + part * load.rate
    kept = {place: amount for place, amount in amounts.items() if amount and place in common}
    if not kept:
        return None
    total = sum(kept.values())
    weights = {place: kept[place] / total for place in sorted(kept)}
    standby = [place for place in loads[0].lawful if place in common and place not in weights]
    exact = all(place in common for load in loads for place in load.shares)
    return Answer(weights, tuple(standby[:_STANDBY]), exact)


def _alike(one: Answer, other: Answer | None) -> bool:
    """Whether two answers say the same, but for the rounding of the plan's shares."""
    return (
        other is not None
        and one.standby == other.standby
        and one.weights.keys() == other.weights.keys()
        and all(abs(one.weights[place] - other.weights[place]) < _ROUNDED for place in one.weights)
    )


def _grouped(loads: Iterable[_Load], key: Callable[[_Load], str]) -> dict[str, list[_Load]]:
    found: dict[str, list[_Load]] = {}
    for load in loads:
        found.setdefault(key(load), []).append(load)
    return dict(sorted(found.items()))


def country_of(subject: str) -> str:
    """The country in which a subject's people mostly ask: `CA` of `CA-QC`."""
    return subject.partition("-")[0]


def _classes(classes: str) -> str:
    """Data classes as one label; a digest where they are too long for one."""
    label = "-".join(classes.split("+"))
    if len(label) <= _LABEL:
        return label
    return f"classes-{hashlib.sha256(classes.encode()).hexdigest()[:16]}"


def whole(weights: Mapping[str, float], most: int) -> dict[str, int]:
    """Weights as whole numbers that add up to `most`, each at least 1, as near as can be.

    Raises:
        ValueError: there are more of them than `most`.
    """
    if len(weights) > most:
        raise ValueError(f"weights: {len(weights)} of them do not fit into {most}")
    free = most - len(weights)
    total = sum(weights.values())
    exact = {place: max(weight / total * most - 1, 0.0) for place, weight in weights.items()}
    scale = free / (sum(exact.values()) or 1.0)
    found = {place: int(part * scale) for place, part in exact.items()}
    rest = sorted(exact, key=lambda place: (found[place] - exact[place] * scale, place))
    for place in rest[: free - sum(found.values())]:
        found[place] += 1
    return {place: 1 + part for place, part in found.items()}
