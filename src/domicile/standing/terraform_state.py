"""Resources of Terraform (and OpenTofu): states and plans as JSON, and its own state files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from domicile.resources import SECRET, UNKNOWN, Provider, Resource

_RAW_VERSION: Final = 4
_INDEX: Final = re.compile(r"\[[^\]]*\]")


def is_plan(data: Mapping[str, Any]) -> bool:
    """Whether it says what is to be, rather than what is."""
    return "planned_values" in data


def resources(data: Any) -> tuple[Resource, ...] | None:  # noqa: ANN401  (any JSON)
    """The managed resources of a state or plan; None where it is neither.

    Raises:
        TypeError, KeyError, AttributeError: it began as one.
    """
    if not isinstance(data, Mapping):
        return None
    if data.get("version") == _RAW_VERSION and isinstance(data.get("resources"), list):
        return tuple(_raw(data["resources"]))
    if "format_version" not in data:
        return None
    if is_plan(data):
        return tuple(_Plan(data).resources())
    return tuple(
        _shown(each, {}, Provider(each["type"].partition("_")[0]))
        for each in _modules((data.get("values") or {}).get("root_module") or {})
    )


def find(text: str, address: str) -> int:
    """Where a state file as Terraform keeps it names a resource; -1: nowhere.

    Such a file spells no address: it says module, mode, type and name one after the other.
    """
    # An index may hold dots: what stands before it is looked for, and every instance is there.
    at = re.fullmatch(r"(?:(.+)\.)?([^.\[\]]+)\.([^.\[\]]+)(?:\[.*\])?", address, re.DOTALL)
    if at is None:
        return -1
    module, kind, name = at.groups()
    said = [("module", module), ("mode", "managed"), ("type", kind), ("name", name)]
    pairs = [
        rf"{json.dumps(key)}\s*:\s*(?P<{key}>{re.escape(json.dumps(value))})"
        for key, value in said
        if value is not None
    ]
    found = re.search(r"\{\s*" + r"\s*,\s*".join(pairs), text)
    return -1 if found is None else found.start("name")


def _modules(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in module.get("resources") or ():
        if each.get("mode") == "managed":
            yield each
    for child in module.get("child_modules") or ():
        yield from _modules(child)


def _shown(
    each: Mapping[str, Any], needs: Mapping[str, tuple[str, ...]], provider: Provider
) -> Resource:
    return Resource(
        urn=each["address"],
        type=each["type"],
        name=each["name"],
        inputs=hide(each.get("values") or {}, each.get("sensitive_values"), SECRET),
        provider=provider,
        needs={"": tuple(each.get("depends_on") or ()), **needs},
        terraform=True,
    )


def hide(value: Any, marks: Any, hidden: Any) -> Any:  # noqa: ANN401
    """A value in which whatever `marks` says is true is replaced by `hidden`."""
    if marks is True:
        return hidden
    if isinstance(marks, Mapping):
        held = value if isinstance(value, Mapping) else {}
        return {key: hide(held.get(key), marks.get(key), hidden) for key in {**held, **marks}}
    if isinstance(marks, list) and marks:
        items = value if isinstance(value, list) else []
        longest = max(len(items), len(marks))
        return [
            hide(
                items[index] if index < len(items) else None,
                marks[index] if index < len(marks) else None,
                hidden,
            )
            for index in range(longest)
        ]
    return value


class _Plan:
    """A plan: what is to be, with how its providers are configured and what refers to what."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._planned = (data.get("planned_values") or {}).get("root_module") or {}
        self._changes = {
            each["address"]: each.get("change") or {} for each in data.get("resource_changes") or ()
        }
        self._variables = {
            name: (each or {}).get("value") for name, each in (data.get("variables") or {}).items()
        }
        configuration = data.get("configuration") or {}
        self._providers = configuration.get("provider_config") or {}
        self._declared = dict(_declared(configuration.get("root_module") or {}, ""))

    def resources(self) -> Iterator[Resource]:
        """Every managed resource that will be."""
        for each in _modules(self._planned):
            change = self._changes.get(each["address"], {})
            declared = self._declared.get(_INDEX.sub("", each["address"]), {})
            values = hide(each.get("values") or {}, change.get("after_unknown"), UNKNOWN)
            values = hide(values, change.get("after_sensitive"), SECRET)
            needs = dict(_references(declared.get("expressions") or {}, _module(each["address"])))
            key = declared.get("provider_config_key") or each["type"].partition("_")[0]
            yield _shown({**each, "values": values}, needs, self._provider(key))

    def _provider(self, key: str) -> Provider:
        config = self._providers.get(key) or {}
        package = config.get("name") or key.rpartition(":")[2].partition(".")[0]
        inputs = {
            name: self._value(given) for name, given in (config.get("expressions") or {}).items()
        }
        return Provider(package, config.get("alias") or "", key, inputs)

    def _value(self, given: Any) -> Any:  # noqa: ANN401  (an expression, or a block of them)
        if isinstance(given, list):
            return [self._value(item) for item in given]
        if not isinstance(given, Mapping):
            return None
        if "constant_value" in given:
            return given["constant_value"]
        if "references" in given:
            return self._of_variable(given["references"])
        return {name: self._value(item) for name, item in given.items()}

    def _of_variable(self, references: Iterable[str]) -> Any:  # noqa: ANN401
        for reference in references:
            scope, _, name = reference.partition(".")
            if scope == "var" and name in self._variables:
                return self._variables[name]
        return UNKNOWN


def _declared(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in module.get("resources") or ():
        yield f"{prefix}{each['address']}", each
    for name, call in (module.get("module_calls") or {}).items():
        yield from _declared(call.get("module") or {}, f"{prefix}module.{name}.")


def _module(address: str) -> str:
    """The address of the module that a resource is in, with a final dot; empty: the root."""
    type_and_name = re.search(r"[^.]+\.[^.\[]+(?:\[[^\]]*\])?$", address)
    return address[: type_and_name.start()] if type_and_name else ""


def _references(
    expressions: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, given in expressions.items():
        found = tuple(dict.fromkeys(_addresses(given, prefix)))
        if found:
            yield name, found


def _addresses(given: Any, prefix: str) -> Iterator[str]:  # noqa: ANN401
    if isinstance(given, list):
        for item in given:
            yield from _addresses(item, prefix)
    elif isinstance(given, Mapping):
        for reference in given.get("references") or ():
            parts = reference.split(".")
            if len(parts) > 1 and parts[0] not in ("var", "local", "data", "each", "count", "self"):
                yield f"{prefix}{parts[0]}.{parts[1]}"
        for name, item in given.items():
            if name != "references":
                yield from _addresses(item, prefix)


def _raw(states: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    """A state file as Terraform keeps it; secrets are named beside their values."""
    for state in states:
        if state.get("mode") != "managed":
            continue
        module = f"{state['module']}." if state.get("module") else ""
        for instance in state.get("instances") or ():
            key = instance.get("index_key")
            index = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
            marks: dict[str, Any] = {}
            for path in instance.get("sensitive_attributes") or ():
                first = path[0] if path else {}
                if isinstance(first, Mapping) and isinstance(first.get("value"), str):
                    marks[first["value"]] = True  # all of the attribute, though part is secret
            yield Resource(
                urn=f"{module}{state['type']}.{state['name']}{index}",
                type=state["type"],
                name=state["name"],
                inputs=hide(instance.get("attributes") or {}, marks, SECRET),
                provider=Provider(state["type"].partition("_")[0]),
                needs={"": tuple(instance.get("dependencies") or ())},
                terraform=True,
            )
