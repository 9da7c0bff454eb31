"""Which files make a workspace: its own, and of the shipped catalogue what they leave uncovered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from domicile.model.errors import SourceError
from domicile.model.finding import Location
from domicile.workspace.catalogue import catalogue
from domicile.workspace.kinds import FOLDERS, KINDS, Kind, kind_of

_MARKS = ("regions", "policies", "infra")
SHIPPED_AS = "domicile/catalogue"
"""What the paths of shipped files begin with in answers, outside the repository itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read."""

    kind: Kind
    path: Path
    root: Path
    """The folder that it must not leave: the workspace, or the shipped catalogue."""
    file: str
    """Its path as answers name it."""
    shipped: bool
    """Whether it comes with the package."""


def find_root(start: Path | None = None) -> Path:
    """The workspace around a folder: the nearest with two of `regions/`, `policies/`, `infra/`.

    Args:
        start: where to begin; absent: the current folder.

    Raises:
        SourceError: neither it nor any folder above is a workspace.
    """
    origin = Path(start or Path.cwd()).absolute()
    for folder in (origin, *origin.parents):
        if sum((folder / mark).is_dir() for mark in _MARKS) > 1:
            return folder
    raise SourceError(
        f"`{origin}` is not within a workspace",
        help="go to a folder with `regions/`, `policies/` and `infra/`, or name one with "
        "`--workspace`; `domicile init` makes one",
    )


def find(root: Path | None) -> tuple[list[Found], list[SourceError]]:
    """Every file to read, in order of their paths, and what stands there but is no such file.

    A workspace's file covers the shipped file of the same path; one of a kind that a name
    tells (`regions/entries.yaml`) covers every shipped file of that kind.
    """
    shipped = catalogue()
    found: list[Found] = []
    errors: list[SourceError] = []
    if root is not None:
        for item in _stand(root, shipped=False):
            (found if isinstance(item, Found) else errors).append(item)  # type: ignore[arg-type]
    if root is None or not root.samefile(shipped):
        named = {item.kind.name for item in found if item.kind.named}
        paths = {item.file.lower() for item in found}
        for item in _stand(shipped, shipped=True):
            if not isinstance(item, Found) or item.kind.name in named:
                continue
            if item.path.relative_to(shipped).as_posix().lower() not in paths:
                found.append(item)
    return sorted(found, key=lambda item: (item.shipped, item.file)), errors


def _stand(root: Path, *, shipped: bool) -> Iterator[Found | SourceError]:
    for folder in FOLDERS:
        if shipped and not any(kind.shipped for kind in KINDS if kind.folder == folder):
            continue
        try:
            names = _names(root / folder)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            message = f"`{folder}` cannot be read: {reason}"
            yield SourceError(message, Location(folder, 1, 1), "check its permissions")
            continue
        for name in names:
            file = f"{folder}/{name}"
            kind = kind_of(folder, name)
            if not _is_ours(folder, name, kind):
                continue
            if not name.isprintable():
                at = Location(folder, 1, 1)
                yield SourceError(f"the file name {name!a} is not text", at, "rename the file")
            elif not name.endswith(".yaml") or kind is None:
                if not shipped:
                    yield _stranger(folder, name)
            elif kind.shipped or not shipped:
                shown = f"{SHIPPED_AS}/{file}" if shipped else file
                yield Found(kind, root / folder / name, root, shown, shipped)


def _names(folder: Path) -> list[str]:
    """Names of the folder's YAML files; none where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                entry.name
                for entry in entries
                if entry.name.endswith((".yaml", ".yml")) and not entry.name.startswith(".")
            )
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_ours(folder: str, name: str, kind: Kind | None) -> bool:
    """Pulumi keeps files of its own beside ours; in `stacks/` only plans are read."""
    return not name.startswith("Pulumi") and (folder != "stacks" or kind is not None)


def _stranger(folder: str, name: str) -> SourceError:
    known = [f"{kind.name}.yaml" for kind in KINDS if kind.folder == folder and kind.named]
    if name.endswith(".yml"):
        advice = f"name it `{name[:-4]}.yaml`"
    elif near := get_close_matches(name, known, 1):
        advice = f"did you mean `{near[0]}`?"
    else:
        advice = "files here are " + ", ".join(f"`{each}`" for each in known)
    file = f"{folder}/{name}"
    return SourceError(f"`{file}` is not a file of a workspace", Location(file, 1, 1), advice)
