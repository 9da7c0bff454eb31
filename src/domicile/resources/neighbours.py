"""Resources of one stack, found by what others call them: URN, name, id, ARN, link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from domicile.resources.resource import Hidden, Resource

_SAID: Final = (
    *("id", "arn", "name", "bucket", "selfLink", "self_link", "bucketName", "bucketDomainName"),
    *("bucketRegionalDomainName", "bucket_domain_name", "bucket_regional_domain_name"),
    *("accountName", "vaultName", "serverName", "resourceName", "clusterIdentifier", "clusterName"),
    *("cluster_identifier", "identifier", "keyRingId", "fileSystemId", "resourceGroupName"),
    *("workspaceName", "registryName", "namespaceName", "environmentName", "keyName", "dbName"),
)
"""Inputs and outputs by which others name a resource."""
_ARN: Final = re.compile(r"arn:[a-z-]+:[^:]*:([a-z0-9-]*):[^:]*:(.+)", re.DOTALL)
_WITHIN: Final = re.compile(r"(?:^|/)(?:locations|regions|zones)/([a-z0-9-]+)(?:/|$)")
_S3: Final = re.compile(r"^(?P<bucket>[^./]+)\.s3[.-]")


class Neighbours:
    """The resources that are known so far."""

    def __init__(
        self,
        resources: Iterable[Resource] = (),
        refers: Callable[[Resource], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        """Know some resources.

        Args:
            resources: these.
            refers: the inputs in which a resource names others, and so not itself.
        """
        self.by_urn: dict[str, Resource] = {}
        self._named: dict[tuple[str, str], list[Resource]] = {}
        self._refers = refers
        for resource in resources:
            self.add(resource)

    def add(self, resource: Resource) -> None:
        """Know one more."""
        self.by_urn[resource.urn] = resource
        package = package_of(resource)
        others = self._refers(resource)
        for held in (resource.inputs, resource.outputs):
            for key in _SAID:
                value = held.get(key)
                if isinstance(value, str) and value and key not in others:
                    named = self._named.setdefault((package, value), [])
                    if resource not in named:
                        named.append(resource)

    def meant(self, resource: Resource, path: str, value: Any) -> Resource | None:  # noqa: ANN401
        """The resource that an input of another one names; None where it is not of this stack."""
        needed = [self.by_urn[urn] for urn in resource.needed_for(path) if urn in self.by_urn]
        if isinstance(value, Hidden) or not isinstance(value, str):
            return needed[0] if needed else None
        package = package_of(resource)
        for spelt in spellings(value):
            for found in self._named.get((package, spelt), ()):
                if found.urn != resource.urn:
                    return found
        return needed[0] if len(needed) == 1 else None

    def needed_by(self, urn: str) -> tuple[Resource, ...]:
        """What a resource (a provider too) depends on."""
        resource = self.by_urn.get(urn)
        if resource is None:
            return ()
        urns = dict.fromkeys(urn for needed in resource.needs.values() for urn in needed)
        return tuple(self.by_urn[each] for each in urns if each in self.by_urn)


def package_of(resource: Resource) -> str:
    """The first word of a type: what names mean something within."""
    return resource.type.partition("_" if resource.terraform else ":")[0]


def region_within(value: str) -> str | None:
    """The region that an ARN or a path of Google's carries; None where it carries none."""
    arn = _ARN.fullmatch(value)
    if arn is not None:
        return arn.group(1) or None
    path = _WITHIN.search(value)
    return path.group(1) if path is not None else None


def spellings(value: str) -> tuple[str, ...]:
    """What a value may name: itself, the end of a path or an ARN, the bucket of a host name."""
    found = [value]
    arn = _ARN.fullmatch(value)
    rest = value if arn is None else arn.group(2)
    found.append(rest)
    found += [rest.rpartition("/")[2], rest.rpartition(":")[2], rest.partition("/")[0]]
    bucket = _S3.match(value)
    if bucket is not None:
        found.append(bucket["bucket"])
    return tuple(dict.fromkeys(each for each in found if each))
