"""What plain `pulumi` needs of its environment to work on a workspace's stacks."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from domicile.provision.backend import chosen
from domicile.provision.engine import Engine, cache_folder, on_path
from domicile.provision.engine_build import VERSION

_PASSPHRASE = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")

_PATIENT = {"GOMAXPROCS": "8", "PULUMI_PARALLEL": "8", "PULUMI_DIY_BACKEND_PARALLEL": "8"}
"""With a database: Pulumi opens two connections for each core, and a listing of stacks holds one
while it waits for another. More listings than half of them wait for each other for ever."""


def environment(
    root: Path, engine: Engine | None = None, given: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Variables to set; what the user has set already is left alone.

    Where its user has said nothing of it, state and passphrase stand in the workspace's
    `.domicile/`, which is not committed. A backend that the project or a login names is left to
    Pulumi, which finds it by itself.

    Args:
        root: the workspace.
        engine: the engine; absent: the one on PATH, else the one in our cache folder.
        given: the environment as it is.
    """
    private = root.resolve() / ".domicile"
    private.mkdir(mode=0o700, exist_ok=True)
    wanted = {
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # Pulumi lists a program's packages by pip, which would look for its own newer self.
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    kept = chosen(root.resolve(), given)
    if kept.origin != "login" and not kept.is_service:
        # what a user has logged in with stands in the user's own home of Pulumi
        wanted["PULUMI_HOME"] = str(private / "pulumi")
    if kept.url.startswith("postgres"):
        wanted |= _PATIENT
    if kept.origin == "embedded":
        (private / "state").mkdir(mode=0o700, exist_ok=True)
        wanted["PULUMI_BACKEND_URL"] = kept.url
    if not any(name in given for name in _PASSPHRASE):
        wanted["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(_passphrase(private / "passphrase"))
    found = {name: value for name, value in wanted.items() if name not in given}
    folder = engine or on_path()
    programs = folder.folder if folder else cache_folder() / VERSION / "bin"
    found["PATH"] = _first(given.get("PATH", os.defpath), Path(sys.executable).parent, programs)
    return found


def _passphrase(path: Path) -> Path:
    """A random passphrase, made once; whoever comes second takes the first one's."""
    if not path.exists():
        made = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(32))
        try:
            os.link(made, path)
        except FileExistsError:
            return path
        finally:
            made.unlink()
    return path


def _first(path: str, *folders: Path) -> str:
    """A search path that begins with these folders, each named once."""
    names = [str(folder) for folder in folders]
    rest = [part for part in path.split(os.pathsep) if part and part not in names]
    return os.pathsep.join([*dict.fromkeys(names), *rest])
