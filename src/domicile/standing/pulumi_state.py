"""Resources of a Pulumi state: what `pulumi stack export` writes, or a file backend keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from domicile.resources import SECRET, UNKNOWN, Provider, Resource
from domicile.resources.resource import decoded

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""Marks a value that is more than data: a secret, an asset, an archive, an output."""
_SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - marks secrets, is none
_OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN: Final = frozenset(
    (
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    )
)
"""Texts by which the engine writes what is not known."""
_PROVIDERS: Final = "pulumi:providers:"
_STACK: Final = "pulumi:pulumi:"


def resources(data: Any) -> tuple[Resource, ...] | None:  # noqa: ANN401  (any JSON)
    """The resources of a state; None where it is none.

    Raises:
        TypeError, KeyError, AttributeError: it began as one.
    """
    states = _states(data)
    if states is None:
        return None
    configured = {
        each["urn"]: _plain(each.get("inputs") or {})
        for each in states
        if each["type"].startswith(_PROVIDERS)
    }
    return tuple(
        _resource(each, configured) for each in states if not each["type"].startswith(_STACK)
    )


def _states(data: Any) -> list[Mapping[str, Any]] | None:  # noqa: ANN401
    if not isinstance(data, Mapping):
        return None
    for outer, inner in (("deployment", None), ("checkpoint", "latest")):
        held = data.get(outer)
        if isinstance(held, Mapping):
            deployment = held if inner is None else held.get(inner) or {}
            return list(deployment.get("resources") or ())
    return None


def _resource(state: Mapping[str, Any], configured: Mapping[str, Mapping[str, Any]]) -> Resource:
    urn, kind = state["urn"], state["type"]
    outputs = dict(_plain(state.get("outputs") or {}))
    if state.get("id"):
        outputs.setdefault("id", state["id"])
    return Resource(
        urn=urn,
        type=kind,
        name=urn.rpartition("::")[2],
        inputs=_plain(state.get("inputs") or {}),
        outputs=outputs,
        provider=_provider(state.get("provider") or "", kind, configured),
        parent=state.get("parent") or "",
        needs={
            "": tuple(state.get("dependencies") or ()),
            **{
                name: tuple(urns or ())
                for name, urns in (state.get("propertyDependencies") or {}).items()
            },
        },
    )


def _provider(
    reference: str, kind: str, configured: Mapping[str, Mapping[str, Any]]
) -> Provider | None:
    """A reference is the provider's URN, `::` and its id."""
    package = kind.partition(":")[0]
    urn = reference.rpartition("::")[0]
    if not urn:
        return None
    inputs = {key: decoded(value) for key, value in configured.get(urn, {}).items()}
    return Provider(package, urn.rpartition("::")[2], urn, inputs)


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            return _signed(value)
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and value in _UNKNOWN:
        return UNKNOWN
    return value


def _signed(value: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """A value that is more than data."""
    if value[_SIGNATURE] == _SECRET_SIGNATURE or value.get("secret"):
        return SECRET
    if value[_SIGNATURE] == _OUTPUT_SIGNATURE:
        return _plain(value["value"]) if "value" in value else UNKNOWN
    return None  # an asset or an archive: a file's content, no setting
