"""From a file to the record that it declares, or to everything that is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pydantic import ValidationError

from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.model.law import DataClassesFile, Jurisdiction
from domicile.model.place import GroupsFile
from domicile.source import Document, fetch, parse
from domicile.workspace import compiled
from domicile.workspace.files import Found

_LAW: Final = (Jurisdiction, GroupsFile, DataClassesFile)


@dataclass(frozen=True)
class Declared:
    """A file: what it declares, and where each part of that stands."""

    found: Found
    raw: bytes = field(repr=False)
    """What was read."""
    digest: str
    """Of those bytes, for this kind of file."""
    text: str = field(repr=False)
    """What it declares, as JSON."""

    @property
    def law(self) -> bool:
        """Whether it says what the law is."""
        return self.found.kind.model in _LAW

    @cached_property
    def record(self) -> Record:
        """What it declares; validated when first asked for.

        JSON's rules of types hold, strictly: a list is a tuple and a text may be a date, but `no`
        is never false nor `"5"` a number. So the models and the published schemas agree.
        """
        model = self.found.kind.model
        return model.model_validate_json(self.text, strict=True, by_alias=True, by_name=False)

    @cached_property
    def document(self) -> Document:
        """Its places; parsed when first asked for, since a load that succeeds needs none."""
        return parse(self.found.file, self.raw)


def declare(found: Found) -> Declared | list[SourceError]:
    """Read one file, and validate it unless it is as shipped."""
    try:
        raw = fetch(found.path, found.root, found.file)
        digest = compiled.digest(found.kind.name, raw)
        known = compiled.shipped().texts.get(digest)
        if known is not None:
            return Declared(found, raw, digest, known)
        document = parse(found.file, raw)
    except SourceError as error:
        return [error]
    text = json.dumps(document.data, ensure_ascii=False, allow_nan=False)
    declared = Declared(found, raw, digest, text)
    try:
        declared.record  # noqa: B018 - asked for here, so that what is wrong is known now
    except ValidationError as error:
        from domicile.workspace.explaining import explain

        return explain(error, found.kind.model, document)
    return declared
