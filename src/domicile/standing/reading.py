"""A file of Pulumi's or Terraform's → its resources, and where each is named in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from domicile.model.errors import SourceError
from domicile.model.finding import Location
from domicile.resources import Resource
from domicile.standing import pulumi_state, terraform_state

Kind = Literal["Pulumi state", "Terraform state", "Terraform plan"]
_MOST = 1 << 30
"""Bytes of a file that are read; larger ones are refused."""


@dataclass(frozen=True)
class Standing:
    """The resources of one file."""

    file: str
    """Its path, as answers name it."""
    kind: Kind
    """What it is."""
    resources: tuple[Resource, ...]
    """What a program declared: no data sources, no stacks; providers are among them."""
    text: str
    """The file itself, in which places are looked up; it is never shown."""

    def locate(self, resource: Resource) -> Location:
        """Where the file names a resource. The line's text may hold secrets: it is left out."""
        at = self.text.find(json.dumps(resource.urn))
        if at < 0 and resource.terraform:
            at = terraform_state.find(self.text, resource.urn)
        if at < 0:  # written with other escapes: the file alone is named
            return Location(self.file, 1, 1)
        line = self.text.count("\n", 0, at) + 1
        return Location(self.file, line, at - self.text.rfind("\n", 0, at))

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        """URN, or address, → resource."""
        return {each.urn: each for each in self.resources}


def read(path: Path) -> Standing:
    """Read a file.

    Args:
        path: what `pulumi stack export` or `terraform show -json` wrote, or a `terraform.tfstate`.

    Raises:
        SourceError: it cannot be read, or is none of these.
    """
    text = _text(path)
    try:
        data = json.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise SourceError(
            f"`{path}` is not JSON", Location(str(path), line, column), _HELP
        ) from None
    except RecursionError:
        raise SourceError(f"`{path}` is nested too deeply", Location(str(path), 1, 1)) from None
    kind, resources = _resources(path, data)
    return Standing(str(path), kind, resources, text)


_HELP = (
    "give it what `pulumi stack export` or `terraform show -json` writes, "
    "or a `terraform.tfstate` of version 4"
)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST:
            raise SourceError(f"`{path}` has more than {_MOST >> 20} MiB")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise SourceError(f"`{path}` cannot be read: {reason}", help=_HELP) from None
    except UnicodeDecodeError:
        raise SourceError(f"`{path}` is not text in UTF-8", help=_HELP) from None


def _resources(path: Path, data: Any) -> tuple[Kind, tuple[Resource, ...]]:  # noqa: ANN401
    kind: Kind
    try:
        found = pulumi_state.resources(data)
        if found is not None:
            return "Pulumi state", found
        found = terraform_state.resources(data)
        if found is not None:
            kind = "Terraform plan" if terraform_state.is_plan(data) else "Terraform state"
            return kind, found
    except (AttributeError, TypeError, KeyError, ValueError, RecursionError):
        # Of the right kind at first sight, and then not: what is in it is not repeated.
        raise SourceError(
            f"`{path}` has a form that is not known", Location(str(path), 1, 1), _HELP
        ) from None
    raise SourceError(
        f"`{path}` is neither a state of Pulumi nor a state or plan of Terraform",
        Location(str(path), 1, 1),
        _HELP,
    )
