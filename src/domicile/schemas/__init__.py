"""Published JSON Schemas (2020-12) of every kind of file and answer, made from the models.

A kind of answer is named for its command: `answer-check`. Editors read `<kind>.schema.json`
beside this module; a file names it in its first line:
`# yaml-language-server: $schema=<relative path>`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from domicile.model.answer import ANSWERS
from domicile.model.base import Record
from domicile.model.errors import SourceError
from domicile.model.words import did_you_mean
from domicile.workspace.kinds import KINDS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FILES: Final[dict[str, type[Record]]] = {kind.name: kind.model for kind in KINDS}


class _Plain(GenerateJsonSchema):
    """Without a title for each field, whose name says as much; strict about a mapping's keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002  (pydantic's own signature)
        return False

    def dict_schema(self, schema: Any) -> dict[str, Any]:  # noqa: ANN401  (pydantic's own signature)
        """A mapping whose keys have a pattern takes no others."""
        made: dict[str, Any] = super().dict_schema(schema)
        if "patternProperties" in made:
            made["additionalProperties"] = False
        return made


class _Answered(_Plain):
    """As `_Plain`; and everything is required that an answer always has."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ANN401  (pydantic's own signature)
        """What has a default is there too, unless it is nothing: that is left out."""
        schema = field["schema"]
        if schema["type"] == "default" and schema.get("default", ...) is not None:
            return True
        return bool(super().field_is_required(field, total))


def answer_kind(model: type[Record]) -> str:
    """`answer-<command>`: the kind of an answer, from what it says of itself in `schema`."""
    said: str = model.model_fields["schema_"].default
    return "answer-" + said.removeprefix("domicile.").rpartition("/")[0]


_ANSWERS: Final[dict[str, type[Record]]] = {answer_kind(model): model for model in ANSWERS}
_MODELS: Final = _FILES | _ANSWERS


def kinds() -> tuple[str, ...]:
    """The kinds of file and of answer, by name."""
    return tuple(sorted(_MODELS))


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file or answer.

    Raises:
        SourceError: there is no such kind.
    """
    if kind not in _MODELS:
        raise SourceError(
            f"`{kind}` is not a kind of file or answer",
            help=did_you_mean(kind, kinds()) or "`domicile schema` lists them",
        )
    generator = _Answered if kind in _ANSWERS else _Plain
    made = _MODELS[kind].model_json_schema(by_alias=True, schema_generator=generator)
    return {"$schema": DIALECT, "$id": f"domicile:{kind}/1", **made}


def file_name(kind: str) -> str:
    """The name under which a kind's schema is published."""
    return f"{kind}.schema.json"


def text(kind: str) -> str:
    """A kind's schema as it is published: sorted, indented, with a final newline."""
    return json.dumps(schema(kind), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[Path]:
    """Write every schema into `folder`; return the paths whose content changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for kind in kinds():
        path = folder / file_name(kind)
        made = text(kind)
        if not path.is_file() or path.read_text(encoding="utf-8") != made:
            path.write_text(made, encoding="utf-8")
            changed.append(path)
    return changed
