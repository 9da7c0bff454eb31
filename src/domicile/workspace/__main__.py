"""`python -m domicile.workspace`: compile the shipped catalogue to `shipped.jsonl`."""

from __future__ import annotations

import sys

from domicile.workspace import load_shipped
from domicile.workspace.compiled import INDEX, law_digest, write
from domicile.workspace.loading import load_law
from domicile.workspace.validating import Declared


def text() -> str:
    """The index of the shipped catalogue as it is now."""
    workspace = load_shipped()
    load_law(workspace)  # it must be whole: names in it are not checked again
    return write(
        ((each.digest, _plain(each)) for each in workspace.declared),
        law_digest((each.found.path.name, each.digest) for each in workspace.declared if each.law),
    )


def main() -> int:
    """Write the index; the exit code is 0."""
    INDEX.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{INDEX}\n")
    return 0


def _plain(each: Declared) -> object:
    return each.record.model_dump(mode="json", by_alias=True, exclude_defaults=True)


if __name__ == "__main__":
    sys.exit(main())
