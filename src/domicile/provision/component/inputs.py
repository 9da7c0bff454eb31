"""What a program gives a component, as plain values: the law cannot be asked about an output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pulumi
from pulumi.output import contains_unknowns
from pulumi.runtime.config import _SECRET_KEYS, set_config
from pulumi.runtime.sync_await import _sync_await

MAY_WAIT = ("machine", "image", "config")
"""Inputs that the law does not ask about: a preview goes on where they are not known yet."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Inputs that may wait, as far as they are known."""

    values: Mapping[str, str]
    """`machine`, `image`, as far as they are given and known."""
    settings: Mapping[str, str]
    """Of `config`: key → value."""
    secret: frozenset[str]
    """Those keys whose values are secret."""
    unknown: tuple[str, ...]
    """What is not known before something else is made: `image`, `config.network:vpc`."""
    after: tuple[pulumi.Resource, ...]
    """What they come from."""


@dataclass(frozen=True, slots=True)
class _Value:
    """What an input is, without what wraps it."""

    value: Any
    known: bool
    secret: bool
    after: frozenset[pulumi.Resource]


def plain(name: str, given: Any) -> Any:  # noqa: ANN401 -- an input of any type
    """An input that the law is asked about.

    Raises:
        InputPropertyError: it is not known yet, or a secret.
    """
    found = _opened(given)
    if not found.known:
        raise pulumi.InputPropertyError(
            name,
            "it is not known before something else is made, so the law cannot be asked; give a"
            " plain value",
        )
    if found.secret:
        raise pulumi.InputPropertyError(
            name, "it is a secret, and would stand in names and labels; give a plain value"
        )
    return found.value


def settle(args: Mapping[str, Any]) -> Settled:
    """Open what may wait.

    Raises:
        InputPropertyError: a machine or an image is a secret.
    """
    values: dict[str, str] = {}
    settings: dict[str, str] = {}
    secret: set[str] = set()
    unknown: list[str] = []
    after: set[pulumi.Resource] = set()
    for name in ("machine", "image"):
        found = _opened(args.get(name))
        after |= found.after
        if not found.known:
            unknown.append(name)
        elif found.value:
            values[name] = plain(name, args[name])
    for key, found in _settings(args.get("config")):
        after |= found.after
        if not found.known:
            unknown.append(f"config.{key}" if key else "config")
            continue
        settings[key] = str(found.value)
        if found.secret:
            secret.add(key)
    return Settled(values, settings, frozenset(secret), tuple(unknown), tuple(after))


def lay_over(settled: Settled) -> None:
    """Lay a program's settings over its stack's: they last as long as the call that gave them."""
    for key, value in settled.settings.items():
        set_config(key, value)
    _SECRET_KEYS.set(_SECRET_KEYS.get() | settled.secret)


def _settings(given: Any) -> Iterator[tuple[str, _Value]]:  # noqa: ANN401 -- an input of any type
    """Each setting's key, and what it is; an empty key: not even the keys are known."""
    if not isinstance(given, pulumi.Output):
        for key, value in (given or {}).items():
            yield key, _opened(value)
        return
    whole = _opened(given)
    if not isinstance(whole.value, Mapping):
        if not whole.known:
            yield "", whole
        return
    # Pulumi says of a map as a whole what it comes from, and whether anything in it is secret
    for key, value in whole.value.items():
        yield key, replace(whole, value=value, known=not contains_unknowns(value))


def _opened(given: Any) -> _Value:  # noqa: ANN401 -- an input of any type
    output = pulumi.Output.from_input(given)
    value = _sync_await(output.future(with_unknowns=True))
    return _Value(
        value,
        bool(_sync_await(output.is_known())) and not contains_unknowns(value),
        bool(_sync_await(output.is_secret())),
        frozenset(_sync_await(output.resources())),
    )
