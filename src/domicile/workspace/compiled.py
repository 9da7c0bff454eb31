"""What the shipped files say, without their YAML: each found by the digest of its bytes.

`python -m domicile.workspace` writes one line for each shipped file. Whoever reads a file with
those bytes takes the record from that line. A file that was changed has another digest, so its
YAML is read: an index that lags behind makes things slower, never wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

INDEX: Final = Path(__file__).with_name("shipped.jsonl")
SCHEMA: Final = "domicile.shipped/1"

Named = tuple[str, str]
"""A file's name within its folder, and the digest of its bytes."""


@dataclass(frozen=True)
class Index:
    """The lines of the index."""

    law: str
    """Digest of all files of law together; see `law_digest`."""
    texts: dict[str, str]
    """Digest of a file's bytes → what it declares, as JSON."""

    @classmethod
    def of(cls, text: str) -> Index:
        """Read the index; one of another schema holds nothing."""
        first, *lines = text.splitlines() or ["[]"]
        schema, law = [*json.loads(first), "", ""][:2]
        if schema != SCHEMA:
            return cls("", {})
        # A line is `["<digest>",<record>]`: the record is parsed by whoever needs it.
        return cls(law, {line[2:66]: line[68:-1] for line in lines})


def digest(kind: str, raw: bytes) -> str:
    """The digest by which a file's bytes are found: the same bytes may be right for one kind."""
    return hashlib.sha256(kind.encode() + b"\0" + raw).hexdigest()


def law_digest(files: Iterable[Named]) -> str:
    """The digest of files of law: it is the same only where all names and bytes are."""
    return digest("law", repr(sorted(files)).encode())


@cache
def shipped() -> Index:
    """The index that lies beside this file; empty where it cannot be read."""
    try:
        return Index.of(INDEX.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Index("", {})


def write(files: Iterable[tuple[str, Any]], law: str) -> str:
    """The index as its file holds it.

    Args:
        files: for each, the digest of its bytes, and the record as plain data.
        law: the digest of those of them that are law.
    """
    lines = [_line([SCHEMA, law]), *sorted(_line([key, data]) for key, data in files)]
    return "\n".join(lines) + "\n"


def _line(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
