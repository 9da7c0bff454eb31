"""From a file to the record that it declares, or to everything that is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from pydantic import ValidationError

from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.source import Document, read
from domicile.workspace.files import Found


@dataclass(frozen=True, slots=True)
class Declared:
    """A file that was read: what it declares, and where each part of that stands."""

    found: Found
    document: Document
    record: Record


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
    # places are composed anew when asked for; what was only a step on the way is let go
    return Declared(found, replace(document, data={}), record)
