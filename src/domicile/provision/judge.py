"""The last word before anything is made: a stack is judged again, on the law of today.

What a plan proved may have gone stale between its emission and this day: a certificate ended, an
adequacy decision fell, a file was edited by hand. A stack that no longer agrees is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domicile.model.errors import SourceError
from domicile.model.plan import Plan
from domicile.model.stack import TRAFFIC, plan_digest
from domicile.provision.allowing import today_allows
from domicile.source import parse

_HELP = "run `domicile plan` and `domicile emit`, then try again"
_NAMED = 3  # offences that a refusal names; more are counted


@dataclass(frozen=True, slots=True)
class Judged:
    """A stack that may be made."""

    plan: Plan
    """The plan that it belongs to."""
    rates: Mapping[str, float]
    """Load → nominal rate, in its service's unit."""


def read_plan(root: Path, environment: str) -> tuple[Plan, str]:
    """The emitted plan of an environment, and its digest.

    Raises:
        SourceError: there is none, or it cannot be read.
    """
    path = root / "stacks" / f"plan.{environment}.yaml"
    try:
        raw = path.read_bytes()
        plan = Plan.model_validate(parse(f"stacks/{path.name}", raw).data)
        return plan, plan_digest(raw.decode())
    except FileNotFoundError as error:
        raise SourceError(
            f"no plan was emitted for environment `{environment}`", help=_HELP
        ) from error
    except (OSError, ValidationError) as error:
        raise SourceError(f"`stacks/{path.name}` cannot be read", help=_HELP) from error


def judge(
    root: Path, environment: str, part: str, config: Mapping[str, Any], as_of: date | None = None
) -> Judged:
    """Judge one stack.

    Args:
        root: the workspace.
        environment: its environment.
        part: the datacenter of the stack, or `traffic`.
        config: the stack's own configuration: `plan`, and `pools` where it has any.
        as_of: the day; absent: today.

    Raises:
        SourceError: the stack does not agree with the plan, or with today's law.
    """
    plan, digest = read_plan(root, environment)
    _same(environment, part, config, plan, digest)
    today = as_of or date.today()  # noqa: DTZ011 -- the law counts days where its reader is
    allowed = today_allows(root, environment, today)
    _lawful(plan, allowed.places, None if part == TRAFFIC else part, today)
    return Judged(plan, allowed.rates)


def judge_all(
    root: Path,
    environment: str,
    configs: Mapping[str, Mapping[str, Any]],
    as_of: date | None = None,
) -> Judged:
    """Judge every stack of an environment at once; as `judge`, before Pulumi is started."""
    plan, digest = read_plan(root, environment)
    for part, config in configs.items():
        _same(environment, part, config, plan, digest)
    planned = {pool.datacenter for pool in plan.pools if pool.after}
    lost = sorted(planned - configs.keys())
    if lost:
        raise SourceError(f"datacenter `{lost[0]}` is planned and has no stack", help=_HELP)
    return judge(root, environment, TRAFFIC, {"plan": digest}, as_of)


def _same(environment: str, part: str, config: Mapping[str, Any], plan: Plan, digest: str) -> None:
    """Refuse a stack that is not of this plan."""
    if config.get("plan") != digest:
        raise SourceError(
            f"stack `{environment}.{part}` belongs to another plan than `plan.{environment}.yaml`",
            help=_HELP,
        )
    if part != TRAFFIC:
        _same_pools(plan, part, config)


def _same_pools(plan: Plan, datacenter: str, config: Mapping[str, Any]) -> None:
    planned = {p.service: p.after for p in plan.pools if p.datacenter == datacenter and p.after}
    declared = {pool["service"]: pool["backends"] for pool in config.get("pools") or ()}
    for service in sorted(planned.keys() | declared.keys()):
        if planned.get(service, 0) != declared.get(service, 0):
            raise SourceError(
                f"pool `{service}` at `{datacenter}` has {declared.get(service, 0)} backends in"
                f" its stack and {planned.get(service, 0)} in the plan",
                help=_HELP,
            )


def _lawful(
    plan: Plan, allowed: Mapping[str, Collection[str]], datacenter: str | None, today: date
) -> None:
    """Refuse a routing that today's law does not let through."""
    offences = sorted(
        {
            (load, place)
            for load, place in _uses(plan)
            if datacenter in (None, place) and place not in allowed.get(load, ())
        }
    )
    if offences:
        named = "; ".join(f"`{load}` at `{place}`" for load, place in offences[:_NAMED])
        more = f", and {len(offences) - _NAMED} more" if len(offences) > _NAMED else ""
        raise SourceError(f"not admissible on {today}: {named}{more}", help=_HELP)


def _uses(plan: Plan) -> Iterable[tuple[str, str]]:
    """Every load and place that some routing of the plan, or its static order, puts together."""
    for routing in (plan.nominal, *(case.changes for case in plan.contingencies)):
        for load, shares in routing.items():
            yield from ((load, place) for place, part in shares.items() if part > 0)
    for load, places in plan.order.items():
        yield from ((load, place) for place in places)
