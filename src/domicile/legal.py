"""A workspace as the law engine reads it: its loads, places, declarations, copies and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from domicile.model.errors import SourceError
from domicile.model.place import Datacenter, Provider
from domicile.model.service import Flow
from domicile.model.tokens import Activity, Priority
from domicile.model.words import did_you_mean
from domicile.residency import Declaration, Law, Place
from domicile.workspace import Workspace

Holder = TypeVar("Holder", Provider, Datacenter)

COPIES = (Activity.STORE, Activity.REPLICATE, Activity.BACKUP)
"""Activities of a flow that leave a copy where they happen."""


@dataclass(frozen=True, slots=True)
class Load:
    """Work that one service does for one subject and one set of data classes."""

    subject: str
    service: str
    data_classes: tuple[str, ...]
    rate: float
    """Nominal, in the service's unit."""
    demands: tuple[str, ...]
    """Ids of the demands that it comes from."""
    priorities: tuple[tuple[Priority, float], ...] = ()
    """What part of the rate has which priority, last to be served first; empty: all normal."""

    @property
    def key(self) -> str:
        """`<subject>/<service>/<data classes joined by +>`, as plans name it."""
        return f"{self.subject}/{self.service}/{'+'.join(self.data_classes)}"


def legal_place(workspace: Workspace, datacenter: str, as_of: date) -> Place:
    """A datacenter as the law sees it: territory, whose law reaches it, certificates in force."""
    place = workspace.datacenters[datacenter]
    provider = workspace.providers[workspace.provider_of[datacenter]]
    in_force = frozenset(
        certificate.id
        for certificate in (*provider.certifications, *place.certifications)
        if (certificate.from_ is None or certificate.from_ <= as_of)
        and (certificate.until is None or as_of <= certificate.until)
        and (certificate.example or certificate.evidence in ("official text", "reproduced"))
    )
    return Place(
        territory=place.country,
        subdivision=place.subdivision,
        law=place.law,
        operator=reached_by(provider),
        certifications=in_force,
        id=datacenter,
        provider=provider.id,
    )


def reached_by(provider: Provider) -> frozenset[str]:
    """Countries whose law reaches a provider: its operator's, and its owners'."""
    return frozenset((provider.operator.country, *(owner.country for owner in provider.owners)))


def declarations(workspace: Workspace) -> tuple[Declaration, ...]:
    """The declared mechanisms, as the law engine reads them."""
    return tuple(
        Declaration(
            token=token,
            subjects=frozenset(mechanism.subjects) or None,
            providers=frozenset(mechanism.providers) or None,
            to=frozenset(mechanism.to) or None,
            from_=mechanism.from_,
            until=mechanism.until,
        )
        for mechanism in workspace.mechanisms
        for token in mechanism.declares
    )


def copies(
    flows: Iterable[Flow], workspace: Workspace, as_of: date
) -> dict[tuple[str, str], set[str]]:
    """Where copies are kept: (subject or `*`, service) → countries, from the declared flows."""
    kept: dict[tuple[str, str], set[str]] = {}
    for flow in flows:
        if flow.activity not in COPIES:
            continue
        countries = {place_country(workspace, target) for target in flow.to}
        for subject in expand(workspace, flow.subjects, as_of) or ("*",):
            kept.setdefault((subject, flow.service), set()).update(countries)
    return kept


def place_country(workspace: Workspace, target: str) -> str:
    """The territory of a flow's target: a datacenter's, or the country itself."""
    datacenter = workspace.datacenters.get(target)
    return target if datacenter is None else datacenter.law or datacenter.country


def expand(workspace: Workspace, names: Iterable[str], as_of: date) -> tuple[str, ...]:
    """Countries and territories that names stand for: groups and unions give their members."""
    found: set[str] = set()
    unread, seen = list(names), set[str]()
    while unread:
        name = unread.pop()
        union = workspace.jurisdictions.get(name)
        if union is not None and union.territory and name not in seen:
            seen.add(name)
            unread += union.territory
            continue
        group = workspace.groups.get(name)
        if group is None:
            found.add(name)
            continue
        for member in group.members:
            if isinstance(member, str):
                found.add(member)
            elif (member.from_ is None or member.from_ <= as_of) and (
                member.until is None or as_of <= member.until
            ):
                found.add(member.of)
    return tuple(sorted(found))


CERTIFICATE = "certificate:"
"""Begins what is withdrawn where it is a certificate: `certificate:<whose>:<id>`."""


def withdraw(workspace: Workspace, law: Law, ids: Iterable[str]) -> tuple[Workspace, Law]:
    """What is left of a workspace's declarations, and of the law, after some have fallen.

    Args:
        workspace: its mechanisms and certificates can fall.
        law: its rules, ways, list entries and needs can.
        ids: of either; a certificate as `certificate:<provider or datacenter>:<id>`.

    Raises:
        SourceError: nothing has one of these names.
    """
    given = frozenset(ids)
    certificates = frozenset(each for each in given if each.startswith(CERTIFICATE))
    left = tuple(each for each in workspace.mechanisms if each.id not in given)
    fallen = given - certificates - {mechanism.id for mechanism in workspace.mechanisms}
    try:
        lawful = law.without(fallen) if fallen else law
    except ValueError as error:
        raise SourceError(
            str(error),
            help="name a rule, way, list entry or token of the law, a mechanism of "
            "`policies/mechanisms.yaml`, or `certificate:<provider or datacenter>:<id>`",
        ) from error
    return _uncertified(replace(workspace, mechanisms=left), certificates), lawful


def _uncertified(workspace: Workspace, ids: frozenset[str]) -> Workspace:
    """The same places, without some of their certificates."""
    if not ids:
        return workspace
    holders: list[Provider | Datacenter] = [
        *workspace.providers.values(),
        *workspace.datacenters.values(),
    ]
    known = {
        f"{CERTIFICATE}{holder.id}:{each.id}"
        for holder in holders
        for each in holder.certifications
    }
    unknown = sorted(ids - known)
    if unknown:
        raise SourceError(
            f"nobody holds a certificate that is called `{unknown[0]}`",
            help=did_you_mean(unknown[0], sorted(known)),
        )

    def kept(holder: Holder) -> Holder:
        left = tuple(
            each
            for each in holder.certifications
            if f"{CERTIFICATE}{holder.id}:{each.id}" not in ids
        )
        return holder.model_copy(update={"certifications": left})

    return replace(
        workspace,
        providers={name: kept(each) for name, each in workspace.providers.items()},
        datacenters={name: kept(each) for name, each in workspace.datacenters.items()},
    )
