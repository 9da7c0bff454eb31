"""The compiled catalogue that ships is the catalogue that people edit."""

from __future__ import annotations

import json

from domicile.residency import Law
from domicile.source import parse
from domicile.workspace import __main__ as compiling
from domicile.workspace import load_law, load_shipped
from domicile.workspace.compiled import INDEX


def test_the_index_that_ships_is_the_catalogue_as_written() -> None:
    """`python -m domicile.workspace` writes it again after a change to the catalogue."""
    written = INDEX.read_text(encoding="utf-8")
    assert compiling.text() == written, "run `python -m domicile.workspace`"


def test_every_shipped_file_says_the_same_compiled() -> None:
    """What a line holds is all that its file declares, and the law made of it is the same."""
    workspace = load_shipped()
    for each in workspace.declared:
        text = json.dumps(parse(each.found.file, each.raw).data)
        model = each.found.kind.model
        assert each.record == model.model_validate_json(text, strict=True, by_name=False)
    assert load_law(workspace) == Law.of(
        workspace.jurisdictions.values(), workspace.groups.values(), workspace.data_classes
    )
