"""What a Pulumi SDK lets a resource's inputs be, asked of the SDK's own types at run time."""

# ruff: noqa: ANN401 -- types and values of any kind are what this is about

from __future__ import annotations

import importlib
import inspect
import json
import re
import typing
import warnings
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

import pulumi
from pulumi import _types

PACKAGES = {
    "azure-native": "pulumi_azure_native",
    "scaleway": "pulumiverse_scaleway",
    "exoscale": "pulumiverse_exoscale",
    "tencentcloud": "tencentcloud_iac_pulumi",
}
"""Pulumi package → the Python package of its SDK, where that is not `pulumi_<package>`."""
PREPARES = {
    "huaweicloud": "domicile.provision.huawei.sdk",
    "yandex": "domicile.provision.yandex.sdk",
}
"""Pulumi package → what must be imported before its SDK can be."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that a preview does not know, in Pulumi's protocol."""


def _module(package: str) -> str:
    return PACKAGES.get(package, f"pulumi_{package.replace('-', '_')}")


def _folder(package: str) -> Path:
    """Where the SDK is installed."""
    spec = find_spec(_module(package))
    assert spec is not None, f"{_module(package)} is not installed"
    assert spec.origin is not None
    return Path(spec.origin).parent


def version(package: str) -> str:
    """The provider's version that the SDK asks for."""
    said = json.loads((_folder(package) / "pulumi-plugin.json").read_text(encoding="utf-8"))
    return str(said.get("version") or metadata.version(_module(package)))


@cache
def _classes(package: str) -> dict[str, tuple[str, str]]:
    """Token → Python module and class, as the SDK registers them."""
    name = _module(package)
    text = (_folder(package) / "__init__.py").read_text(encoding="utf-8")
    listed = re.search(r'resource_modules="""(.*?)"""', text, re.DOTALL)
    assert listed is not None
    found = {f"pulumi:providers:{package}": (name, "Provider")}
    for module in json.loads(listed.group(1)):
        for token, cls in module["classes"].items():
            found[token] = (module["fqn"], cls)
    return found


@cache
def resource(package: str, token: str) -> type | None:
    """The SDK's class of a resource; None where it has none."""
    where = _classes(package).get(token)
    if where is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SDKs warn of their own old names while they load
        importlib.import_module(PREPARES.get(package, _module(package)))
        found: type = getattr(importlib.import_module(where[0]), where[1])
    return found


@cache
def arguments(package: str, token: str) -> type | None:
    """The SDK's class of a resource's inputs."""
    cls = resource(package, token)
    if cls is None:
        return None
    module = importlib.import_module(cls.__module__)
    for name in (f"{cls.__name__}InitArgs", f"{cls.__name__}Args"):
        found = vars(module).get(name)
        if isinstance(found, type) and _types.is_input_type(found):
            return found
    return None


def outputs(package: str, token: str) -> dict[str, Any]:
    """Engine's name of each output → its type, those that are inputs too included."""
    cls = resource(package, token)
    return {} if cls is None else _types.resource_types(cls)


def offences(package: str, token: str, inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Where inputs are not what the SDK takes: (property, what is wrong), in order."""
    if resource(package, token) is None:
        if package == "kubernetes" and "apiVersion" in inputs:
            return []  # of a kind that a cluster was taught
        return [("", f"the SDK has no resource {token}")]
    taken = arguments(package, token)
    assert taken is not None, f"no arguments of {token}"
    return list(_fields("", taken, inputs))


def _fields(path: str, taken: type, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    shapes, required = _shapes(taken)
    for name in sorted(given.keys() - shapes.keys()):
        yield f"{path}{name}", f"{taken.__name__} has no such property"
    for name in sorted(required - {name for name, value in given.items() if value is not None}):
        yield f"{path}{name}", f"missing: {taken.__name__} requires it"
    for name, shape in shapes.items():
        if given.get(name) is not None:
            yield from _value(f"{path}{name}", shape, given[name])


@cache
def _shapes(taken: type) -> tuple[dict[str, Any], frozenset[str]]:
    """Engine's name of each property → its type; and which of them are required."""
    shapes = _types.input_type_types(taken)
    names = _types.input_type_py_to_pulumi_names(taken)
    signature = inspect.signature(taken.__init__)  # type: ignore[misc]  # its class is known
    required = frozenset(
        names[name]
        for name, parameter in signature.parameters.items()
        if parameter.default is inspect.Parameter.empty and name in names
    )
    return {name: shapes.get(name, Any) for name in names.values()}, required


def _value(path: str, shape: Any, given: Any) -> Iterator[tuple[str, str]]:
    if given == UNKNOWN or shape is Any or shape is pulumi.Output:
        return
    options = _options(shape)
    tried = [list(_plain(path, option, given)) for option in options]
    if tried and all(tried):
        yield from min(tried, key=lambda found: (-_depth(found), len(found)))


def _depth(found: list[tuple[str, str]]) -> int:
    """The option that got furthest says best what is wrong."""
    return max(len(re.findall(r"[.\[]", path)) for path, _ in found)


def _options(shape: Any) -> list[Any]:
    """The plain types of a union; what only wraps them in Python, and TypedDicts, are left out."""
    if typing.get_origin(shape) not in (typing.Union, UnionType):
        return [shape]
    found = []
    for option in typing.get_args(shape):
        origin = typing.get_origin(option) or option
        if origin in (Awaitable, pulumi.Output, NoneType) or typing.is_typeddict(option):
            continue
        found.extend(_options(option))
    return found


def _plain(  # noqa: C901 -- one case for each kind of type
    path: str, shape: Any, given: Any
) -> Iterator[tuple[str, str]]:
    origin = typing.get_origin(shape) or shape
    wrong = (path, f"{_said(given)} is not {_name(shape)}")
    if origin is Any or typing.is_typeddict(shape) or origin is pulumi.Output:
        return
    if origin is typing.Literal:
        if given not in typing.get_args(shape):
            yield wrong
    elif not isinstance(origin, type):
        return
    elif issubclass(origin, Enum):
        if given not in [member.value for member in origin]:
            yield wrong
    elif _types.is_input_type(origin):
        if not isinstance(given, Mapping):
            yield wrong
        else:
            yield from _fields(f"{path}.", origin, given)
    elif issubclass(origin, Mapping):
        yield from _mapping(path, shape, given, wrong)
    elif issubclass(origin, Sequence) and not issubclass(origin, str):
        yield from _sequence(path, shape, given, wrong)
    elif not _scalar(origin, given):
        yield wrong


def _mapping(
    path: str, shape: Any, given: Any, wrong: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    if not isinstance(given, Mapping):
        yield wrong
        return
    inner = (typing.get_args(shape) or (Any, Any))[1]
    for name, value in given.items():
        if value is not None:
            yield from _value(f"{path}.{name}", inner, value)


def _sequence(
    path: str, shape: Any, given: Any, wrong: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    if not isinstance(given, list):
        yield wrong
        return
    inner = (typing.get_args(shape) or (Any,))[0]
    for number, value in enumerate(given):
        yield from _value(f"{path}[{number}]", inner, value)


def _scalar(origin: type, given: Any) -> bool:
    """As bridged providers take it: numbers are floats on the wire."""
    if origin is bool:
        return isinstance(given, bool)
    if origin is int:
        return (
            isinstance(given, int | float) and not isinstance(given, bool) and given == int(given)
        )
    if origin is float:
        return isinstance(given, int | float) and not isinstance(given, bool)
    if origin is str:
        return isinstance(given, str)
    return True  # assets, archives, other resources


def _said(given: Any) -> str:
    text = json.dumps(given, default=str)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _name(shape: Any) -> str:
    return getattr(shape, "__name__", str(shape))
