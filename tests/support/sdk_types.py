"""What Pulumi's SDKs say of their own resources: tokens, and the inputs that each one takes.

Read from the source of the installed packages, without importing them: some take a minute to load.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGES = {
    "aws": "pulumi_aws",
    "azure-native": "pulumi_azure_native",
    "gcp": "pulumi_gcp",
    "openstack": "pulumi_openstack",
    "ovh": "pulumi_ovh",
    "hcloud": "pulumi_hcloud",
    "scaleway": "pulumiverse_scaleway",
    "alicloud": "pulumi_alicloud",
    "kubernetes": "pulumi_kubernetes",
    "oci": "pulumi_oci",
    "exoscale": "pulumiverse_exoscale",
    "upcloud": "pulumi_upcloud",
    "tencentcloud": "tencentcloud_iac_pulumi",
    "yandex": "pulumi_yandex",
    "huaweicloud": "pulumi_huaweicloud",
}
"""Pulumi package → the Python package of its SDK."""

_TOKEN = re.compile(r"__self__\)\.__init__\(\s*'([^']+)'")
_VERSIONED = re.compile(r"v\d{8}(preview|privatepreview)?")
Inputs = dict[str, ast.expr | None]
"""Engine's name of an input → its Python type."""


def folder(package: str) -> Path | None:
    """Where an SDK is installed; None where it is not."""
    found = find_spec(PACKAGES[package])
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0])


@cache
def modules(package: str) -> dict[str, Path]:
    """Token of each resource, without its version → the module that holds it."""
    root = folder(package)
    assert root is not None
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("*.py")):
        if path.name.startswith("_") or any(map(_VERSIONED.fullmatch, path.parts)):
            continue
        token = _TOKEN.search(path.read_text(encoding="utf-8"))
        if token:
            found[token.group(1)] = path
    return found


@cache
def _classes(path: Path) -> dict[str, Inputs]:
    """Class → its inputs, of one module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name: dict(_getters(each)) for each in tree.body if isinstance(each, ast.ClassDef)}


def _getters(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None]]:
    for function in node.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for decorator in function.decorator_list:
            if ast.unparse(decorator) == "pulumi.getter":
                yield function.name, function.returns
            elif isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pulumi.getter":
                yield ast.literal_eval(decorator.keywords[0].value), function.returns


def inputs(package: str, token: str) -> Inputs | None:
    """The inputs of a resource; None where there is no such resource."""
    path = modules(package).get(token)
    if path is None:
        return None
    classes = _classes(path)
    named = token.rpartition(":")[2] if ":" in token else "Provider"
    for name in (f"{named}Args", f"{named}InitArgs", "ResourceArgs"):
        if name in classes:
            return classes[name]
    return next(
        (taken for name, taken in classes.items() if name.endswith(("Args", "ArgsBase"))), {}
    )


def missing(package: str, token: str, path: str) -> str | None:
    """The first part of a path of inputs that the SDK does not know; None where it knows all.

    A value of any shape (a mapping, a JSON text) is taken as knowing whatever is asked of it.
    """
    level = inputs(package, token)
    if level is None:
        return token
    where = modules(package)[token]
    for part in path.split("."):
        if part not in level:
            return part
        level_, where = _inside(level[part], where)
        if level_ is None:
            return None
        level = level_
    return None


def _inside(annotation: ast.expr | None, where: Path) -> tuple[Inputs | None, Path]:
    """The inputs of a nested type; None for plain values, where a path ends or may be anything."""
    if annotation is None:
        return None, where
    found: Inputs = {}
    home = where
    for module, name in re.findall(r"(?:([\w.]+)\.)?(\w+)Args\b", ast.unparse(annotation)):
        for folder_ in (where.parent, *where.parents):
            candidate = next(
                (
                    each
                    for each in _candidates(folder_, module)
                    if each.is_file() and f"{name}Args" in _classes(each)
                ),
                None,
            )
            if candidate is not None:  # of several shapes, each may be meant
                found |= _classes(candidate)[f"{name}Args"]
                home = candidate
                break
    return (found, home) if found else (None, where)


def _candidates(folder_: Path, module: str) -> Iterator[Path]:
    yield folder_ / "_inputs.py"
    parts = [part for part in module.split(".") if part not in ("", "_")]
    if parts:
        yield folder_.joinpath(*parts) / "_inputs.py"
