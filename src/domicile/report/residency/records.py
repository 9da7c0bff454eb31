"""What the report says, as plain data: every format renders these and works out nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domicile.model.tokens import Evidence, Verdict
from domicile.report.page.report import Named, Report
from domicile.residency import Citation, Instrument


class Use(StrEnum):
    """What a placement is for, as far as the counts that are judged say."""

    NOMINAL = "serves"
    """It serves while nothing is lost."""
    CONTINGENCY = "serves after a loss"
    """It serves in a contingency, and not else."""
    OPEN = "may serve"
    """Lawful, near enough and open, and nothing is routed there."""
    FAR = "too far"
    """Lawful, and beyond the latency that the policy allows."""
    KEPT = "kept for others"
    """Lawful, and the pool is kept for other subjects."""
    BLOCKED = "not lawful"
    """The law does not let it through."""

    @property
    def in_use(self) -> bool:
        """Whether data goes there."""
        return self in {Use.NOMINAL, Use.CONTINGENCY}


@dataclass(frozen=True, slots=True)
class Token:
    """A token that a way out needs, and where the workspace says that it is met."""

    token: str
    means: str
    """What is true where it is declared; empty where nobody wrote it down."""
    declared_by: tuple[str, ...]
    """Ids of mechanisms; `certificate of ovh` for a host's certificate."""
    evidence: tuple[str, ...]
    """What the workspace shows for it, for each of these."""
    until: date | None
    """The last day of what holds longest; None: no end is declared."""


@dataclass(frozen=True, slots=True)
class Reliance:
    """A way out that a placement relies on, with what is declared for it."""

    instrument: Instrument
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Settling:
    """One thing that would settle an open question; all that it names is needed."""

    words: str
    """As a sentence."""
    declare: tuple[str, ...]
    confirm: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What one rule says of a placement."""

    rule: str
    """Full id; `XX:home` and `XX:no-regime` are the engine's own."""
    asks: str
    outcome: str
    """How it comes out, without the name of the place."""
    verdict: Verdict
    """What it alone would give."""
    activities: tuple[str, ...]
    """The activities that it was asked about."""
    relies_on: tuple[Reliance, ...]
    settled_by: tuple[Settling, ...]
    review: str = ""
    """What a reviewer decided about the rule, where that counts."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A rule of law as its text is cited."""

    id: str
    says: str
    citation: Citation | None
    evidence: Evidence | None
    from_: date | None
    until: date | None
    checked: date | None
    covers: str = ""
    """Data classes and activities, in words."""
    binds: tuple[str, ...] = ()
    """Whom it binds, where it does not bind everyone."""
    regime: bool = False
    """Whether it is the law of transfer for a root class."""
    note: str = ""
    conflicts: str = ""
    to: tuple[str, ...] = ()
    """Destinations, where it is an entry of a list."""
    review: str = ""
    """What a reviewer decided about it, where that counts."""


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Why a placement is lawful or not."""

    number: str
    """Its name within the report: `FR-3`."""
    verdict: Verdict
    deciding: tuple[Ground, ...]
    """The rules because of which it is no better."""
    beside: tuple[str, ...]
    """Ids of rules that apply too and are met at least as well."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One load at one datacenter."""

    load: str
    """Key of the load: subject, service, data classes."""
    service: str
    place: str
    verdict: Verdict
    use: Use
    share: float | None
    """The part of the load that goes there nominally, where a plan says."""
    latency: float
    """One way, in ms."""
    reasoning: str


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places at which the same reasoning holds for the same loads."""

    reasoning: Reasoning
    countries: tuple[Named, ...]
    placements: tuple[Placement, ...]
    """Every load of the group at every place of it."""

    def placed(self, use: Use) -> tuple[tuple[str, str], ...]:
        """Places of one use, each with its services where it is not of that use for all."""
        every = {each.service for each in self.placements}
        found: dict[str, list[str]] = {}
        for each in self.placements:
            if each.use is use and each.service not in found.setdefault(each.place, []):
                found[each.place].append(each.service)
        return tuple(
            (place, "" if set(services) == every else ", ".join(services))
            for place, services in found.items()
        )


@dataclass(frozen=True, slots=True)
class LoadGroup:
    """Loads of one subject that the law treats alike at every place."""

    loads: tuple[LoadName, ...]
    groups: tuple[PlaceGroup, ...]
    """Best verdict first."""


@dataclass(frozen=True, slots=True)
class LoadName:
    """A load, as people name it."""

    key: str
    service: str
    service_name: str
    data_classes: tuple[str, ...]
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """All placements of one subject's data."""

    subject: Named
    law: tuple[str, ...]
    """The jurisdictions whose rules reach this subject's data."""
    counts: dict[Verdict, int]
    """Placements by verdict."""
    used: int
    """Placements in use."""
    used_unlawful: int
    """Placements in use that the law does not let through."""
    groups: tuple[LoadGroup, ...]
    provisions: tuple[Provision, ...]
    """The rules that decide, by id, as they are cited."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One subject in one hosting country: the worst and the best over its loads and places."""

    worst: Verdict
    best: Verdict
    in_use: bool
    home: bool
    unlawful_use: bool
    services: tuple[tuple[str, Verdict], ...]
    """Service → worst verdict there, over its loads and the country's places."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Subjects by hosting countries."""

    countries: tuple[Named, ...]
    rows: tuple[tuple[Named, tuple[Cell | None, ...]], ...]
    """A cell is None where no pool there may serve a load of the subject."""


@dataclass(frozen=True, slots=True)
class Hosting:
    """What one hosting country may hold."""

    country: Named
    places: int
    whole: int
    """Subjects of which every load may stand at one place there at least."""
    part: int
    """Subjects of which some loads may."""
    subjects: int
    """Subjects in all."""

    @property
    def share(self) -> float:
        """Part of the subjects whose every load may be placed there."""
        return self.whole / self.subjects if self.subjects else 0.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A datacenter on the map."""

    id: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float
    pools: int
    backends: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives data: the operator of a place, or a company that a flow names."""

    name: str
    country: str
    owners: tuple[str, ...]
    """Names and countries of owners, where they are other companies."""


class TransferKind(StrEnum):
    """What makes data go somewhere."""

    SERVING = "serving"
    """Backends abroad serve."""
    FLOW = "flow"
    """A flow of the workspace."""
    SIDE_PATH = "side path"
    """A feature of a provider, in effect."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row of the register: data of people of some countries that goes somewhere."""

    number: int
    kind: TransferKind
    subjects: tuple[Named, ...]
    leaves: tuple[str, ...]
    """Where it leaves from: the subject's country, or places that export it."""
    to: tuple[str, ...]
    """Datacenters, or countries; of a flow one."""
    countries: tuple[Named, ...]
    """Where these are."""
    what: tuple[str, ...]
    """The services whose data it is."""
    flow: str
    """Id of the flow or the side path; empty where backends serve."""
    purpose: str
    data_classes: tuple[str, ...]
    activities: tuple[str, ...]
    recipient: Recipient
    use: str
    verdict: Verdict
    grounds: tuple[Ground, ...]
    """What decides, and what it relies on."""
    evidence: Evidence | None
    """The weakest evidence of what it rests on."""
    until: date | None
    """The last day on which all that it rests on holds; None: no end is known."""
    exporters: tuple[tuple[str, Verdict, str], ...]
    """For each further law that it leaves: its code, its verdict, the rule that decides."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that decide."""
        return tuple(dict.fromkeys(each.rule for each in self.grounds if each.rule))

    @property
    def relies_on(self) -> tuple[Reliance, ...]:
        """The ways out that it relies on."""
        return tuple(dict.fromkeys(each for ground in self.grounds for each in ground.relies_on))


@dataclass(frozen=True, slots=True)
class Step:
    """Steps from a service to one that it depends on, which a law on the way does not allow."""

    service: str
    dependency: str
    law: str
    """The jurisdiction that does not let data go on from where the service has it."""
    subjects: tuple[str, ...]
    places: tuple[str, ...]
    """Where the service has the data."""
    to: tuple[str, ...]
    """Where the dependency stands."""
    data_classes: tuple[str, ...]
    activities: tuple[str, ...]
    count: int
    """How many steps of one load to one datacenter these are."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something open, with what would settle it."""

    subjects: tuple[Named, ...]
    rule: str
    verdict: Verdict
    outcome: str
    settled_by: tuple[Settling, ...]
    countries: tuple[str, ...]
    placements: int
    """How many placements wait for it, possibly for more besides."""
    alone: int
    """How many wait for nothing else."""
    flows: tuple[str, ...]
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A fact that begins or ends soon."""

    day: date
    id: str
    what: str
    ends: bool
    """Whether this is its last day; else its first."""
    relied: bool = False
    """Whether a lawful placement in use, or a transfer, rests on it."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A day on which placements change."""

    day: date
    """The first day on which they stand otherwise."""
    facts: tuple[str, ...]
    """What begins or ends."""
    falls: tuple[str, ...]
    """Loads and flows, with places, that are no longer lawful."""
    rises: tuple[str, ...]
    """Those that are lawful from then on."""


@dataclass(frozen=True, slots=True)
class Unknowns:
    """What is not known."""

    subjects: tuple[Named, ...]
    """Subjects whose law of transfer is not known well enough."""
    places: tuple[Named, ...]
    """Hosting jurisdictions whose law of transfer is not known well enough."""
    no_file: tuple[Named, ...]
    """Jurisdictions involved of which nothing was written down."""
    weak: tuple[Provision, ...]
    """Rules of jurisdictions involved that rest on secondary or unverified evidence."""
    weak_blocking: tuple[tuple[str, int], ...]
    """Weak rules that decide, each with how many placements."""
    side_paths: tuple[SidePathName, ...]
    """Side paths that pools set off by default, and of which the workspace says nothing."""


@dataclass(frozen=True, slots=True)
class SidePathName:
    """A way in which a provider's feature takes data elsewhere."""

    id: str
    feature: str
    does: str
    carries: str
    counted: bool
    """Whether it is judged as happening."""
    services: tuple[str, ...]
    places: tuple[str, ...]
    avoid: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class JurisdictionEntry:
    """The law of one jurisdiction involved."""

    id: str
    name: str
    roles: tuple[str, ...]
    """What it has to do with this environment: subject, place, operator, above another."""
    status: str
    """Of the general law."""
    general: str
    authority: str
    general_from: date | None
    general_citation: Citation | None
    general_evidence: Evidence | None
    under: tuple[str, ...]
    regime: tuple[Provision, ...]
    rules: tuple[Provision, ...]
    lists: tuple[Provision, ...]
    reaches: tuple[Provision, ...]
    looked_for: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MechanismEntry:
    """A mechanism that the workspace declares."""

    id: str
    declares: tuple[str, ...]
    covers: str
    from_: date | None
    until: date | None
    evidence: str
    example: bool
    in_force: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What a busy person should know."""

    counts: tuple[tuple[Verdict, int], ...]
    placements: int
    used: int
    used_counts: tuple[tuple[Verdict, int], ...]
    used_unlawful: tuple[str, ...]
    """Placements in use that the law does not let through, by name."""
    homeless: tuple[str, ...]
    """Loads without a lawful place."""
    steps: int
    """Steps between services that a law on the way does not allow."""
    transfers: int
    transfers_unlawful: int
    questions: int
    examples: int
    """Mechanisms that are invented for an example workspace."""
    ends: tuple[Ending, ...]
    """What begins or ends within a year in the law of the subjects, or is relied on and ends."""


@dataclass(frozen=True, slots=True)
class ResidencyReport(Report):
    """All of it."""

    summary: Summary
    dots: tuple[Dot, ...]
    hosting: tuple[Hosting, ...]
    matrix: Matrix
    dossiers: tuple[Dossier, ...]
    transfers: tuple[Transfer, ...]
    steps: tuple[Step, ...]
    """Steps between services that a law on the way does not allow."""
    mechanisms: tuple[MechanismEntry, ...]
    endings: tuple[Ending, ...]
    """Facts that begin or end within two years, among those involved."""
    shifts: tuple[Shift, ...]
    """Days within two years on which placements change."""
    until: date
    """The last day of these two years."""
    questions: tuple[Question, ...]
    unknowns: Unknowns
    law: tuple[JurisdictionEntry, ...]
    services: tuple[LoadName, ...] = ()
    glossary: tuple[tuple[str, str], ...] = ()
    """Tokens that questions name, and what each means."""
