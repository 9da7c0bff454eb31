"""Plan → `stacks/`: deterministic, idempotent, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domicile.emit.exchange import held, left_behind, replace_files
from domicile.emit.rendering import plan_text, stack_text
from domicile.emit.stack_file import FOLDER, StackFile
from domicile.emit.stacks import NAMESPACE, configs, empty_config
from domicile.model.errors import SourceError
from domicile.model.plan import Plan
from domicile.model.stack import TRAFFIC, plan_digest, stack_name
from domicile.situation import Situation

__all__ = ["Change", "emit", "plan_is_fresh"]

_WORKPLACE = ".domicile"


@dataclass(frozen=True, slots=True)
class Change:
    """One file of `stacks/`, and whether it differs from what stands."""

    path: str
    """Within the workspace."""
    changed: bool


def plan_is_fresh(situation: Situation) -> bool:
    """Whether the emitted plan rests on today's declarations and verdicts, whatever its date.

    A plan that was edited by hand is not the one that the checker passed, so it is not fresh: the
    stack that directs traffic names the digest of the plan that was written with it.

    Raises:
        SourceError: the workspace has no folder, or its stack file cannot be read.
    """
    plan = situation.plan
    return (
        plan is not None
        and plan.inputs == situation.workspace.digest(situation.environment)
        and plan.verdicts == situation.verdicts_digest
        and _is_as_written(situation)
    )


def _is_as_written(situation: Situation) -> bool:
    """Whether the plan's file is the one that the traffic stack was written with."""
    folder = _root(situation) / FOLDER
    text = _read(folder / f"plan.{situation.environment}.yaml") or b""
    return _named_plan(situation, folder) == plan_digest(text.decode())


def _named_plan(situation: Situation, folder: Path) -> object:
    """The digest of the plan that the traffic stack names; None where it names none."""
    name = f"Pulumi.{stack_name(situation.environment, TRAFFIC)}.yaml"
    data = _read(folder / name)
    return StackFile.read(name, data or b"").ours.get(f"{NAMESPACE}plan")


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
    folder, workplace = root / FOLDER, root / _WORKPLACE
    standing = _changes(folder, _contents(situation, plan, folder))
    if not write or not (any(each.changed for each in standing) or left_behind(workplace)):
        return standing
    with held(folder, workplace):
        wanted = _contents(situation, plan, folder)
        changes = _changes(folder, wanted)
        changed = [Path(change.path).name for change in changes if change.changed]
        if changed:
            replace_files(folder, {name: wanted[name].encode() for name in changed}, workplace)
    return changes


def _changes(folder: Path, wanted: dict[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(f"{FOLDER}/{name}", _read(folder / name) != text.encode())
        for name, text in sorted(wanted.items())
    )


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
        return stack_text(config)
    standing = StackFile.read(path.name, data)
    if standing.ours == config:
        return data.decode()
    return stack_text(config, standing.above, standing.kept, standing.below)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
