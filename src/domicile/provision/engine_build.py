"""Builds Pulumi's engine from its own Go modules, whose hashes ship in `engine_modules/`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

VERSION = "3.259.0"
"""The engine's version: the newest that is served as Go modules."""
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_MARK = f"-X {_SDK}/go/common/version.Version=v{VERSION}"
_PROGRAMS = (
    ("engine", "pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", _MARK),
    ("language", "pulumi-language-python", f"{_SDK}/python/cmd/pulumi-language-python", ""),
)
_RUNNER = "pulumi-language-python-exec"
BUILD_WITHIN = 1800.0  # seconds for one program on a slow machine
_SAY_EVERY = 15.0


def build(folder: Path, progress: Callable[[str], None]) -> str | None:
    """Build an engine into `folder/bin`, whole or not at all.

    Returns:
        None, or why that was not possible.
    """
    go = shutil.which("go")
    if go is None:
        return "go is not installed to build it"
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f"{folder.name}.building-", dir=folder.parent))
    try:
        why = _build(go, staging, progress)
        if why is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (staging / "bin").rename(folder / "bin")
        return why
    finally:
        _remove(staging)


def _build(go: str, staging: Path, progress: Callable[[str], None]) -> str | None:
    (staging / "bin").mkdir()
    environment = {
        **os.environ,
        "GOPATH": str(staging / "go"),
        "GOCACHE": str(staging / "cache"),
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        "GOTOOLCHAIN": os.environ.get("GOTOOLCHAIN", "auto"),
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }
    for module, name, package, mark in _PROGRAMS:
        source = staging / module
        shipped = resources.files("domicile.provision") / "engine_modules" / module
        with resources.as_file(shipped) as path:
            shutil.copytree(path, source)
        command = [go, "build", "-ldflags", f"-s -w {mark}".strip()]
        command += ["-o", str(staging / "bin" / name), package]
        why = _run(command, source, environment, f"building {name} {VERSION} with Go", progress)
        if why is not None:
            return f"building {name} failed: {why}"
    listed = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", _SDK],
        cwd=staging / "engine",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    runner = Path(listed.stdout.strip()) / "python" / "cmd" / _RUNNER
    if listed.returncode or not runner.is_file():
        return f"`{_RUNNER}` is not in the module {_SDK}"
    shutil.copyfile(runner, staging / "bin" / _RUNNER)
    (staging / "bin" / _RUNNER).chmod(0o755)
    return None


def _run(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    what: str,
    progress: Callable[[str], None],
) -> str | None:
    """Run a long command; None, or the last line that it said."""
    progress(f"{what} (once on this machine, some minutes)")
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                spent = time.monotonic() - began
                if spent > BUILD_WITHIN:
                    return f"it took longer than {BUILD_WITHIN / 60:.0f} minutes"
                try:
                    process.wait(_SAY_EVERY)
                except subprocess.TimeoutExpired:
                    progress(f"{what}: {time.monotonic() - began:.0f} s")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode == 0:
            return None
        said.seek(0)
        lines = [line.strip() for line in said if line.strip()]
        return lines[-1] if lines else f"go ended with {process.returncode}"


def _remove(folder: Path) -> None:
    """Remove a folder in which Go keeps its modules read-only."""
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
