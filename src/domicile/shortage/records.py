"""What is said of a shortfall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domicile.model.law import Citation
from domicile.model.tokens import Verdict

WhyNot = Literal["unlawful", "far", "kept"]
"""Why spare capacity does not count: the law, the latency limit, a pool kept for others."""
Kind = Literal[
    "backends",
    "maximum",
    "quota",
    "place",
    "routing",
    "link",
    "network",
    "mechanism",
    "confirmation",
    "policy",
    "rule",
    "demand",
    "contingency",
    "together",
    "waiver",
]
"""What a remedy is made of."""
ASKS_LESS: frozenset[Kind] = frozenset({"policy", "rule", "demand", "contingency", "waiver"})
"""Kinds that give up something that was asked for, instead of providing for it."""


@dataclass(frozen=True, slots=True)
class Spare:
    """Capacity that is free in the contingency, and that those who are short may not use."""

    why: WhyNot
    amount: float
    """In the service's unit."""
    places: tuple[str, ...]
    where: str
    """The places in words."""
    subject: str
    """For whom it was judged: of those who are short, the one with the largest demand."""
    data_classes: tuple[str, ...]
    because: str
    """In words."""
    verdict: Verdict | None = None
    """Where the law is why."""
    rule: str = ""
    """The rule that decides, where the law is why."""
    citation: Citation | None = None
    away: bool = False
    """Whether it is unlawful and too far as well."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that closes a shortfall: it was tried, and nothing of it is missing then."""

    kind: Kind
    says: str
    """What is to be done, in words."""
    cost: float | None
    """Of the backends that it takes, in EUR per hour, beside what stands (or, where there is no
    plan, beside all that may stand); None: not known."""
    places: tuple[str, ...] = ()
    """Where backends are added."""
    backends: int = 0
    """How many, in all."""
    saves: float | None = None
    """What it costs less, in EUR per hour, than the cheapest that only adds backends; None
    where nothing of that kind closes the shortfall."""
    proved: bool = True
    """Whether nothing cheaper of its kind would do; of several together, nothing of fewer steps."""
    gives_up: bool = False
    """Of several together: whether one of them asks less."""
    waiver: tuple[str, str] | None = None
    """Of a waiver: the rule, and the text that its finding's message must contain."""

    @property
    def asks_less(self) -> bool:
        """Whether it gives up something that was asked for, instead of providing for it."""
        return self.gives_up or self.kind in ASKS_LESS


@dataclass(frozen=True, slots=True)
class Shortage:
    """One set of loads that is short, in the simplest contingency that shows it.

    All that is explained by it: contingencies in which the same loads alone are short, too.
    """

    service: str
    unit: str
    contingency: tuple[str, ...]
    """The least of what must happen: no other explained contingency is easier."""
    missing: float
    """In it, in the service's unit."""
    demand: float
    """What those who are short ask for in it."""
    subjects: tuple[str, ...]
    data_classes: tuple[str, ...]
    binding: tuple[str, ...]
    """All places that they may use in it; all are full."""
    where: str
    """These places in words."""
    others: tuple[tuple[str, ...], ...]
    """Further contingencies that are explained, and that are not harder than this one."""
    explained: int
    """How many contingencies are explained in all, this one included."""
    worst: tuple[str, ...]
    """The contingency, of those explained, in which most is missing."""
    worst_missing: float
    spare: tuple[Spare, ...] = ()
    """Near places first, then those with most free."""
    remedies: tuple[Remedy, ...] | None = None
    """What provides for all that is explained, cheapest first; then what asks less. None: not
    looked for."""
    unpriced: tuple[str, ...] = ()
    """Places of the catalogue without a pool of the service that are lawful and near enough, of
    providers of whom no backend type is declared that runs it: they could not be tried."""
