"""How shortfalls are explained in answers: what stands elsewhere, what would close them."""

from __future__ import annotations

from domicile.model.base import Record
from domicile.model.law import Citation
from domicile.model.tokens import Verdict


class SpareAnswer(Record):
    """Capacity that is free in the contingency, and that those who are short may not use."""

    why: str
    """`unlawful`, `far` or `kept` (for other subjects)."""
    away: bool
    """Whether it is unlawful and too far as well."""
    amount: float
    """In the service's unit."""
    places: tuple[str, ...]
    """Where."""
    subject: str
    """For whom it was judged: of those who are short, the one with the largest demand."""
    data_classes: tuple[str, ...]
    """Its data classes."""
    because: str
    """In words."""
    verdict: Verdict | None = None
    """Where the law is why."""
    rule: str | None = None
    """The rule that decides, where the law is why."""
    citation: Citation | None = None
    """Where that stands."""


class WaiverOffered(Record):
    """A waiver as far as it can be written by whoever does not approve it."""

    rule: str
    """The rule whose finding it accepts."""
    matches: str
    """All that the finding says; another one is not accepted."""


class RemedyAnswer(Record):
    """Something that closes a shortfall, or that would have to give: solved again with it."""

    kind: str
    """`backends`, `maximum`, `quota`, `place`, `routing`, `link`, `network`, `mechanism`,
    `confirmation`, `policy`, `rule`, `demand`, `contingency`, several of these `together`, or a
    `waiver`."""
    says: str
    """In words."""
    cost: float | None = None
    """Of the backends that it takes, in EUR per hour; absent: not known."""
    saves: float | None = None
    """What it costs less than backends alone; absent where they close nothing. Of a waiver: what
    the cheapest that provides costs."""
    places: tuple[str, ...]
    """Where backends are added."""
    backends: int
    """How many."""
    asks_less: bool
    """Whether it gives up something that was asked for, instead of providing for it."""
    proved: bool
    """Whether nothing cheaper of its kind would do; of several together, nothing of fewer steps."""
    waiver: WaiverOffered | None = None
    """Of a waiver: what `policies/waivers.yaml` would say beside reason, approver and last day."""


class ShortageAnswer(Record):
    """One set of loads that is short, with all contingencies that this explains."""

    service: str
    """The service."""
    contingency: tuple[str, ...]
    """The simplest in which it shows."""
    subjects: tuple[str, ...]
    """Who is short together."""
    data_classes: tuple[str, ...]
    """Of which data."""
    demand: float
    """What they ask for in it."""
    missing: float
    """How much of it is missing."""
    unit: str
    """Unit of both."""
    binding: tuple[str, ...]
    """All places that they may use in it; all are full."""
    others: tuple[tuple[str, ...], ...]
    """Other explained contingencies that contain none of those named."""
    explained: int
    """How many contingencies are explained in all."""
    worst: tuple[str, ...]
    """In which of them most is missing."""
    worst_missing: float
    """How much that is."""
    spare: tuple[SpareAnswer, ...]
    """What stands free elsewhere in it."""
    remedies: tuple[RemedyAnswer, ...] | None = None
    """What closes all that is explained; absent: not looked for."""
    unpriced: tuple[str, ...] = ()
    """Further places, lawful and near enough, without a declared backend type that runs it."""


class CrossingAnswer(Record):
    """What goes to a place, and how much of it networks do not carry."""

    start: str
    """From which place, or from the users of which country or group; the place itself where it
    is its own network that is too narrow."""
    end: str
    """To which place."""
    services: tuple[str, ...]
    """Who sends it: `voice → directory`; one alone with its users."""
    asked: float
    """In Gbit/s."""
    missing: float
    """What is not carried of it, in Gbit/s."""


class BoundAnswer(Record):
    """A network that binds."""

    name: str
    """The link, or the place whose network it is."""
    link: bool
    """Whether it is a link."""
    carries: float
    """What is left of it in the contingency, in Gbit/s."""
    spares: float
    """What one Gbit/s more of it would spare of what is missing, in Gbit/s."""


class LinkRoom(Record):
    """A link with room left."""

    link: str
    """Its name."""
    free: float
    """In Gbit/s."""


class NarrowAnswer(Record):
    """Networks that do not carry what is sent, with all contingencies that this explains."""

    contingency: tuple[str, ...]
    """The first in which it shows."""
    asked: float
    """All that is sent in it, in Gbit/s."""
    missing: float
    """What of it is not carried, in Gbit/s."""
    crossings: tuple[CrossingAnswer, ...]
    """Between whom most of that goes."""
    binding: tuple[BoundAnswer, ...]
    """The networks that bind together."""
    sides: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """The places on either side, where the links that bind alone lead across, and are full."""
    spare: tuple[LinkRoom, ...]
    """Links within reach with most room left."""
    others: int
    """In how many other contingencies the same binds."""
    worst: tuple[str, ...]
    """In which of them most is missing."""
    worst_missing: float
    """How much that is, in Gbit/s."""
    planned: bool
    """Whether no routing of the backends at all would do; else it is the plan's that does not."""
    proved: bool
    """Whether that was proved; else the search ended before."""
    remedies: tuple[RemedyAnswer, ...] | None = None
    """What closes it in all these contingencies, each solved again; absent: not looked for."""


class RulePriceAnswer(Record):
    """What one rule costs."""

    rule: str
    """Full id."""
    supposed: str
    """What was supposed, in words."""
    subjects: tuple[str, ...]
    """Whose data it keeps from pools that are near enough."""
    services: tuple[str, ...]
    """The services that are concerned."""
    pools: int
    """How many pools it keeps from somebody."""
    price: float | None = None
    """In EUR per hour; absent: without it there is a plan, and with it none."""
    cost: float | None = None
    """Of the least plan without it; absent where there is none."""
    proved: bool
    """Whether both plans are proved to be least."""
    citation: Citation | None = None
    """Where it stands."""


class RulePricesAnswer(Record):
    """The rules that decide, dearest first."""

    cost: float | None = None
    """Of the least plan as the law is; absent where there is none."""
    priced: tuple[RulePriceAnswer, ...]
    """Those that were priced."""
    found: int
    """How many rules decide somewhere; where fewer are priced, time ran out."""


class WaiverPriceAnswer(Record):
    """A waiver in force that accepts a service's shortfall."""

    waiver: str
    """Its id."""
    service: str
    """The service."""
    accepts: str
    """What the finding says."""
    approver: str
    """Who accepted it."""
    until: str
    """Its last day."""
    saves: float | None = None
    """What closing it costs at least, in EUR per hour; absent: backends in its pools do not."""
    proved: bool
    """Whether that is proved to be least."""


class NeededAnswer(Record):
    """Why one pool of a plan has no backend fewer."""

    service: str
    """The service."""
    datacenter: str
    """Where."""
    backends: int
    """How many the plan gives it."""
    cost: float
    """What they cost, in EUR per hour."""
    because: str
    """`law`: a cheaper pool is near enough, and not lawful. `capacity`: cheaper ones are full, or
    lost when this one is needed. `cost`: nothing is cheaper in all. `minimum`: declared."""
    contingency: tuple[str, ...]
    """The first that one backend fewer would break."""
    subjects: tuple[str, ...]
    """Whose demand would then be short."""
    instead: tuple[str, ...]
    """The cheaper pools that the reason speaks of."""
    rule: str | None = None
    """The rule that keeps them from the cheapest of those."""
