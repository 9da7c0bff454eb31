"""What pydantic found wrong, in the domain's words, at its place, with help that was checked."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domicile.model.errors import SourceError
from domicile.model.words import quoted
from domicile.source import Document
from domicile.workspace.territories import suggestion

Schema = dict[str, Any]
Key = str | int

_EXPECTED = {
    "string": "text",
    "bool": "`true` or `false`",
    "int": "a whole number",
    "float": "a number",
    "tuple": "a list",
    "dict": "a mapping of keys to values",
    "model": "a mapping of keys to values",
    "date": "a date such as `2026-11-23`",
    "enum": "one of the known words",
    "literal": "one of the known words",
}
_COUNTRY = re.compile(r"\^\[A-Z\]\{2")
_NAME = "^[a-z0-9][a-z0-9._-]{0,62}$"


def explain(
    error: ValidationError, model: type[BaseModel], document: Document
) -> list[SourceError]:
    """One error for each place that is wrong, in the order of the file."""
    at: dict[tuple[Key, ...], ErrorDetails] = {}
    for detail in error.errors(include_url=False):
        keys = _keys(detail, document.data)
        # of a union's members, the one that failed on the value says more than a wrong type
        if keys not in at or at[keys]["type"].endswith("_type"):
            at[keys] = detail
    schema = model.model_json_schema(by_alias=True)
    explained = [_one(keys, detail, schema, document) for keys, detail in at.items()]
    return sorted(explained, key=lambda each: (each.location.line, each.location.column))  # type: ignore[union-attr]


def _keys(detail: ErrorDetails, data: Any) -> tuple[Key, ...]:  # noqa: ANN401  (a file's data)
    """The route in the file: pydantic's own, without the names of types in it."""
    keys: list[Key] = []
    for piece in detail["loc"]:
        try:
            data = data[piece]
        except (KeyError, IndexError, TypeError):
            continue
        keys.append(piece)
    if detail["type"] == "missing":
        keys.append(detail["loc"][-1])
    return tuple(keys)


def _one(
    keys: tuple[Key, ...], detail: ErrorDetails, schema: Schema, document: Document
) -> SourceError:
    kind = detail["type"]
    value = detail["input"]
    is_key = kind == "extra_forbidden" or detail["loc"][-1:] == ("[key]",)
    if kind == "missing":
        message, advice = _missing(keys, schema)
    elif kind == "extra_forbidden":
        message, advice = _unknown(keys, schema)
    elif kind == "value_error":
        message, advice = _quantity(value, str(detail["ctx"]["error"]), _at(schema, keys))
    elif kind == "string_pattern_mismatch":
        message, advice = _pattern(str(value), str(detail["ctx"]["pattern"]))
    elif kind in {"enum", "literal_error"}:
        message, advice = _word(str(value), _words(_at(schema, keys)))
    elif kind.startswith("date") and isinstance(value, str):
        message, advice = (
            f"{_shown(value)} is not a date",
            "write year, month and day: `2026-11-23`",
        )
    elif (word := kind.removesuffix("_type").removesuffix("_parsing")) in _EXPECTED:
        message, advice = _type(value, _EXPECTED[word], word)
    elif kind in {"too_short", "too_long"}:
        message, advice = _length(kind, detail["ctx"]), _described(schema, keys)
    else:
        said = detail["msg"].replace("Input ", "").replace("'", "`").rstrip(".")
        message, advice = f"{_shown(value)} {said[:1].lower()}{said[1:]}", _described(schema, keys)
    return SourceError(message, document.locate(keys, key=is_key), advice)


def _missing(keys: tuple[Key, ...], schema: Schema) -> tuple[str, str | None]:
    where = next((key for key in reversed(keys[:-1]) if isinstance(key, str)), None)
    within = f" in `{where}`" if where else ""
    return f"the key `{keys[-1]}` is missing{within}", _described(schema, keys)


def _unknown(keys: tuple[Key, ...], schema: Schema) -> tuple[str, str | None]:
    known = list(_at(schema, keys[:-1]).get("properties", {}))
    near = get_close_matches(str(keys[-1]), known, 1)
    advice = f"did you mean `{near[0]}`?" if near else f"keys here are {quoted(known)}"
    return f"`{keys[-1]}` is not a key here", advice


def _quantity(value: object, said: str, schema: Schema) -> tuple[str, str | None]:
    example = next(iter(schema.get("examples", ())), None)
    if isinstance(value, str) and re.match(r"\s*-\s*[0-9.]", value):
        return f"{_shown(value)} is negative", "quantities are zero or more"
    quoted = re.findall("`([^`]+)`", said)
    if "is not a unit here" in said and (near := _nearest(quoted[0], quoted[1:])):
        return said, f"did you mean `{str(value).replace(quoted[0], near)}`?"
    return said, f"for example `{example}`" if example else None


def _pattern(value: str, pattern: str) -> tuple[str, str | None]:
    if _COUNTRY.match(pattern):
        near = suggestion(value)
        advice = f"did you mean `{near}`?" if near else "write two capital letters, such as `FR`"
        return f"`{value}` is not an ISO 3166-1 country code", advice
    if pattern == _NAME:
        near = re.sub(r"[^a-z0-9._-]+", "-", value.lower()).strip("-._")[:63]
        rule = "lower case letters, digits, `.`, `_` and `-`"
        return f"`{value}` is not a name: names hold {rule}", (
            f"did you mean `{near}`?" if near else "begin with a letter or a digit"
        )
    return f"`{value}` is not spelt as it must be", f"it must match `{pattern}`"


def _word(value: str, known: list[str]) -> tuple[str, str | None]:
    near = _nearest(value, known)
    advice = f"did you mean `{near}`?" if near else f"use one of {quoted(known)}"
    return f"`{value}` is not one of {quoted(known)}", advice


def _type(value: object, expected: str, word: str) -> tuple[str, str | None]:
    advice = None
    if word == "string" and isinstance(value, bool | int | float):
        advice = f'put it in quotes: "{str(value).lower()}"'
    elif word == "bool" and str(value).lower() in {"yes", "on", "y"}:
        advice = "did you mean `true`?"
    elif word == "bool" and str(value).lower() in {"no", "off", "n"}:
        advice = "did you mean `false`?"
    elif word == "tuple":
        advice = "begin each item with `- `, or put them in `[…]`"
    return f"{_shown(value)} stands where {expected} is expected", advice


def _length(kind: str, facts: dict[str, Any]) -> str:
    limit = facts["min_length" if kind == "too_short" else "max_length"]
    items = "1 item" if limit == 1 else f"{limit} items"
    which = f"too short: {items} at least" if kind == "too_short" else f"too long: {items} at most"
    return f"a list is {which}, not {facts['actual_length']}"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text[:80]}…`" if len(text) > 80 else f"`{text}`"  # noqa: PLR2004  (a line's length)


def _nearest(given: str, known: list[str]) -> str | None:
    lower = {word.lower(): word for word in known}
    near = get_close_matches(given.lower(), lower, 1, 0.5)
    return lower[near[0]] if near else None


def _described(schema: Schema, keys: tuple[Key, ...]) -> str | None:
    """What a key is for, as its model says."""
    field = _at(schema, keys[:-1]).get("properties", {}).get(keys[-1]) if keys else None
    said: str = (field or {}).get("description", "")
    first = said.split(". ", maxsplit=1)[0].rstrip(".").replace("\n", " ")
    return f"`{keys[-1]}`: {first[:1].lower()}{first[1:]}" if first else None


def _words(schema: Schema) -> list[str]:
    return [
        str(word) for word in schema.get("enum", [schema["const"]] if "const" in schema else [])
    ]


def _at(schema: Schema, keys: tuple[Key, ...]) -> Schema:
    """The part of a JSON Schema that a route leads to; of several, the one that knows the way."""
    definitions = schema.get("$defs", {})

    def branches(part: Schema) -> list[Schema]:
        if "$ref" in part:
            return branches(definitions[part["$ref"].rsplit("/", 1)[1]])
        if "anyOf" in part:
            return [inner for each in part["anyOf"] for inner in branches(each)]
        return [part]

    def step(part: Schema, key: Key) -> Schema | None:
        if isinstance(key, int):
            first = part.get("prefixItems", [])
            return first[key] if key < len(first) else part.get("items")
        known = part.get("properties", {}).get(key)
        more = [*part.get("patternProperties", {}).values(), part.get("additionalProperties")]
        return known or next((each for each in more if isinstance(each, dict)), None)

    parts = branches(schema)
    for key in keys:
        parts = [
            inner
            for part in parts
            if (found := step(part, key)) is not None
            for inner in branches(found)
        ]
    telling = [part for part in parts if part.get("type") != "null"]
    return next(iter(telling or parts), {})
