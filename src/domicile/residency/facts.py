"""The facts of law as the engine holds them: read from plain data, so neither YAML nor pydantic.

The records mirror `domicile.model.law` and `domicile.model.place.Group` field by field; what is
absent there "as the rule" is filled in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domicile.model.tokens import Bound, Evidence, Keep

CONFIRMED = "confirmed"
NOT_RELIED_ON = "not-relied-on"
SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a fact of law stands; the fields are those of `domicile.model.law.Citation`."""

    instrument: str
    article: str | None = None
    url: str | None = None
    language: str | None = None
    quote: str | None = None
    seen: str | None = None

    def __str__(self) -> str:
        return self.instrument if self.article is None else f"{self.instrument}, {self.article}"


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewer's decision on one fact, for a while; see `domicile.model.policy.Confirmation`."""

    rule: str
    """Full id of the fact."""
    decision: str
    """`confirmed`, `not-relied-on` or `set-aside`."""
    reason: str
    name: str
    """Who decided."""
    on: date
    until: date

    def __str__(self) -> str:
        return f"{self.decision} by {self.name} on {self.on}, until {self.until}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Fact:
    """What every fact has: where it stands, how far it is trusted, when it holds."""

    id: str
    citation: Citation
    evidence: Evidence
    """The catalogue's own grade; `weight` is what counts."""
    from_: date | None
    until: date | None
    checked: date
    review: Review | None = field(default=None, kw_only=True)
    """What a reviewer decided about it, where that counts on the day."""

    @property
    def weight(self) -> Evidence:
        """How far it is trusted: a fact that a reviewer read and confirmed decides."""
        confirmed = self.review is not None and self.review.decision == CONFIRMED
        return Evidence.OFFICIAL if confirmed else self.evidence

    @property
    def set_aside(self) -> bool:
        """Whether it does not bind here."""
        return self.review is not None and self.review.decision == SET_ASIDE

    @property
    def relied_on(self) -> bool:
        """Whether it may permit anything."""
        return self.review is None or self.review.decision == CONFIRMED

    def restricts_on(self, day: date) -> bool:
        """Whether it may hold on a day; without a start date it always may."""
        return (self.from_ is None or self.from_ <= day) and not self.ended(day)

    def permits_on(self, day: date) -> bool:
        """Whether it surely holds on a day; without a start date it does from when it was seen."""
        return (self.from_ or self.checked) <= day and not self.ended(day)

    def ended(self, day: date) -> bool:
        """Whether its last day lies before a day."""
        return self.until is not None and self.until < day


@dataclass(frozen=True, slots=True)
class Way(Fact):
    """A way out of a rule, named `<rule>#<which>`, counted from 1."""

    list: str | None
    to: tuple[str, ...]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry(Fact):
    """One decision of an adequacy list."""

    to: tuple[str, ...]
    needs: frozenset[str]
    scope: str | None


@dataclass(frozen=True, slots=True)
class Rule(Fact):
    """One rule about places; `id` is the full one, `FR:hds-eea`."""

    owner: str
    says: str
    data: tuple[str, ...]
    regime: tuple[str, ...]
    does: tuple[str, ...]
    keep: Keep
    in_: tuple[str, ...] | str
    not_in: tuple[str, ...]
    of: Bound
    when: tuple[str, ...]
    unless: tuple[Way, ...]
    replaces: tuple[str, ...]
    conflicts: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Reach(Fact):
    """A law by which authorities reach what their companies hold elsewhere."""

    says: str


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """One jurisdiction's law."""

    id: str
    name: str
    territory: tuple[str, ...]
    under: tuple[str, ...]
    rules: tuple[Rule, ...]
    lists: tuple[Entry, ...]
    reaches: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A dated set of countries; members are (code, first day, last day)."""

    id: str
    name: str
    members: tuple[tuple[str, date | None, date | None], ...]
    evidence: Evidence


def read_jurisdiction(data: Mapping[str, Any]) -> Jurisdiction:
    """One jurisdiction from its plain form, as `Law.to_index` writes it."""
    owner = data["jurisdiction"]
    return Jurisdiction(
        id=owner,
        name=data["name"],
        territory=tuple(data.get("territory", ())),
        under=tuple(data.get("under", ())),
        rules=tuple(_rule(owner, rule) for rule in data.get("rules", ())),
        lists=tuple(_entry(entry) for entry in data.get("lists", ())),
        reaches=tuple(_reach(owner, reach) for reach in data.get("reaches", ())),
    )


def read_group(data: Mapping[str, Any]) -> Group:
    """One group from its plain form."""
    return Group(
        id=data["id"],
        name=data["name"],
        members=tuple(
            (member, None, None)
            if isinstance(member, str)
            else (member["of"], _day(member.get("from")), _day(member.get("until")))
            for member in data["members"]
        ),
        evidence=Evidence(data["evidence"]),
    )


def _rule(owner: str, data: Mapping[str, Any]) -> Rule:
    region = data["in"]
    name = f"{owner}:{data['id']}"
    citation = Citation(**data["citation"])
    evidence = Evidence(data["evidence"])
    checked = date.fromisoformat(data["checked"])
    starts = _day(data.get("from"))
    return Rule(
        id=name,
        citation=citation,
        evidence=evidence,
        from_=starts,
        until=_day(data.get("until")),
        checked=checked,
        owner=owner,
        says=data["says"],
        data=tuple(data.get("data", ())),
        regime=tuple(data.get("regime", ())),
        does=tuple(data.get("does", ())),
        keep=Keep(data.get("keep", Keep.ALL)),
        in_=region if isinstance(region, str) else tuple(region),
        not_in=tuple(data.get("not_in", ())),
        of=Bound(data.get("of", Bound.PLACE)),
        when=tuple(data.get("when", ())),
        unless=tuple(
            Way(
                id=f"{name}#{which}",
                citation=Citation(**way["citation"]) if way.get("citation") else citation,
                evidence=Evidence(way.get("evidence", evidence)),
                from_=_day(way.get("from")) or starts,
                until=_day(way.get("until")),
                checked=_day(way.get("checked")) or checked,
                list=way.get("list"),
                to=tuple(way.get("to", ())),
                needs=frozenset(way.get("needs", ())),
            )
            for which, way in enumerate(data.get("unless", ()), start=1)
        ),
        replaces=tuple(data.get("replaces", ())),
        conflicts=data.get("conflicts"),
        note=data.get("note"),
    )


def _entry(data: Mapping[str, Any]) -> Entry:
    return Entry(
        id=data["id"],
        citation=Citation(**data["citation"]),
        evidence=Evidence(data["evidence"]),
        from_=_day(data.get("from")),
        until=_day(data.get("until")),
        checked=date.fromisoformat(data["checked"]),
        to=tuple(data["to"]),
        needs=frozenset(data.get("needs", ())),
        scope=data.get("scope"),
    )


def _reach(owner: str, data: Mapping[str, Any]) -> Reach:
    return Reach(
        id=f"{owner}:{data['id']}",
        citation=Citation(**data["citation"]),
        evidence=Evidence(data["evidence"]),
        from_=_day(data.get("from")),
        until=_day(data.get("until")),
        checked=date.fromisoformat(data["checked"]),
        says=data["says"],
    )


def read_review(data: Mapping[str, Any]) -> Review:
    """One reviewer's decision from its plain form."""
    return Review(
        rule=data["rule"],
        decision=data["decision"],
        reason=data["reason"],
        name=data["name"],
        on=date.fromisoformat(data["date"]),
        until=date.fromisoformat(data["until"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
