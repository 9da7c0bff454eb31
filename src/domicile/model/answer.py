"""What commands answer with `--format json`. Each answer has a published schema of its own."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from domicile.model.base import Record
from domicile.model.headroom_answer import (
    NarrowAnswer,
    NeededAnswer,
    RemedyAnswer,
    RulePricesAnswer,
    ShortageAnswer,
    WaiverPriceAnswer,
)
from domicile.model.law import Citation
from domicile.model.law_answer import ChangesAnswer, LawAnswer, MatrixAnswer
from domicile.model.plan import Cost, PlannedPool
from domicile.model.rollout import Step
from domicile.model.sweep_answer import SweepAnswer
from domicile.model.tokens import Enforcement, Evidence, Severity, Verdict


class Spot(Record):
    """A place in a file."""

    file: str
    """Path within the workspace; empty where no file is to blame."""
    line: int
    """From 1."""
    column: int
    """From 1."""


class RelatedSpot(Record):
    """Another place that matters."""

    location: Spot
    """Where."""
    note: str
    """What it has to do with the finding."""


class FindingAnswer(Record):
    """One finding."""

    code: str
    """Stable code of the rule."""
    name: str
    """`<category>/<name>` of the rule."""
    severity: Severity
    """How bad it is."""
    enforcement: Enforcement
    """What it does."""
    message: str
    """One sentence."""
    location: Spot
    """Where it stands."""
    related: tuple[RelatedSpot, ...] = ()
    """Other places that matter."""
    citation: Citation | None = None
    """The law that it rests on."""
    witness: dict[str, Any] | None = None
    """What shows it: contingency, shortfall with unit, binding places, verdicts."""
    help: str | None = None
    """What would mend it."""
    waived: str | None = None
    """The waiver that accepts it."""


class CheckAnswer(Record):
    """Answer of `check`."""

    schema_: Annotated[Literal["domicile.check/1"], Field(alias="schema")] = "domicile.check/1"
    """Kind and version."""
    findings: tuple[FindingAnswer, ...]
    """What is wrong."""
    summary: dict[str, Any]
    """Counts, and what was examined."""


class AuditAnswer(Record):
    """Answer of `audit`."""

    schema_: Annotated[Literal["domicile.audit/1"], Field(alias="schema")] = "domicile.audit/1"
    """Kind and version."""
    findings: tuple[FindingAnswer, ...]
    """What is wrong with what stands, or is planned, as in answers of `check`."""
    summary: dict[str, Any]
    """Which file, counts, and what was examined."""


class DraftAnswer(Record):
    """Answer of `import`."""

    schema_: Annotated[Literal["domicile.import/1"], Field(alias="schema")] = "domicile.import/1"
    """Kind and version."""
    files: tuple[str, ...]
    """What was written."""
    pools: int
    """Pools that were found."""
    backends: int
    """Backends that stand in them."""
    questions: tuple[str, ...]
    """What the file could not say, each with where the answer belongs."""


OWN_RULE: Final = "domicile's own rule, of no law: see docs/residency.md"
"""What the engine's own steps (`FR:home`, `FR:no-regime`) cite."""


class TraceStep(Record):
    """One rule of law that applied."""

    rule: str
    """`<jurisdiction>:<rule>`."""
    effect: str
    """What it asks, as the engine reads it."""
    says: str | None = None
    """What the law says, in words."""
    outcome: str
    """Whether that is satisfied, by what, or what is missing."""
    verdict: Verdict
    """What this rule alone says."""
    citation: Citation
    """Where it stands."""
    evidence: Evidence
    """How far it can be trusted."""
    from_: Annotated[str | None, Field(alias="from")] = None
    """First day in force, where known."""
    until: str | None = None
    """Last day in force, where there is one."""
    decides: bool = False
    """Whether the verdict is this rule's."""
    review: str | None = None
    """What a reviewer decided about the rule, where that counts on the day."""


class ReachAnswer(Record):
    """A law by which authorities reach what an operator or owner of the place holds."""

    law: str
    """`<jurisdiction>:<law>`."""
    says: str
    """Whom it binds and what it lets authorities ask for."""
    citation: Citation
    """Where it stands."""
    evidence: Evidence
    """How far it can be trusted."""


class ExplainAnswer(Record):
    """Answer of `explain`."""

    schema_: Annotated[Literal["domicile.explain/1"], Field(alias="schema")] = "domicile.explain/1"
    """Kind and version."""
    verdict: Verdict
    """The verdict."""
    as_of: str
    """The day whose law was applied."""
    subject: str
    """Whose data."""
    data_classes: tuple[str, ...]
    """What data."""
    activity: str
    """What is done with it."""
    place: str
    """Where."""
    via: tuple[str, ...]
    """Where the data was before, in order: the law of those places counts too."""
    trace: tuple[TraceStep, ...]
    """Every rule that applied."""
    operators: tuple[str, ...]
    """Countries of the place's operator and its owners; empty: an ordinary company's place."""
    reaches: tuple[ReachAnswer, ...]
    """Laws of those countries, other than the place's, that reach what is held there."""


class PriorityServed(Record):
    """What of one subject's demand has one priority."""

    priority: str
    """`emergency`, `important`, `normal` or `background`."""
    demand: float
    """What is asked for."""
    served: float
    """What the service's own places serve of it."""


class HeadroomRow(Record):
    """One service, one subject, one contingency."""

    service: str
    """The service."""
    subject: str
    """The subject country."""
    contingency: tuple[str, ...]
    """Its losses and strains."""
    demand: float
    """What is asked for in it."""
    served: float
    """What can be served at admissible places."""
    shortfall: float
    """The difference."""
    unit: str
    """Unit of the three."""
    method: str
    """How it was computed."""
    proved: bool
    """Whether the method is exact for this case."""
    limited_by: tuple[str, ...] = ()
    """The services that it needs, where they serve less than its own places."""
    priorities: tuple[PriorityServed, ...] = ()
    """First served first, where the demand has several priorities."""


class HeadroomAnswer(Record):
    """Answer of `headroom`."""

    schema_: Annotated[Literal["domicile.headroom/1"], Field(alias="schema")] = (
        "domicile.headroom/1"
    )
    """Kind and version."""
    environment: str
    """The environment."""
    counts: str
    """Which counts were judged."""
    rows: tuple[HeadroomRow, ...]
    """The rows asked for."""
    shortages: tuple[ShortageAnswer, ...] = ()
    """The fewest that explain every shortfall; empty where rows were filtered."""
    networks: tuple[NarrowAnswer, ...] = ()
    """Networks that do not carry what the plan's routing sends; empty where rows were filtered."""
    prices: RulePricesAnswer | None = None
    """What each rule costs, where that was asked."""
    waivers: tuple[WaiverPriceAnswer, ...] = ()
    """What waivers in force that accept a shortfall save, where that was asked."""


class ConflictAnswer(Record):
    """Why no plan exists."""

    service: str
    """The service that falls short."""
    contingency: tuple[str, ...]
    """When."""
    subjects: tuple[str, ...]
    """Whose demand cannot be served."""
    data_classes: tuple[str, ...]
    """Of which data classes."""
    places: tuple[str, ...]
    """Every admissible place that is left."""
    missing: float
    """How much is missing."""
    unit: str
    """Its unit."""
    reason: str
    """In words."""


class PlanAnswer(Record):
    """Answer of `plan`."""

    schema_: Annotated[Literal["domicile.plan/1"], Field(alias="schema")] = "domicile.plan/1"
    """Kind and version."""
    environment: str
    """The environment."""
    feasible: bool
    """Whether a plan exists."""
    optimal: bool
    """Whether its cost was proved to be the least."""
    cost: Cost
    """What it costs."""
    pools: tuple[PlannedPool, ...]
    """Every pool."""
    conflicts: tuple[ConflictAnswer, ...]
    """Why no plan exists."""
    findings: tuple[FindingAnswer, ...] = ()
    """Findings that block whatever is planned."""
    needed: tuple[NeededAnswer, ...] = ()
    """Why each pool of the plan has no backend fewer."""
    gives: tuple[ShortageAnswer, ...] = ()
    """What no plan can serve with every pool at its largest, with what would have to give."""
    quota_gives: tuple[RemedyAnswer, ...] = ()
    """What would have to give where only quotas keep services from a plan."""
    networks: tuple[NarrowAnswer, ...] = ()
    """Networks that carry no routing that was found, and what would have to give."""
    warm_up_ms: float | None = None
    """How long the slowest backend that is added takes before it counts; null: not known."""
    steps: tuple[Step, ...] = ()
    """The steps from the counts that are `now` to it; `up` plans them from what stands."""
    steps_refused: str | None = None
    """Why no order of steps is safe; null: one is, or nothing changes."""


class FileChange(Record):
    """One emitted file."""

    path: str
    """Within the workspace."""
    changed: bool
    """Whether it differs from what stood there."""


class EmitAnswer(Record):
    """Answer of `emit`."""

    schema_: Annotated[Literal["domicile.emit/1"], Field(alias="schema")] = "domicile.emit/1"
    """Kind and version."""
    environment: str
    """The environment."""
    files: tuple[FileChange, ...]
    """Every file of it."""


class StackRun(Record):
    """What a run did, or would do, to one stack."""

    name: str
    """`<environment>.<datacenter>` or `<environment>.traffic`."""
    did: str
    """What was done, in a word."""
    changes: dict[str, int]
    """Pulumi's operation → resources."""


class RunAnswer(Record):
    """Answer of `preview`, `up`, `rollback` and `down`."""

    schema_: Annotated[Literal["domicile.run/1"], Field(alias="schema")] = "domicile.run/1"
    """Kind and version."""
    command: Literal["preview", "up", "down", "rollback"]
    """Which of them."""
    environment: str
    """The environment."""
    stacks: tuple[StackRun, ...]
    """Every stack, in the order in which it was run."""
    traffic: dict[str, dict[str, float]]
    """Service → datacenter → part of its nominal demand."""
    seconds: float
    """How long it took."""
    steps: tuple[Step, ...] = ()
    """The steps that were taken, or would be, with the numbers of backends on the way."""


class DifferenceAnswer(Record):
    """One thing that is not as it should be."""

    stack: str
    """The stack."""
    between: str
    """`plan and state`, `state and reality`, or `state and what was left` by the last run."""
    what: str
    """The pool, the resource or the process."""
    said: str
    """How it differs, in words."""


class DriftAnswer(Record):
    """Answer of `drift`."""

    schema_: Annotated[Literal["domicile.drift/1"], Field(alias="schema")] = "domicile.drift/1"
    """Kind and version."""
    environment: str
    """The environment."""
    stacks: int
    """How many stacks were looked at."""
    differences: tuple[DifferenceAnswer, ...]
    """Everything that differs, in order of stacks; empty: plan, state and reality agree."""


class StackState(Record):
    """One stack."""

    name: str
    """`<environment>.<datacenter>` or `<environment>.traffic`."""
    resources: int
    """How many resources its state holds."""
    state: str
    """What can be said of it."""


class FrontState(Record):
    """One front."""

    service: str
    """The service whose requests enter there."""
    address: str
    """Where it listens."""
    routes: dict[str, Any]
    """Subject → datacenter → share."""


class StatusAnswer(Record):
    """Answer of `status`."""

    schema_: Annotated[Literal["domicile.status/1"], Field(alias="schema")] = "domicile.status/1"
    """Kind and version."""
    environment: str
    """The environment."""
    stacks: tuple[StackState, ...]
    """Its stacks."""
    fronts: tuple[FrontState, ...]
    """Its fronts."""


class Recovery(Record):
    """What was done to one stack."""

    name: str
    """The stack."""
    did: str
    """What was done."""


class RecoverAnswer(Record):
    """Answer of `recover`."""

    schema_: Annotated[Literal["domicile.recover/1"], Field(alias="schema")] = "domicile.recover/1"
    """Kind and version."""
    environment: str
    """The environment."""
    stacks: tuple[Recovery, ...]
    """Its stacks."""


class ErrorItem(Record):
    """One thing that kept a command from answering."""

    message: str
    """One sentence."""
    location: Spot | None = None
    """Where, if somewhere."""
    help: str | None = None
    """What to do next."""


class ErrorAnswer(Record):
    """What every command answers instead when it ends with exit code 2 or 3."""

    schema_: Annotated[Literal["domicile.error/1"], Field(alias="schema")] = "domicile.error/1"
    """Kind and version."""
    exit_code: int
    """As the process ends."""
    errors: tuple[ErrorItem, ...]
    """What was wrong."""


ANSWERS: tuple[type[Record], ...] = (
    AuditAnswer,
    CheckAnswer,
    DraftAnswer,
    DriftAnswer,
    EmitAnswer,
    ErrorAnswer,
    ExplainAnswer,
    ChangesAnswer,
    HeadroomAnswer,
    LawAnswer,
    MatrixAnswer,
    PlanAnswer,
    RecoverAnswer,
    RunAnswer,
    StatusAnswer,
    SweepAnswer,
)
"""Every kind of answer."""
