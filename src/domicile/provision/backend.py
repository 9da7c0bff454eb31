"""Where Pulumi keeps the states of a workspace's stacks: as its user has set it, else with us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import yaml

CLOUD = "https://api.pulumi.com"
"""Pulumi's own service, which a token in the environment stands for."""
_FILE = "file://"


@dataclass(frozen=True, slots=True)
class Backend:
    """Where states are kept."""

    url: str
    """As Pulumi takes it: `file://…`, `s3://…`, `postgres://…`, `https://…`."""
    origin: Literal["variable", "project", "token", "embedded", "login"]
    """Who says so."""

    @property
    def is_service(self) -> bool:
        """Whether it is a service that knows its users: what they logged in with is needed."""
        return self.url.startswith(("https://", "http://"))


def chosen(root: Path, given: Mapping[str, str]) -> Backend:
    """The backend of a workspace.

    In this order: the variable `PULUMI_BACKEND_URL`; `backend:` in `infra/Pulumi.yaml`; a token for
    Pulumi's service; files in `.domicile/state`, if states are there already; where the user has
    logged in; files in `.domicile/state`.

    Args:
        root: the workspace.
        given: the environment as its user has set it.
    """
    if url := given.get("PULUMI_BACKEND_URL"):
        return Backend(url, "variable")
    if url := _of_project(root / "infra" / "Pulumi.yaml"):
        return Backend(url, "project")
    if given.get("PULUMI_ACCESS_TOKEN"):
        there = Backend(_logged_in(given) or CLOUD, "token")
        return there if there.is_service else Backend(CLOUD, "token")
    embedded = root / ".domicile" / "state"
    if not (embedded / ".pulumi").is_dir() and (url := _logged_in(given)):
        return Backend(url, "login")
    return Backend(f"{_FILE}{embedded}", "embedded")


def files(url: str, given: Mapping[str, str]) -> Path | None:
    """The folder in which states stand as plain JSON files; None where Pulumi must read them."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.query or given.get("PULUMI_DIY_BACKEND_GZIP"):
        return None
    folder = Path(unquote(parts.netloc + parts.path)).expanduser()
    return folder if folder.is_absolute() else None


def _of_project(file: Path) -> str | None:
    try:
        declared = yaml.safe_load(file.read_text(encoding="utf-8"))
        url = declared["backend"]["url"]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return None  # what is wrong with the file, Pulumi says when it reads it
    return str(url) or None


def _logged_in(given: Mapping[str, str]) -> str | None:
    """Where `pulumi login` went last."""
    home = given.get("PULUMI_CREDENTIALS_PATH") or given.get("PULUMI_HOME")
    folder = Path(home) if home else Path(given.get("HOME") or Path.home()) / ".pulumi"
    try:
        current = json.loads((folder / "credentials.json").read_text(encoding="utf-8"))["current"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(current) if current else None
