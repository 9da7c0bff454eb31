"""Asking from Python what the command line answers: `check` and `plan`.

They return the frozen records that `--format json` writes (`domicile.model.answer`), read the
workspace and change nothing. What keeps them from an answer is raised as an error that the
command line would have printed: `domicile.model.errors`.
"""

from __future__ import annotations

from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from domicile.model.answer import CheckAnswer, PlanAnswer
from domicile.model.errors import DomicileError, OutsideError, SourceError, SourceErrors
from domicile.model.tokens import Counts, Enforcement
from domicile.report import json
from domicile.workspace import Workspace, load, load_law

if TYPE_CHECKING:
    from domicile.planner import Outcome
    from domicile.rollout import Rollout
    from domicile.shortage import Remedy, Shortage
    from domicile.situation import Situation

__all__ = [
    "CheckAnswer",
    "Counts",
    "DomicileError",
    "Enforcement",
    "OutsideError",
    "PlanAnswer",
    "SourceError",
    "SourceErrors",
    "check",
    "plan",
    "planned",
    "stepped",
]

Source = Workspace | PathLike[str] | str
"""A loaded workspace, or its folder."""


def check(
    workspace: Source | None = None,
    environment: str = "production",
    *,
    as_of: date | None = None,
    counts: Counts | str = Counts.EMITTED,
) -> CheckAnswer:
    """Judge a workspace by law, headroom and structure.

    Args:
        workspace: it, or its folder; absent: the one around the current folder.
        environment: which of its environments.
        as_of: the day whose law counts; absent: today.
        counts: `emitted` judges the plan's numbers of backends, `existing` those that stand.

    Returns:
        The findings in order of file and line, and what was examined. A finding is no error:
        whether one blocks is its `enforcement`.

    Raises:
        SourceErrors: the workspace cannot be read; holds all that is wrong, each with its place.
        SourceError: it has no such environment, or nothing in it to check.
    """
    from domicile import checker

    return json.check(checker.check(_situation(workspace, environment, as_of, counts)))


def plan(
    workspace: Source | None = None,
    environment: str = "production",
    *,
    as_of: date | None = None,
    counts: Counts | str = Counts.EMITTED,
) -> PlanAnswer:
    """Find the least costly numbers of backends under which every check passes.

    Args:
        workspace: it, or its folder; absent: the one around the current folder.
        environment: which of its environments.
        as_of: the day whose law counts; absent: today.
        counts: what stands now: `emitted` (the plan's, where there is one) or `existing`.

    Returns:
        `feasible`, the pools with their numbers now and after, and the cost in EUR/h; where no
        plan exists, why, and what would have to give. `feasible` with `findings`: these block
        whatever is planned.

    Raises:
        SourceErrors: the workspace cannot be read; holds all that is wrong, each with its place.
        SourceError: it has no such environment, or nothing in it to plan for.
        OutsideError: the solver is missing, failed, or gave up without an answer.
    """
    situation = _situation(workspace, environment, as_of, counts)
    outcome, gives, quotas = planned(situation)
    return json.plan(environment, outcome, gives, quotas, stepped(situation, outcome))


def planned(situation: Situation) -> tuple[Outcome, tuple[Shortage, ...], tuple[Remedy, ...]]:
    """Plan one situation.

    Returns:
        The outcome; where there is no plan, what would have to give, by service; and where only
        quotas that services share are in the way, what would do there.

    Raises:
        OutsideError: the solver is missing, failed, or gave up without an answer.
    """
    from domicile import planner, shortage

    outcome = planner.plan(situation)
    gives = shortage.gives(situation) if outcome.conflicts else ()
    if not outcome.conflicts or gives:
        return outcome, gives, ()
    # Each service alone is possible: only what they share is in the way.
    every = dict.fromkeys(place for each in outcome.conflicts for place in each.places)
    return outcome, (), shortage.quota_gives(situation, tuple(every))


def stepped(situation: Situation, outcome: Outcome) -> Rollout | None:
    """The steps from the counts that are now to a plan's; None where nothing changes."""
    from domicile.rollout import Start, from_nothing, rollout

    if outcome.plan is None or all(pool.now == pool.after for pool in outcome.pools):
        return None
    now = {(pool.service, pool.datacenter): pool.now for pool in outcome.pools}
    if not any(now.values()):
        return from_nothing(outcome.plan)
    return rollout(situation, outcome.plan, Start.of(now))


def _situation(
    workspace: Source | None, environment: str, as_of: date | None, counts: Counts | str
) -> Situation:
    from domicile.situation import Situation

    found = workspace if isinstance(workspace, Workspace) else load(_path(workspace))
    today = date.today()  # noqa: DTZ011 - the law of the caller's own day
    return Situation(found, load_law(found), environment, as_of or today, _counts(counts))


def _path(folder: PathLike[str] | str | None) -> Path | None:
    return None if folder is None else Path(folder)


def _counts(given: Counts | str) -> Counts:
    try:
        return Counts(given)
    except ValueError as error:
        known = " or ".join(f"`{each}`" for each in Counts)
        raise SourceError(f"`{given}` is no kind of counts", help=f"ask for {known}") from error
