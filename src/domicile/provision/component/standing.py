"""Whether a pool may stand where a program wants it: asked of the law before anything is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from domicile.model.errors import SourceError
from domicile.model.tokens import Activity
from domicile.model.words import did_you_mean, quoted
from domicile.placement import Judged, judge_data, unknown_classes
from domicile.provision.adapters import Place
from domicile.workspace import Workspace, load_law, load_places, load_shipped, territories

ALL_THAT_POOLS_DO = (Activity.STORE, Activity.PROCESS)
"""What is taken to be done with data where a program does not say."""
_COPIES = (Activity.STORE, Activity.REPLICATE, Activity.BACKUP)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pool's place, and the data that it would hold there."""

    service: str
    datacenter: str
    subjects: tuple[str, ...]
    data_classes: tuple[str, ...]
    activities: tuple[str, ...]
    copies: tuple[str, ...] = ()
    """Countries in which copies of the data are kept elsewhere."""


def opened(workspace: str) -> Workspace:
    """The places, the law and the declarations that a pool is judged by.

    Args:
        workspace: its folder; empty: the shipped catalogue, in which nobody has declared anything.

    Raises:
        SourceErrors: it cannot be read.
    """
    if workspace:
        return load_places(Path(workspace))
    return replace(load_shipped(), mechanisms=())


def where(world: Workspace, datacenter: str) -> Place:
    """A datacenter as adapters know it.

    Raises:
        SourceError: it is not in the catalogue.
    """
    found = world.datacenters.get(datacenter)
    if found is None:
        raise SourceError(
            f"datacenter `{datacenter}` is not declared",
            help=did_you_mean(datacenter, world.datacenters)
            or "declare it in `regions/` of a workspace and name that as `workspace`",
        )
    return Place(datacenter, world.provider_of[datacenter], found.name, found.law or found.country)


def hold_to_law(world: Workspace, wanted: Wanted, as_of: date) -> None:
    """Refuse a pool that the law does not let stand.

    Raises:
        SourceError: it may not, with the verdict, the rule that decides and what would do; or it
            does not say whose data it holds, and what data.
    """
    place = where(world, wanted.datacenter)
    _require(world, wanted)
    law = load_law(world)
    placed = frozenset(wanted.copies)
    if set(wanted.activities) & {str(each) for each in _COPIES}:
        placed |= {place.country}
    found = [
        judge_data(
            world, law, subject, wanted.data_classes, activity, wanted.datacenter, as_of, placed
        )
        for subject in wanted.subjects
        for activity in wanted.activities
    ]
    barred = [each for each in found if not each.verdict.lets_through]
    if barred:
        raise _refusal(wanted, barred)


def _refusal(wanted: Wanted, barred: Sequence[Judged]) -> SourceError:
    worst = min(barred, key=lambda each: each.verdict.rank)
    others = sorted({each.subject for each in barred} - {worst.subject})
    more = f"; nor for {quoted(others)}" if others else ""
    return SourceError(
        f"`{wanted.service}` may not stand at `{wanted.datacenter}` for {worst.subject}"
        f" ({quoted(worst.data_classes)}): to {worst.activity} it there is {worst.verdict}{more}",
        help=worst.help,
    )


def _require(world: Workspace, wanted: Wanted) -> None:
    """Refuse what the law cannot speak of, rather than judge nothing."""
    for name, given in (
        ("subjects", wanted.subjects),
        ("dataClasses", wanted.data_classes),
        ("activities", wanted.activities),
    ):
        if not given:
            raise SourceError(
                f"`{wanted.service}` does not say its `{name}`, so no law can be asked"
            )
    if unknown := unknown_classes(world, wanted.data_classes):
        known = [each.id for each in world.data_classes.data_classes]
        raise SourceError(
            f"data class {quoted(unknown)} is not known",
            help=did_you_mean(unknown[0], known) or f"use one of {quoted(known)}",
        )
    for activity in wanted.activities:
        if activity not in {str(each) for each in Activity}:
            raise SourceError(
                f"activity `{activity}` is not known", help=f"use one of {quoted(Activity)}"
            )
    for country in (*wanted.subjects, *wanted.copies):
        if not _has_law(world, country):
            raise SourceError(
                f"`{country}` is neither a country nor a territory",
                help="write codes such as `FR` or `CA-QC`",
            )


def _has_law(world: Workspace, code: str) -> bool:
    """Whether a code is a country, a subdivision, or a territory with its own law: no union."""
    if code in territories.names() or code in territories.subdivisions():
        return True
    return code in world.jurisdictions and not world.jurisdictions[code].territory
