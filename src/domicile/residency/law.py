"""`Law`: all that is known of the law, immutable, read from records or from the shipped index."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from domicile.residency.consistency import dangling
from domicile.residency.day import Day
from domicile.residency.facts import (
    Citation,
    Group,
    Jurisdiction,
    Reach,
    Review,
    read_group,
    read_jurisdiction,
    read_review,
)
from domicile.residency.nesting import Nesting, nest_activities
from domicile.residency.review import counting, reviewed
from domicile.residency.withdrawal import withdraw

if TYPE_CHECKING:
    # Only for types: `explain` on the shipped index loads neither pydantic nor YAML.
    from domicile.model.law import DataClassesFile
    from domicile.model.law import Jurisdiction as JurisdictionRecord
    from domicile.model.place import Group as GroupRecord
    from domicile.model.policy import Confirmation
    from domicile.residency.columns import Columns

SCHEMA = "domicile.law/1"
_DAYS = 16
"""Days whose law is kept worked out."""


class Law:
    """All jurisdictions, groups and nestings. Equal where their facts are equal."""

    __slots__ = (
        *("_days", "_index", "activities", "classes", "columns", "groups"),
        *("jurisdictions", "reviews"),
    )

    jurisdictions: Mapping[str, Jurisdiction]
    """By id."""
    groups: Mapping[str, Group]
    """By id."""
    classes: Nesting
    """The data classes."""
    activities: Nesting
    """The activities."""
    reviews: tuple[Review, ...]
    """What reviewers decided about facts, whenever it counts."""
    columns: dict[object, Columns]
    """Places as `lawful` judged them, also by what is left of this law after something has fallen:
    what is the same there need not be judged again."""

    def __init__(
        self,
        index: Mapping[str, Any],
        *,
        checked: bool = False,
        read: Mapping[str, Jurisdiction] | None = None,
    ) -> None:
        """The law of an index.

        Args:
            index: as `to_index` gives it.
            checked: whether all names in it are surely known.
            read: jurisdictions of it that need not be read, by id.
        """
        known = read or {}
        if index.get("schema") != SCHEMA:
            raise ValueError(f"index: the schema is `{index.get('schema')}`, not `{SCHEMA}`")
        self._index = index
        self._days: dict[date, Day] = {}
        self.columns = {}
        self.jurisdictions = {
            name: known.get(name) or read_jurisdiction(each)
            for each in index["jurisdictions"]
            for name in (each["jurisdiction"],)
        }
        self.groups = {group["id"]: read_group(group) for group in index["groups"]}
        self.classes = Nesting.of(
            {each["id"]: each.get("within", ()) for each in index["data_classes"]}
        )
        self.activities = nest_activities(index["activities"])
        self.reviews = tuple(read_review(each) for each in index.get("reviews", ()))
        problems = (
            ()
            if checked
            else dangling(self.jurisdictions, self.groups, self.classes, self.activities)
        )
        if problems:
            raise ValueError("; ".join(problems))

    @classmethod
    def of(
        cls,
        jurisdictions: Iterable[JurisdictionRecord],
        groups: Iterable[GroupRecord],
        data_classes: DataClassesFile,
    ) -> Law:
        """The law that these records say.

        Raises:
            ValueError: an id stands twice, or a name in a rule is not known: every one is named.
        """
        return cls(
            {
                "schema": SCHEMA,
                "jurisdictions": _sorted("jurisdiction", map(_plain, jurisdictions)),
                "groups": _sorted("id", map(_plain, groups)),
                "data_classes": _sorted("id", map(_plain, data_classes.data_classes)),
                "activities": {
                    str(each): sorted(map(str, within))
                    for each, within in sorted(data_classes.activities.items())
                },
            }
        )

    @classmethod
    def read(cls, files: Iterable[tuple[str, str]]) -> Law:
        """The law that files say, as they were compiled: names in them are known.

        Args:
            files: for each its kind (`jurisdiction`, `groups`, `data_classes`) and its JSON.
        """
        read: dict[str, list[dict[str, Any]]] = {}
        for kind, text in files:
            read.setdefault(kind, []).append(json.loads(text))
        (classes,) = read["data_classes"]
        groups = [group for file in read["groups"] for group in file["groups"]]
        return cls(
            {
                "schema": SCHEMA,
                "jurisdictions": _sorted("jurisdiction", read["jurisdiction"]),
                "groups": _sorted("id", groups),
                "data_classes": _sorted("id", classes["data_classes"]),
                "activities": {
                    each: sorted(within)
                    for each, within in sorted(classes.get("activities", {}).items())
                },
            },
            checked=True,
        )

    @classmethod
    def from_index(cls, index: Mapping[str, Any]) -> Law:
        """The law that `to_index` wrote.

        Raises:
            ValueError: the index is of another schema, or names in it are not known.
        """
        return cls(copy.deepcopy(dict(index)))

    def to_index(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold; the order is that of ids."""
        return copy.deepcopy(dict(self._index))

    def without(self, ids: Iterable[str]) -> Law:
        """The law after something has fallen.

        Args:
            ids: full ids of rules (`FR:hds-eea`), ways (`EU:gdpr-44#2`) or list entries
                (`EU:US:DPF`); a jurisdiction (`EU`) for the whole of its list; a need (`scc`) for
                every way and entry that needs it.

        Raises:
            ValueError: nothing in the law has that name.
        """
        # What is left names nothing that is not known: jurisdictions and groups stay.
        index = withdraw(self._index, frozenset(ids))
        same = {id(each) for each in self._index["jurisdictions"]}
        read = {
            name: self.jurisdictions[name]
            for each in index["jurisdictions"]
            if id(each) in same
            for name in (each["jurisdiction"],)
        }
        left = Law(index, checked=True, read=read)
        left.columns = self.columns
        return left

    def reviewed(self, confirmations: Iterable[Confirmation]) -> Law:
        """The law with what reviewers decided about facts of it, each for as long as it counts.

        Decisions about facts that the law does not hold change nothing.
        """
        reviews = [*self._index.get("reviews", ()), *map(_plain, confirmations)]
        return Law({**self._index, "reviews": reviews}, checked=True)

    def reaching(self, countries: Iterable[str], day: date) -> tuple[Reach, ...]:
        """The laws in force on a day by which these countries reach what is held elsewhere."""
        return tuple(
            reach
            for code in sorted(set(countries))
            for name in self.on(day).chain(code)
            if name in self.jurisdictions
            for reach in self.jurisdictions[name].reaches
            if reach.restricts_on(day)
        )

    def on(self, day: date) -> Day:
        """The law on one day, worked out once."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= _DAYS:
                self._days.clear()
            jurisdictions = reviewed(self.jurisdictions, counting(self.reviews, day))
            found = self._days[day] = Day(
                jurisdictions, self.groups, self.classes, self.activities, day
            )
        return found

    def citation(self, rule: str) -> Citation | None:
        """Where a rule, a way or a list entry stands, by its full id."""
        owner = self.jurisdictions.get(rule.split(":", maxsplit=1)[0])
        if owner is None:
            return None
        facts = (*owner.rules, *owner.lists, *(way for r in owner.rules for way in r.unless))
        return next((fact.citation for fact in facts if fact.id == rule), None)

    def asked(self) -> frozenset[str]:
        """Every token that a rule, a way or a list entry asks for: `scc`, `actor:bank`."""
        found: set[str] = set()
        for each in self.jurisdictions.values():
            for rule in each.rules:
                found.update(rule.when, *(way.needs for way in rule.unless))
            found.update(*(entry.needs for entry in each.lists))
        return frozenset(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Law) and self._index == other._index

    def __hash__(self) -> int:
        return hash(tuple(self.jurisdictions))

    def __repr__(self) -> str:
        rules = sum(len(each.rules) for each in self.jurisdictions.values())
        return f"Law({len(self.jurisdictions)} jurisdictions, {rules} rules)"


def _plain(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any pydantic record
    data: dict[str, Any] = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return data


def _sorted(key: str, records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(records, key=lambda record: record[key])
    for one, other in pairwise(ordered):
        if one[key] == other[key]:
            raise ValueError(f"`{one[key]}` stands twice")
    return ordered
