"""Builds what runs programs in TypeScript and Go under the engine of these tests.

Users have these hosts from Pulumi's own installer. Here they come from the last of Pulumi's Go
modules that hold them, and `pulumi-sdks` calls today's generators: those old hosts have none.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from domicile.provision.engine import cache_folder

_HERE = Path(__file__).parent
SDK = "github.com/pulumi/pulumi/sdk/v3"
PROGRAMS = {
    "pulumi-language-nodejs": ("nodejs", f"{SDK}/nodejs/cmd/pulumi-language-nodejs"),
    "pulumi-language-go": ("go", f"{SDK}/go/pulumi-language-go"),
    "pulumi-sdks": ("sdks", "."),
}
"""Program → the module here that names its sources, and the package."""
_WITHIN = 1800.0  # seconds for one program on a busy machine


def missing(*tools: str) -> list[str]:
    """The tools that are not installed."""
    return [tool for tool in tools if shutil.which(tool) is None]


def folder() -> Path:
    """Where they stand once they are built: once on a machine, for each content of the modules."""
    digest = hashlib.sha256()
    for module, _ in PROGRAMS.values():
        for file in sorted((_HERE / module).iterdir()):
            digest.update(file.read_bytes())
    return cache_folder() / f"hosts-{digest.hexdigest()[:12]}"


def build() -> Path:
    """Build those that do not stand yet."""
    into = folder()
    into.mkdir(parents=True, exist_ok=True)
    for name, (module, package) in PROGRAMS.items():
        if not (into / name).exists():
            made = into / f".{name}.{os.getpid()}"
            command = ["go", "build", "-ldflags", "-s -w", "-o", str(made), package]
            run(command, _HERE / module, environment(), _WITHIN)
            made.rename(into / name)
    return into


def environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What Go is told: nothing but what the module files name, by their hashes."""
    return {
        **given,
        "GOFLAGS": "-mod=readonly -buildvcs=false -trimpath",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def run(command: list[str], where: Path, given: dict[str, str], within: float) -> str:
    """Run a command; what it printed."""
    done = subprocess.run(
        command,
        cwd=where,
        env=given,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=within,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout
