"""What Pulumi's engine shows a policy of a resource → a resource as the judge knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs
from pulumi_policy import proxy as marks
from pulumi_policy.proxy import UnknownValueError

from domicile.resources.resource import UNKNOWN, Provider, Resource, decoded

_UNKNOWN = frozenset(value for name, value in vars(marks).items() if name.startswith("UNKNOWN_"))
"""Texts that stand for what is not known yet."""


def resource_of(args: ResourceValidationArgs) -> Resource:
    """One resource, as it is about to be made."""
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        inputs=plain(args.props),
        provider=_provider(args.provider, args.resource_type),
        parent=getattr(args.opts, "parent", None) or "",
    )


def resources_of(
    given: Iterable[PolicyResource], inputs: Mapping[str, Mapping[str, Any]]
) -> list[Resource]:
    """Every resource of a stack.

    Args:
        given: with their outputs; before they are made, most of these are not known.
        inputs: what is known of the inputs of each, by URN.
    """
    return [
        Resource(
            urn=each.urn,
            type=each.resource_type,
            name=each.name,
            inputs=inputs.get(each.urn, {}),
            outputs=plain(each.props),
            provider=_provider(each.provider, each.resource_type),
            parent=each.parent.urn if each.parent is not None else "",
            needs={
                "": tuple(other.urn for other in each.dependencies),
                **{
                    name: tuple(other.urn for other in others)
                    for name, others in each.property_dependencies.items()
                },
            },
        )
        for each in given
    ]


def plain(value: Any) -> Any:  # noqa: ANN401  (any value of a resource)
    """Plain data, with `UNKNOWN` for what is not known yet; what is no data is left out."""
    if isinstance(value, Mapping):
        return {key: _item(value, key) for key in value}
    if isinstance(value, str):
        return UNKNOWN if value in _UNKNOWN else value
    if isinstance(value, Sequence):
        return [_item(value, index) for index in range(len(value))]
    return value if isinstance(value, bool | int | float) else None


def _item(holder: Any, key: Any) -> Any:  # noqa: ANN401
    try:
        return plain(holder[key])
    except UnknownValueError:
        return UNKNOWN


def _provider(given: PolicyProviderResource | None, kind: str) -> Provider:
    package = kind.partition(":")[0]
    if given is None:
        return Provider(package)
    inputs = {key: decoded(value) for key, value in plain(given.props).items()}
    return Provider(package, given.name, given.urn, inputs)
