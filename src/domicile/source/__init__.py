"""YAML as plain data with places: text in, a `Document` or a `SourceError` out."""

from __future__ import annotations

from domicile.model.errors import SourceError
from domicile.source.document import Document
from domicile.source.reading import LARGEST, fetch, parse, read

__all__ = ["LARGEST", "Document", "SourceError", "fetch", "parse", "read"]
