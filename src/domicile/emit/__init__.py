"""Plan → `stacks/`: deterministic, idempotent, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from domicile.emit.exchange import replace_files
from domicile.emit.rendering import plan_text, stack_text
from domicile.emit.stacks import NAMESPACE, configs, empty_config
from domicile.model.errors import SourceError
from domicile.model.finding import Location
from domicile.model.plan import Plan
from domicile.model.stack import plan_digest, stack_name
from domicile.situation import Situation

__all__ = ["Change", "emit", "plan_is_fresh"]

STACKS = "stacks"
_WORKPLACE = ".domicile"


@dataclass(frozen=True, slots=True)
class Change:
    """One file of `stacks/`, and whether it differs from what stands."""

    path: str
    """Within the workspace."""
    changed: bool


def plan_is_fresh(situation: Situation) -> bool:
    """Whether the emitted plan rests on today's declarations and verdicts, whatever its date."""
    plan = situation.plan
    return (
        plan is not None
        and plan.inputs == situation.workspace.digest(situation.environment)
        and plan.verdicts == situation.verdicts_digest
    )


def emit(situation: Situation, plan: Plan, *, write: bool = True) -> tuple[Change, ...]:
    """Bring `stacks/` to what a plan says.

    Args:
        situation: the situation that the plan was made for.
        plan: the plan; already believed by the checker.
        write: False only compares.

    Returns:
        Every file that belongs to the environment, in order of path.

    Raises:
        OutsideError: the files could not be written; `stacks/` is unchanged.
        SourceError: a stack file that stands there cannot be read.
    """
    root = _root(situation)
    wanted = _contents(situation, plan, root / STACKS)
    changes = tuple(
        Change(f"{STACKS}/{name}", _read(root / STACKS / name) != text.encode())
        for name, text in sorted(wanted.items())
    )
    changed = [change.path.split("/", 1)[1] for change in changes if change.changed]
    if write and changed:
        replace_files(
            root / STACKS, {name: wanted[name].encode() for name in changed}, root / _WORKPLACE
        )
    return changes


def _root(situation: Situation) -> Path:
    root = situation.workspace.root
    if root is None:
        raise SourceError("the shipped catalogue alone has no `stacks/`", help="name a workspace")
    return root


def _contents(situation: Situation, plan: Plan, folder: Path) -> dict[str, str]:
    """File name → text, for the plan and every stack of the environment."""
    environment = plan.environment
    text = plan_text(plan)
    digest = plan_digest(text)
    owned = configs(situation, plan, digest)
    prefix = f"Pulumi.{environment}."
    for path in sorted(folder.glob(f"{prefix}*.yaml")):
        place = path.name.removeprefix(prefix).removesuffix(".yaml")
        owned.setdefault(stack_name(environment, place), empty_config(situation, place, digest))
    found = {f"plan.{environment}.yaml": text}
    for stack, config in owned.items():
        name = f"Pulumi.{stack}.yaml"
        found[name] = _stack_file(folder / name, config)
    return found


def _stack_file(path: Path, config: dict[str, Any]) -> str:
    """The text of a stack file: ours in `config:`, Pulumi's own settings and the user's kept.

    Where our part already says what it should, the text stays as it stands, however Pulumi
    formatted it.
    """
    data = _read(path)
    if data is None:
        return stack_text({"config": config})
    try:
        text = data.decode()
        settings = yaml.safe_load(text) or {}
        standing = dict(settings.get("config") or {})
    except (yaml.YAMLError, AttributeError, ValueError, TypeError) as error:
        raise SourceError(
            f"stack file `{path.name}` cannot be read",
            Location(f"{STACKS}/{path.name}", 1, 1),
            help="restore it from version control: it may hold Pulumi's encryption salt",
        ) from error
    kept = {key: value for key, value in standing.items() if not _ours(key, value)}
    if {key: value for key, value in standing.items() if key not in kept} == config:
        return text
    return stack_text({**settings, "config": config | kept})


def _ours(key: str, value: object) -> bool:
    """Whether `emit` owns a key of `config:`. Secrets are the user's, whatever they are called."""
    return key.startswith(NAMESPACE) and not (isinstance(value, dict) and "secure" in value)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
