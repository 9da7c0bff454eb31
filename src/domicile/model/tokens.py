"""The spellings that files, answers and arrays share. Nothing else may be written."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What the law says of one placement. Only the two best let it through."""

    PROHIBITED = "prohibited"
    UNDETERMINED = "undetermined"
    CONDITIONAL = "conditional"
    WITH_MECHANISM = "permitted-with-mechanism"
    PERMITTED = "permitted"

    @property
    def rank(self) -> int:
        """0 (prohibited) to 4 (permitted): the value that arrays hold."""
        return _VERDICTS.index(self)

    @property
    def lets_through(self) -> bool:
        """Whether a placement with this verdict may stand."""
        return self.rank >= Verdict.WITH_MECHANISM.rank

    @classmethod
    def of_rank(cls, rank: int) -> Verdict:
        """The verdict that an array's 0 to 4 stands for."""
        return _VERDICTS[rank]


_VERDICTS = tuple(Verdict)


class Evidence(StrEnum):
    """How far a fact about the law can be trusted, best first."""

    OFFICIAL = "official text"
    REPRODUCED = "reproduced"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class Activity(StrEnum):
    """What is done with data at a place."""

    STORE = "store"
    REPLICATE = "replicate"
    BACKUP = "backup"
    PROCESS = "process"
    ACCESS = "access"
    TRANSIT = "transit"
    KEYS = "keys"
    LOG = "log"


class Keep(StrEnum):
    """Which copies a rule about places binds."""

    ALL = "all"
    FIRST = "first"
    ONE = "one"


class Bound(StrEnum):
    """Whom a rule looks at: where the place stands, whose law reaches its operator, or either."""

    PLACE = "place"
    OPERATOR = "operator"
    EITHER = "either"


class Severity(StrEnum):
    """How bad a finding is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Enforcement(StrEnum):
    """What a finding does, as Pulumi's policies have it."""

    DISABLED = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"


class Loss(StrEnum):
    """The kinds of thing that a headroom policy loses, one at a time."""

    DATACENTER = "datacenter"
    PROVIDER = "provider"
    FAILURE_DOMAIN = "failure-domain"
    LINK = "link"


class Priority(StrEnum):
    """Who is served first where not all can be; last named, first served."""

    BACKGROUND = "background"
    NORMAL = "normal"
    IMPORTANT = "important"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 (background) to 3 (emergency): the value that arrays hold."""
        return tuple(Priority).index(self)


class Counts(StrEnum):
    """Which numbers of backends are judged: those of the plan, or those that stand."""

    EMITTED = "emitted"
    EXISTING = "existing"
