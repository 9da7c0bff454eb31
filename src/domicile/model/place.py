"""Where backends can stand: providers, datacenters, links, failure domains, entries, groups."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domicile.model.base import Country, Identifier, Record, Territory
from domicile.model.quantity import Backends, DataRate, Duration
from domicile.model.tokens import Activity, Evidence


class Company(Record):
    """A legal person and the country whose law reaches it."""

    name: str
    """Its registered or public name."""
    country: Country
    """The country whose law reaches it."""


class Certification(Record):
    """A certificate of a provider or a datacenter, for as long as it runs."""

    id: str
    """Its token as rules need it: `HDS` meets `host:HDS`, `dpf` meets `recipient:dpf`."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """First day on which it holds."""
    until: date | None = None
    """Last day on which it holds; absent while no end is known."""
    evidence: Evidence = Evidence.UNVERIFIED
    """How far this claim can be trusted."""
    source: str | None = None
    """Where it was seen."""
    example: bool = False
    """Whether it is invented for an example workspace."""


class Coordinates(Record):
    """A point on the Earth, WGS 84."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    """Degrees north."""
    longitude: Annotated[float, Field(ge=-180, le=180)]
    """Degrees east."""


class FailureDomain(Record):
    """What is lost together: a power grid, a fibre duct, a flood plain, a control plane."""

    id: Identifier
    """Its name in `failure_domains` lists."""
    name: str
    """What it is, in words."""
    kind: Literal["power-grid", "fibre-duct", "flood-plain", "control-plane", "metro", "seismic"]
    """What sort of thing fails."""
    source: str
    """Where it was seen, or how it was derived."""
    example: bool = False
    """Whether it is invented for an example workspace."""


class Datacenter(Record):
    """One place where backends run: a cloud region or a building, in one country."""

    id: Identifier
    """`<provider>-<place>`, as pools and links name it."""
    name: str
    """The provider's own name for it."""
    country: Country
    """ISO 3166-1 country in which it stands."""
    subdivision: Annotated[str | None, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")] = None
    """ISO 3166-2 subdivision, where known."""
    law: Territory | None = None
    """The territory with its own law in which it stands, where that is not the country's."""
    city: str
    """The town that its provider names."""
    coordinates: Coordinates
    """Where it stands; a town's centre where the building is not published."""
    failure_domains: tuple[Identifier, ...] = ()
    """What it shares with others, beside its provider."""
    certifications: tuple[Certification, ...] = ()
    """Certificates of this place, beside those of its provider."""
    capacity: DataRate | None = None
    """What its network carries."""
    quota: Backends | None = None
    """Most backends, of all services together, that may stand here."""
    source: str
    """Where these facts were seen."""
    checked: date
    """The day on which they were."""


class Provider(Record):
    """A hosting company: its operator is the legal person that runs the places."""

    id: Identifier
    """Its name in datacenter ids, pools and contingencies."""
    name: str
    """Its public name."""
    operator: Company
    """The legal person that operates the datacenters."""
    owners: tuple[Company, ...] = ()
    """Who owns the operator; their law reaches it too."""
    certifications: tuple[Certification, ...] = ()
    """Certificates that hold at every one of its datacenters."""
    source: str
    """Where these facts were seen."""
    checked: date
    """The day on which they were."""


Users = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9+-]{1,30}$")]
"""A country, a territory or a group, whose people use services."""


class Link(Record):
    """A connection between two datacenters, or between people and a datacenter; both directions."""

    id: Identifier | None = None
    """Its name in contingencies; absent: the two ends, in order, joined by `~`."""
    between: Annotated[
        tuple[Identifier | Users, Identifier | Users], Field(min_length=2, max_length=2)
    ]
    """The two datacenters; or a country, a territory or a group and a datacenter: then it carries
    what goes between services and their users there, who have no way in but such links."""
    capacity: DataRate
    """What it carries, shared by both directions."""
    latency: Duration | None = None
    """One-way latency; absent: derived from the distance."""
    failure_domains: tuple[Identifier, ...] = ()
    """What breaks it together with others."""
    source: str | None = None
    """Where it was seen."""
    example: bool = False
    """Whether it is invented for an example workspace."""

    @property
    def name(self) -> str:
        """Its id, given or derived from its ends."""
        return self.id or "~".join(sorted(self.between))

    @property
    def users(self) -> str | None:
        """The country, territory or group at one end; None: it joins datacenters."""
        return next((end for end in self.between if end[0].isupper()), None)


class Entry(Record):
    """Where the people of a subject country reach the service's network."""

    subject: Territory
    """The country or territory."""
    city: str
    """The town that stands for it."""
    coordinates: Coordinates
    """Where that town is."""


class Member(Record):
    """A member of a group, for as long as it is one."""

    of: Territory
    """The country or territory."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """First day of membership; absent: before any date that matters."""
    until: date | None = None
    """Last day of membership."""


class Group(Record):
    """A named, dated set of countries that rules refer to, such as `EEA`."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9+-]{1,30}$")]
    """Its name in rules."""
    name: str
    """What it is."""
    members: tuple[Territory | Member, ...]
    """Who belongs to it; with dates where membership began or ended."""
    evidence: Evidence
    """How far the list can be trusted."""
    source: str
    """Where it was seen."""
    checked: date
    """The day on which it was."""


class Path(Record):
    """Where a side path leads from some places."""

    from_: Annotated[tuple[str, ...], Field(alias="from")] = ()
    """Datacenters, or countries whose datacenters; empty: every datacenter of the provider."""
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    """Datacenters, countries, or `anywhere`: wherever the provider has a datacenter."""


class SidePath(Record):
    """A way in which a provider's own feature takes data elsewhere."""

    id: Identifier
    """Its name with this provider; `azure:geo-redundant-storage` in answers."""
    feature: str
    """The feature, as its provider calls it."""
    does: str
    """What happens to data where nothing is changed, in our own words."""
    default: bool
    """Whether it happens unless it is switched off; else it happens only where it is asked for."""
    carries: Literal["content", "logs", "account"]
    """What it takes along: the services' own data, records about its use, or the customer's
    account (names of resources, people who operate them), which is no subject's data."""
    activity: Activity
    """What is done with it there."""
    sets_off: tuple[Activity, ...] = ()
    """Activities of a service that set it off; empty: any."""
    paths: tuple[Path, ...] = ()
    """Where it leads; empty: only where a workspace says."""
    avoid: str
    """How to switch it off, or keep it in a place of one's choice."""
    evidence: Evidence
    """How far this can be trusted."""
    source: str
    """Where it was seen."""
    checked: date
    """The day on which it was."""


class RegionFile(Record):
    """`regions/<provider>.yaml`: one provider and its places."""

    provider: Provider
    """The hosting company."""
    datacenters: tuple[Datacenter, ...] = ()
    """Its places."""
    failure_domains: tuple[FailureDomain, ...] = ()
    """Failure domains first needed here."""
    links: tuple[Link, ...] = ()
    """Links between its places, or to those of others."""
    side_paths: tuple[SidePath, ...] = ()
    """Ways in which its features take data elsewhere."""
    example: tuple[Literal["capacity", "quota", "links"], ...] = ()
    """Which figures of this file are invented for the reference workspace."""


class LinksFile(Record):
    """`regions/links.yaml`: links and failure domains that belong to no one provider."""

    failure_domains: tuple[FailureDomain, ...] = ()
    """Failure domains that several providers share."""
    links: tuple[Link, ...] = ()
    """Links between providers."""
    example: tuple[Literal["links"], ...] = ()
    """Whether the links are invented for the reference workspace."""


class EntriesFile(Record):
    """`regions/entries.yaml`: where each country's people enter."""

    entries: tuple[Entry, ...]
    """One for each subject country."""
    source: str
    """Where the coordinates come from."""
    checked: date
    """The day on which they were checked."""


class GroupsFile(Record):
    """`regions/groups.yaml`: EEA, CBPR and other groups, pinned."""

    groups: tuple[Group, ...]
    """The groups."""
