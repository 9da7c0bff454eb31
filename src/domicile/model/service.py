"""What runs: environments, services, backend types, pools, demand and flows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domicile.model.base import Country, Identifier, Record, Territory
from domicile.model.law import ClassName
from domicile.model.quantity import Backends, DataRate, Duration, Price, Work
from domicile.model.tokens import Activity, Priority

Unit = Literal["calls", "streams", "users", "calls/s", "requests/s", "messages/s"]


class Names(Record):
    """Where the names stand at which requests enter, and who answers for them."""

    adapter: Identifier
    """The adapter whose provider answers: `aws`, `azure`, `gcp`, `ovh`."""
    zone: Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")]
    """The zone: a service's name is `<service>.<zone>`."""


class Environment(Record):
    """One deployment of the services, with stacks of its own."""

    id: Identifier
    """Its name: `--environment`."""
    description: str
    """What it is for."""
    adapter: Identifier | None = None
    """The adapter that runs every pool here (`local`); absent: each datacenter's provider."""
    names: Names | None = None
    """Where requests find their way to pools; absent: traffic is directed by other means."""


class Dependency(Record):
    """What one unit of a service's work asks of another service."""

    service: Identifier
    """The service depended on."""
    fan_out: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
    """Units of the other service's work for each unit of this one's."""
    traffic: DataRate | None = None
    """What goes between the two places, both ways, for each unit of the other service's work;
    absent: not counted."""


class Service(Record):
    """A module that serves, or is depended on."""

    id: Identifier
    """Its name."""
    name: str
    """What people call it."""
    core: bool = False
    """Whether others cannot serve without it."""
    unit: Unit
    """What its work is counted in."""
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)]
    """What it does with data where its backends run."""
    data_classes: Annotated[tuple[ClassName, ...], Field(min_length=1)]
    """The data classes that it handles; of a demand's classes, only these reach it."""
    depends_on: tuple[Dependency, ...] = ()
    """What it needs, with fan-out for each unit of its own work."""
    traffic: DataRate | None = None
    """What goes between its users and its place, both ways, for each unit of its work that they
    ask for themselves; absent: not counted."""
    port: Annotated[int, Field(ge=1, le=65535)] = 443
    """Where its backends listen, by TCP."""
    health: Annotated[str | None, Field(pattern=r"^/[!-~]*$")] = None
    """The path that a healthy backend answers by HTTP; absent: it is enough that it listens."""


class BackendType(Record):
    """A kind of server that a provider rents out, and what it can do."""

    id: Identifier
    """Its name: `<provider>.<type>`."""
    provider: Identifier
    """Who rents it out."""
    price: Price
    """What one costs."""
    capacity: dict[Identifier, Work]
    """What one can do at most, for each service that it can run."""
    machine: str | None = None
    """The provider's own name of it; absent: only an adapter that needs none can run it."""
    image: str | None = None
    """What it starts from, as the provider names it; absent: as `machine`."""
    warm_up: Duration | None = None
    """How long a new one takes before it counts; absent: not known."""
    example: bool = False
    """Whether its figures are invented."""


class Pool(Record):
    """A service's identical backends in one datacenter. Planned counts stand in the plan."""

    service: Identifier
    """The service that it serves."""
    datacenter: Identifier
    """Where it stands."""
    backend: Identifier
    """The backend type."""
    capacity: Work | None = None
    """What one backend can do here; absent: as its type says."""
    price: Price | None = None
    """What one backend costs here; absent: as its type says."""
    minimum: Backends | None = None
    """Fewest backends that a plan may give it; absent: none."""
    maximum: Backends
    """Most backends that a plan may give it."""
    existing: Backends | None = None
    """Backends that stand today; absent: none."""
    subjects: tuple[str, ...] = ()
    """The only countries, territories and groups whose demand it serves; empty: all."""


class Demand(Record):
    """The rate of one service for one subject country and its data classes."""

    id: Identifier
    """Its name in routings: by habit `<subject>-<service>` in lower case."""
    subject: Territory
    """The country whose people the data is about."""
    service: Identifier
    """The service that they use; what it depends on follows."""
    data_classes: Annotated[tuple[ClassName, ...], Field(min_length=1)]
    """What the data is; each service is reached by those that it handles."""
    rate: Work
    """Nominal rate, in the service's unit."""
    priority: Priority = Priority.NORMAL
    """Who is served first where not all can be, here and by the services depended on."""


class Flow(Record):
    """Data of a service that moves to further places: copies, logs, backups, support desks."""

    id: Identifier
    """Its name."""
    service: Identifier
    """Whose data it is."""
    subjects: tuple[str, ...] = ()
    """Countries, territories and groups whose data moves; empty: every subject of the service."""
    data_classes: tuple[ClassName, ...] = ()
    """What moves; empty: all that the service handles."""
    activity: Activity
    """What is done with it there."""
    to: tuple[Identifier | Country, ...]
    """Datacenters, or countries where a desk stands."""
    recipient: Country | None = None
    """Country of the company that receives it; absent: the place's operator, or the place's."""
    after: tuple[Identifier, ...] = ()
    """Flows of the same service whose copy it carries on; empty: it leaves where backends run."""
    purpose: str
    """Why it moves."""


class SidePathUse(Record):
    """What a workspace does about a side path of a provider."""

    path: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*:[a-z0-9][a-z0-9._-]*$")]
    """`<provider>:<side path>`."""
    state: Literal["off", "used"]
    """Switched off (or kept where backends run), or used."""
    services: tuple[Identifier, ...] = ()
    """The services that this is said of; empty: all."""
    datacenters: tuple[Identifier, ...] = ()
    """The datacenters that this is said of; empty: all of the provider's."""
    to: tuple[Identifier | Country, ...] = ()
    """Where it leads, where it is used and that was chosen; empty: as the catalogue says."""
    evidence: str
    """Where that can be seen: the setting, the contract, the ticket."""
    example: bool = False
    """Whether it is invented for an example workspace."""


class EnvironmentsFile(Record):
    """`infra/environments.yaml`: which deployments there are."""

    environments: tuple[Environment, ...]
    """The environments."""


class ServicesFile(Record):
    """`infra/services.yaml`: the services, in every environment."""

    services: tuple[Service, ...]
    """The services."""


class BackendsFile(Record):
    """`infra/backends.yaml`: the kinds of server that pools are made of."""

    backends: tuple[BackendType, ...]
    """The backend types."""


class PoolsFile(Record):
    """`infra/pools.yaml`, `infra/pools.local.yaml`: the pools of one environment."""

    environment: Identifier = "production"
    """The environment that they belong to."""
    example: bool = False
    """Whether counts and limits are invented."""
    pools: tuple[Pool, ...]
    """The pools."""


class DemandFile(Record):
    """`infra/demand.yaml`, `infra/demand.local.yaml`: the demand of one environment."""

    environment: Identifier = "production"
    """The environment that it belongs to."""
    example: bool = False
    """Whether the rates are invented."""
    demand: tuple[Demand, ...]
    """The demand."""


class SidePathsFile(Record):
    """`infra/side_paths.yaml`: which of the providers' side paths are off, and which are used."""

    environment: Identifier = "production"
    """The environment that this is said of."""
    side_paths: tuple[SidePathUse, ...]
    """What is done about each."""


class FlowsFile(Record):
    """`infra/flows.yaml`, `infra/flows.local.yaml`: the flows of one environment."""

    environment: Identifier = "production"
    """The environment that they belong to."""
    example: bool = False
    """Whether they are invented."""
    flows: tuple[Flow, ...]
    """The flows."""
