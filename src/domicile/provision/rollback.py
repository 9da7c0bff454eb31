"""Back to the plan that was applied before: its files first, then the same steps as any `up`."""

from __future__ import annotations

from pathlib import Path

from domicile.emit.exchange import held as exchanged
from domicile.emit.exchange import replace_files
from domicile.emit.rendering import stack_text
from domicile.emit.stack_file import FOLDER, StackFile
from domicile.model.errors import SourceError
from domicile.model.stack import plan_digest
from domicile.provision import lifecycle
from domicile.provision.applied import Applied
from domicile.provision.engine import Progress
from domicile.provision.results import Outcome
from domicile.provision.running import AT_A_TIME


def rollback(
    root: Path, environment: str, progress: Progress = lambda _: None, at_a_time: int = AT_A_TIME
) -> Outcome:
    """Bring everything back to the plan that was applied whole before the emitted one.

    `stacks/` gets that plan's files again; Pulumi's own part and the user's part of each stay. A
    plan that today's law does not let through, or that has less headroom than what stands and the
    policy, is refused as with `up`.

    Raises:
        SourceError: no earlier plan was applied, or it is refused.
        RefusedError: no order of steps is safe.
        OutsideError: as `up`.
    """
    root = root.resolve()
    applied = Applied.read(root, environment)
    now = _emitted(root, environment)
    before = next((plan for plan in applied.plans if plan != now), None)
    if before is None or not applied.files(before).is_dir():
        raise SourceError(
            f"no earlier plan of environment `{environment}` was applied from this workspace",
            help=f"take `stacks/plan.{environment}.yaml` and its stacks from version control",
        )
    progress(f"back to the plan of {_as_of(applied.files(before), environment)}")
    _restore(root, environment, applied.files(before))
    return lifecycle.up(root, environment, progress, at_a_time)


def _emitted(root: Path, environment: str) -> str:
    try:
        text = (root / FOLDER / f"plan.{environment}.yaml").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    return plan_digest(text)


def _as_of(files: Path, environment: str) -> str:
    from domicile.model.plan import Plan
    from domicile.source import parse

    name = f"plan.{environment}.yaml"
    return str(Plan.model_validate(parse(name, (files / name).read_bytes()).data).as_of)


def _restore(root: Path, environment: str, files: Path) -> None:
    """Give `stacks/` the kept files, all at once, with what is not ours in them as it stands."""
    folder, workplace = root / FOLDER, root / ".domicile"
    with exchanged(folder, workplace):
        contents: dict[str, bytes | None] = {}
        plan = f"plan.{environment}.yaml"
        contents[plan] = (files / plan).read_bytes()
        kept = {path.name: path for path in files.glob(f"Pulumi.{environment}.*.yaml")}
        standing = {path.name: path for path in folder.glob(f"Pulumi.{environment}.*.yaml")}
        digest = plan_digest(contents[plan].decode())  # type: ignore[union-attr]
        for name in sorted(kept.keys() | standing.keys()):
            contents[name] = _stack(name, kept.get(name), standing.get(name), digest)
        replace_files(folder, contents, workplace)


def _stack(name: str, kept: Path | None, standing: Path | None, digest: str) -> bytes:
    now = StackFile.read(name, b"" if standing is None else standing.read_bytes())
    if kept is None:  # a datacenter that the earlier plan did not know: nothing is left there
        ours = {**now.ours, "domicile:plan": digest, "domicile:pools": []}
    else:
        ours = StackFile.read(name, kept.read_bytes()).ours
    return stack_text(ours, now.above, now.kept, now.below).encode()
