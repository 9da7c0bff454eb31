"""The last word before anything is made: a stack is judged again, on the law of today.

What a plan proved may have gone stale between its emission and this day: a certificate ended, an
adequacy decision fell, a file was edited by hand. A stack that no longer agrees is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domicile.model.errors import SourceError
from domicile.model.plan import Plan
from domicile.model.stack import TRAFFIC, plan_digest
from domicile.provision.allowing import today_allows
from domicile.rollout.lawful import offences
from domicile.source import parse

_HELP = "run `domicile plan` and `domicile emit`, then try again"
_AGAIN = "run `domicile up`: it plans the steps anew"
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
    _as_declared(environment, part, config, plan, allowed.datacenters)
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
    today = as_of or date.today()  # noqa: DTZ011 -- the law counts days where its reader is
    allowed = today_allows(root, environment, today)
    for part, config in configs.items():
        _as_declared(environment, part, config, plan, allowed.datacenters)
    _lawful(plan, allowed.places, None, today)
    return Judged(plan, allowed.rates)


def read_routing(root: Path, environment: str, path: Path, as_of: date | None = None) -> Plan:
    """A plan by which traffic is routed on the way, judged on today's law as the emitted one is.

    Raises:
        SourceError: it cannot be read, is another environment's, or is not lawful today.
    """
    try:
        plan = Plan.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise SourceError(f"`{path.name}` cannot be read", help=_AGAIN) from error
    if plan.environment != environment:
        raise SourceError(f"`{path.name}` is of environment `{plan.environment}`", help=_AGAIN)
    today = as_of or date.today()  # noqa: DTZ011 -- the law counts days where its reader is
    _lawful(plan, today_allows(root, environment, today).places, None, today)
    return plan


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


def _as_declared(
    environment: str,
    part: str,
    config: Mapping[str, Any],
    plan: Plan,
    datacenters: Mapping[str, Mapping[str, str]],
) -> None:
    """Refuse a stack whose place, or whose word on whose data it holds, was edited by hand."""
    stack = f"stack `{environment}.{part}`"
    traffic = config.get("traffic")
    if traffic is not None:
        named, used = traffic["datacenters"], {p.datacenter for p in plan.pools if p.after}
        if set(named) != used:
            odd = min(set(named) ^ used)
            raise SourceError(f"{stack} and the plan do not agree on `{odd}`", help=_HELP)
        places = named
    else:
        if config.get("datacenter") not in (None, part):
            raise SourceError(f"{stack} says that it is `{config['datacenter']}`", help=_HELP)
        places = {part: config.get("place")}
        _subjects(stack, part, config, plan)
    for name, said in places.items():
        known = datacenters.get(name)
        if known is None or said is None:
            continue  # nothing may be planned there: the law's own check says so
        for field, value in said.items():
            if value != known.get(field):
                raise SourceError(
                    f"{stack} puts `{name}` at {field} `{value}`; the catalogue says"
                    f" `{known.get(field)}`",
                    help=_HELP,
                )
    adapter = config.get("adapter")
    if traffic is None and adapter and part in datacenters:
        wanted = datacenters[part]["adapter"]
        if adapter != wanted:
            raise SourceError(
                f"{stack} has adapter `{adapter}`; its environment asks for `{wanted}`", help=_HELP
            )


def _subjects(stack: str, datacenter: str, config: Mapping[str, Any], plan: Plan) -> None:
    """Refuse pools that name other subjects or data classes than the plan sends there."""
    sent: dict[str, tuple[set[str], set[str]]] = {}
    for routing in (plan.nominal, *(case.changes for case in plan.contingencies)):
        for load, shares in routing.items():
            if datacenter in shares:
                subject, service, classes = load.split("/")
                subjects, names = sent.setdefault(service, (set(), set()))
                subjects.add(subject)
                names.update(classes.split("+"))
    for pool in config.get("pools") or ():
        planned = sent.get(pool["service"], (set(), set()))
        for field, wanted in zip(("subjects", "data_classes"), planned, strict=True):
            if set(pool.get(field, ())) != wanted:
                odd = min(set(pool.get(field, ())) ^ wanted)
                raise SourceError(
                    f"{stack} and the plan do not agree on {field.replace('_', ' ')} of pool"
                    f" `{pool['service']}`: `{odd}`",
                    help=_HELP,
                )


def _lawful(
    plan: Plan, allowed: Mapping[str, Collection[str]], datacenter: str | None, today: date
) -> None:
    """Refuse a routing that today's law does not let through."""
    wrong = [each for each in offences(plan, allowed) if datacenter in (None, each[1])]
    if wrong:
        named = "; ".join(f"`{load}` at `{place}`" for load, place in wrong[:_NAMED])
        more = f", and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise SourceError(f"not admissible on {today}: {named}{more}", help=_HELP)
