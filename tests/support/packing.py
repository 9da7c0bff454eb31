"""The policy pack of a workspace on an engine of tests, whose analyzer host is an old one.

That host cannot start a pack of `runtime: python`; a current one can. So the pack is copied with
another runtime's name, and its plugin stands on PATH under that name.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domicile.provision.engine import ensure
from domicile.provision.settings import environment
from domicile.workspace.starting import start

RUNTIME = "py"
_PLUGIN = f"""#!/bin/sh
exec "{sys.executable}" -u -m pulumi.policy "$1" "$2"
"""
_PROGRAM = "import json, pathlib, pulumi\n\nclass Raw(pulumi.CustomResource):\n    pass\n\n{body}\n"
_EMPTY = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def nothing(args, report):
    pass

PolicyPack("empty", [ResourceValidationPolicy("nothing", "says nothing", validate=nothing)],
    enforcement_level=EnforcementLevel.MANDATORY)
"""


@dataclass
class Packed:
    """A workspace with its pack, and any program beside it."""

    root: Path
    """The workspace."""
    providers: str = ""
    """What `PULUMI_DEBUG_PROVIDERS` is to be."""
    variables: dict[str, str] = field(default_factory=dict)
    """Further variables."""

    def __post_init__(self) -> None:
        start(self.root / "workspace")
        self.engine = ensure()
        self.programs = self.root / "programs"
        self.plugins = self.root / "plugins"
        for folder in (self.programs, self.plugins):
            folder.mkdir()
        plugin = self.plugins / f"pulumi-analyzer-policy-{RUNTIME}"
        plugin.write_text(_PLUGIN)
        plugin.chmod(0o755)
        self.pack = self._pack(self.root / "workspace" / "policies")
        (self.programs / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        self.run("stack", "init", "dev")

    @property
    def workspace(self) -> Path:
        """The workspace's folder."""
        return self.root / "workspace"

    def declare(self, path: str, text: str) -> None:
        """Write a file of the workspace."""
        file = self.workspace / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def program(self, body: str) -> None:
        """What the program declares; `Raw(type, name, inputs, opts)` is any resource."""
        (self.programs / "__main__.py").write_text(_PROGRAM.format(body=body))

    def empty_pack(self) -> Path:
        """A pack whose one policy finds nothing: what any pack costs."""
        folder = self.root / "empty"
        folder.mkdir(exist_ok=True)
        (folder / "PulumiPolicy.yaml").write_text(f"name: empty\nruntime: {RUNTIME}\n")
        (folder / "__main__.py").write_text(_EMPTY)
        return folder

    def run(
        self,
        *arguments: str,
        pack: Path | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the CLI in the program's folder; what it said goes to one text."""
        command = [self.engine.program, *arguments, "--non-interactive", "--color", "never"]
        if pack is not None:
            command += ["--policy-pack", str(pack)]
        if config is not None:
            file = self.root / "policy-config.json"
            file.write_text(json.dumps(config))
            command += ["--policy-pack-config", str(file)]
        settings = environment(self.root, self.engine)
        path = os.pathsep.join([str(self.plugins), settings["PATH"]])
        return subprocess.run(
            command,
            cwd=self.programs,
            env={
                **os.environ,
                **settings,
                "PATH": path,
                "PULUMI_DEBUG_PROVIDERS": self.providers,
                **self.variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )

    def preview(self, **more: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401
        """`pulumi preview --policy-pack policies`."""
        return self.run("preview", pack=self.pack, **more)

    def up(self, **more: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401
        """`pulumi up --policy-pack policies`, without a preview before it."""
        return self.run("up", "--yes", "--skip-preview", pack=self.pack, **more)

    def _pack(self, shipped: Path) -> Path:
        """The pack with another runtime's name; it stays in the workspace."""
        copy = shipped.with_name("pack-of-tests")
        shutil.copytree(shipped, copy)
        file = copy / "PulumiPolicy.yaml"
        file.write_text(file.read_text().replace("runtime: python", f"runtime: {RUNTIME}"))
        return copy
