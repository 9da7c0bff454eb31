"""What `domicile law …` answers with `--format json`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domicile.model.base import Record
from domicile.model.law import AdequacyEntry, General, LawRule, Reach
from domicile.model.tokens import Verdict

InForce = Literal["in force", "ended", "not yet in force"]


class RuleState(Record):
    """One rule of a jurisdiction, its own or inherited."""

    id: str
    """Full id."""
    effect: str
    """What kind of rule it is: stays in the country, a copy stays, conditional, free …"""
    state: InForce
    """On the day."""
    rule: LawRule
    """The rule as its file has it."""
    review: str | None = None
    """What a reviewer decided about it, where that counts on the day."""


class EntryState(Record):
    """One decision of an adequacy list that its law uses."""

    state: InForce
    """On the day."""
    entry: AdequacyEntry
    """The decision as its file has it."""
    review: str | None = None
    """What a reviewer decided about it, where that counts on the day."""


class LawAnswer(Record):
    """Answer of `law <jurisdiction>`: what is known of its law on one day."""

    schema_: Annotated[Literal["domicile.law-show/1"], Field(alias="schema")] = (
        "domicile.law-show/1"
    )
    """Kind and version."""
    as_of: date
    """The day."""
    jurisdiction: str
    """Its id."""
    name: str
    """Its name."""
    under: tuple[str, ...]
    """Other jurisdictions whose rules reach its people's data, the nearest first."""
    general: General | None
    """Its general law; of a territory without one, the law of whoever it is under."""
    transfer: tuple[RuleState, ...]
    """Regimes of transfer."""
    rules: tuple[RuleState, ...]
    """Every other rule."""
    lists: tuple[EntryState, ...]
    """Adequacy lists that its regimes use."""
    reaches: tuple[Reach, ...]
    """Laws by which its authorities reach what its companies hold elsewhere."""
    notes: tuple[str, ...]
    """What was found and is no rule."""
    looked_for: str | None = None
    """Where nothing is known: what was looked for."""


class MatrixRow(Record):
    """One subject."""

    subject: str
    """Whose data."""
    verdicts: dict[str, Verdict]
    """Country or territory → verdict."""


class MatrixAnswer(Record):
    """Answer of `law matrix`."""

    schema_: Annotated[Literal["domicile.law-matrix/1"], Field(alias="schema")] = (
        "domicile.law-matrix/1"
    )
    """Kind and version."""
    as_of: date
    """The day."""
    data_classes: tuple[str, ...]
    """What data."""
    activity: str
    """What is done with it."""
    declared: tuple[str, ...]
    """Tokens taken as met everywhere, beside what the workspace declares."""
    rows: tuple[MatrixRow, ...]
    """One for each subject."""


class TurnAnswer(Record):
    """A fact that begins, ends or is withdrawn."""

    id: str
    """Rule, way, list entry, `<group>/<member>`, `mechanism:…`, `certificate:…` or `review:…`."""
    what: Literal["begins", "ends", "withdrawn"]
    """What happens to it."""
    says: str
    """The instrument, or what it is."""


class MovedAnswer(Record):
    """A placement with another verdict than the day before."""

    kind: Literal["load", "flow"]
    """What is placed."""
    name: str
    """The load, or the flow."""
    subject: str
    """Whose data."""
    service: str
    """Of which service."""
    data_classes: tuple[str, ...]
    """What data."""
    place: str
    """Where."""
    before: Verdict
    """As it was."""
    after: Verdict
    """As it is from then on."""
    rule: str
    """What decides then."""
    help: str
    """Why, and what would do."""


class ChangeAnswer(Record):
    """A day on which verdicts change."""

    day: date
    """The first day of the new verdicts."""
    facts: tuple[TurnAnswer, ...]
    """What begins or ends then."""
    falls: int
    """Placements that are no longer let through."""
    rises: int
    """Placements that are let through from then on."""
    moved: tuple[MovedAnswer, ...]
    """Every placement whose verdict is another one."""


class ChangesAnswer(Record):
    """Answer of `law changes`."""

    schema_: Annotated[Literal["domicile.law-changes/1"], Field(alias="schema")] = (
        "domicile.law-changes/1"
    )
    """Kind and version."""
    environment: str
    """The environment."""
    from_: Annotated[date, Field(alias="from")]
    """The day whose verdicts are those before."""
    to: date
    """The last day that was looked at."""
    changes: tuple[ChangeAnswer, ...]
    """By day; those withdrawn by `--without` first."""
