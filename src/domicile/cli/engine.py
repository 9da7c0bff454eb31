"""`preview`, `up`, `rollback`, `down`, `recover`, `drift`, `status`, `env`: what runs Pulumi."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from domicile.cli.options import EnvironmentOption, Format, FormatOption, WorkspaceOption

if TYPE_CHECKING:
    from domicile.model.base import Record
    from domicile.provision.results import Outcome
    from domicile.report.terminal import Terminal

Found = TypeVar("Found")
ParallelOption = Annotated[
    int, typer.Option("--parallel", min=1, max=64, help="How many stacks are run side by side.")
]

_EXAMPLES = {
    "preview": "domicile preview -e local",
    "up": "domicile up -e local --parallel 4",
    "rollback": "domicile rollback -e local",
    "drift": "domicile drift -e local --format json",
    "down": "domicile down -e local",
    "recover": "domicile recover -e local",
    "status": "domicile status -e local --format json",
    "env": 'eval "$(domicile env)" && pulumi up -s local.ovh-gra -C infra',
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (preview, up, rollback, down, recover, drift, status, env):
        name = command.__name__
        app.command(name, epilog=f"Example: {_EXAMPLES[name]}")(command)


def preview(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    parallel: ParallelOption = 2,
    format: FormatOption = Format.TEXT,
) -> int:
    """Show the steps of `up`, and what it would change in each stack that differs."""
    return _lifecycle("preview", workspace, environment, parallel, format)


def up(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    parallel: ParallelOption = 2,
    format: FormatOption = Format.TEXT,
) -> int:
    """Bring every stack to what was emitted, in steps of which none falls below headroom."""
    return _lifecycle("up", workspace, environment, parallel, format)


def rollback(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    parallel: ParallelOption = 2,
    format: FormatOption = Format.TEXT,
) -> int:
    """Give `stacks/` the plan that was applied before the emitted one, and bring all to it."""
    return _lifecycle("rollback", workspace, environment, parallel, format)


def down(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    parallel: ParallelOption = 2,
    format: FormatOption = Format.TEXT,
) -> int:
    """Destroy every stack's resources, traffic first; configurations stay."""
    return _lifecycle("down", workspace, environment, parallel, format)


def _lifecycle(
    command: Literal["preview", "up", "rollback", "down"],
    workspace: Path | None,
    environment: str,
    parallel: int,
    format: Format,
) -> int:
    found = _doing(command)(_root(workspace), environment, _progress, parallel)
    # Pulumi need not have waited for what tells of it.
    from domicile.report import running

    return _print(running.outcome_answer(command, found), format, found, running.outcome)


def _doing(
    command: Literal["preview", "up", "rollback", "down"],
) -> Callable[[Path, str, Callable[[str], None], int], Outcome]:
    if command == "rollback":  # it alone emits: for the others that would be imported in vain
        from domicile.provision.rollback import rollback

        return rollback
    from domicile.provision import lifecycle

    return {"preview": lifecycle.preview, "up": lifecycle.up, "down": lifecycle.down}[command]


def drift(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    parallel: ParallelOption = 2,
    format: FormatOption = Format.TEXT,
) -> int:
    """Compare the plan, Pulumi's state and what really stands; exit 1 where they differ."""
    from domicile.provision import drift as comparing
    from domicile.report import running

    found = comparing.drift(_root(workspace), environment, _progress, parallel)
    _print(running.drift_answer(found), format, found, running.drift)
    return 1 if found.differences else 0


def recover(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    format: FormatOption = Format.TEXT,
) -> int:
    """Finish or undo what a killed `up` left, and remove what runs and is in no state."""
    from domicile.provision import recovery
    from domicile.report import running

    found = recovery.recover(_root(workspace), environment, _progress)
    return _print(running.recovery_answer(found), format, found, running.recovery)


def status(
    workspace: WorkspaceOption = None,
    environment: EnvironmentOption = "production",
    format: FormatOption = Format.TEXT,
) -> int:
    """Show how every stack stands, where requests enter, and where they go now."""
    from domicile.provision import recovery
    from domicile.report import running

    found = recovery.status(_root(workspace), environment)
    return _print(running.status_answer(found), format, found, running.status)


def env(workspace: WorkspaceOption = None) -> int:
    """Print what plain `pulumi` needs, as `export` lines for `eval`."""
    from domicile.provision.engine import ensure
    from domicile.provision.settings import environment

    for name, value in sorted(environment(_root(workspace), ensure(_progress)).items()):
        typer.echo(f"export {name}={shlex.quote(value)}")
    return 0


def _root(folder: Path | None) -> Path:
    from domicile.emit.exchange import restore
    from domicile.workspace import find_root

    root = (find_root() if folder is None else folder).resolve()
    restore(root)
    return root


def _progress(text: str) -> None:
    """Progress goes to stderr, so that an answer can be piped."""
    from domicile.report.terminal import plain

    typer.echo(plain(text), err=True)


def _print(
    answer: Record, format: Format, found: Found, render: Callable[[Terminal, Found], None]
) -> int:
    from domicile.report import json
    from domicile.report.terminal import Terminal

    if format is Format.JSON:
        typer.echo(json.text(answer))
    else:
        render(Terminal(sys.stdout), found)
    return 0
