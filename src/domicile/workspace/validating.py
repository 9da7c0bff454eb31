"""From a file to the record that it declares, or to everything that is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.source import Document, read
from domicile.workspace.files import Found


@dataclass(frozen=True)
class Declared:
    """A file: what it declares, and where each part of that stands."""

    found: Found
    record: Record
    text: str | None = None
    """What was read; None where the record came from the compiled law."""

    @cached_property
    def document(self) -> Document:
        """Its places; parsed again when first asked for, since a load that succeeds needs none.

        Raises:
            SourceError: it was not read before, and now cannot be.
        """
        file = self.found.file
        if self.text is None:
            return read(self.found.path, self.found.root, file)
        return Document(file, self.text, {})


def declare(found: Found) -> Declared | list[SourceError]:
    """Read and validate one file.

    JSON's rules of types hold, strictly: a list is a tuple and a text may be a date, but `no` is
    never false nor `"5"` a number. So the models and the published schemas agree.
    """
    try:
        document = read(found.path, found.root, found.file)
    except SourceError as error:
        return [error]
    text = json.dumps(document.data, ensure_ascii=False, allow_nan=False)
    model = found.kind.model
    try:
        record = model.model_validate_json(text, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        from domicile.workspace.explaining import explain  # noqa: PLC0415  (only where needed)

        return explain(error, model, document)
    return Declared(found, record, document.text)
