"""What the workspace asks of itself: headroom policies, mechanisms in force, waivers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domicile.model.base import Identifier, Record
from domicile.model.law import ClassName
from domicile.model.quantity import Duration, Share
from domicile.model.tokens import Activity, Enforcement, Loss

Factor = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
"""A multiple of nominal demand."""
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""Part of the time."""


class Utilisation(Record):
    """The largest part of a backend's capacity that may be used."""

    nominal: Share
    """While nothing is lost and demand is nominal."""
    after: Share
    """After a loss, or under a surge."""


class Together(Record):
    """Losses that must be survived at the same time, whichever they are."""

    most: Annotated[int, Field(ge=2, le=3)]
    """How many at once, at most."""
    kinds: tuple[Loss, ...] = ()
    """The kinds of the policy's losses that are combined; empty: all."""


class NamedContingency(Record):
    """A loss, a strain, a fall of law, or several of them at once, that has a name."""

    id: Identifier
    """Its name."""
    lost: tuple[str, ...] = ()
    """What is lost: `datacenter:<id>`, `provider:<id>`, `failure-domain:<id>`, `link:<id>`."""
    congested: dict[str, Share] = {}
    """The part of its capacity that each of these keeps, named as under `lost`."""
    surge: dict[str, Factor] = {}
    """Demand of countries, territories and groups, as a multiple of nominal; `*`: of all others.
    Empty: the policy's surge."""
    without: tuple[str, ...] = ()
    """What falls: a rule, list entry or way of the law (`EU:US:DPF`), a mechanism by its id,
    a certificate as `certificate:<provider or datacenter>:<id>`."""
    probability: Probability | None = None
    """How likely it is at any moment; absent: not known."""
    reason: str
    """Why it is foreseen."""


class Grade(Record):
    """How seldom a call may be refused, or kept waiting, by a pool whose channels are taken."""

    model: Literal["erlang-b", "erlang-c"]
    """`erlang-b`: calls that find every channel taken are refused; `erlang-c`: they wait."""
    share: Share
    """The largest part of calls that may be refused, or may wait longer than `wait`."""
    wait: Duration | None = None
    """How long a call may wait; only for `erlang-c`, where absent: not at all."""
    holding: Duration | None = None
    """How long a call lasts on average; needed where `wait` is said."""


class HeadroomPolicy(Record):
    """What a service must survive.

    The first policy without `subjects` that names a service holds for it. Policies with
    `subjects` hold beside it, for the demand of these alone.
    """

    id: Identifier
    """Its name."""
    services: tuple[Identifier, ...] = ()
    """The services that it holds for; empty: all that no other policy names."""
    subjects: tuple[str, ...] = ()
    """Countries, territories and groups whose demand alone must be served in its contingencies;
    empty: everyone's."""
    losses: tuple[Loss, ...]
    """What is lost, one at a time."""
    together: Together | None = None
    """Losses that come together; absent: one at a time."""
    contingencies: tuple[NamedContingency, ...] = ()
    """What else must be survived, by name."""
    probability: dict[Loss, Probability] = {}
    """How likely the loss of any one of a kind is at any moment; absent: not known."""
    utilisation: Utilisation
    """How full a backend may be."""
    grade: Grade | None = None
    """What pools counted in concurrent units (`calls`) must hold too; absent: nothing."""
    surge: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)]
    """Demand that must be served, alone and after each single loss, as a multiple of nominal."""
    latency: Duration
    """Largest one-way network latency from a subject country's entry to the place that serves."""
    reason: str
    """Why these figures."""


class Mechanism(Record):
    """A fact or instrument that the workspace declares as met, such as signed clauses."""

    id: Identifier
    """Its name here."""
    declares: Annotated[tuple[str, ...], Field(min_length=1)]
    """The tokens that it meets, as rules need them: `scc`, `assessment`, `not:actor:bank`."""
    subjects: tuple[str, ...] = ()
    """Countries, territories and groups whose data it covers; empty: all."""
    providers: tuple[Identifier, ...] = ()
    """Providers with which it is in force; empty: all."""
    to: tuple[str, ...] = ()
    """Countries, territories and groups that it covers as destinations; empty: all."""
    from_: Annotated[date, Field(alias="from")]
    """First day in force."""
    until: date | None = None
    """Last day in force."""
    evidence: str
    """Where the signed document, certificate or decision is."""
    example: bool = False
    """Whether it is invented for an example workspace."""


class Confirmation(Record):
    """A reviewer's decision on one fact of law, for this workspace, for a while."""

    rule: str
    """Full id of a rule (`TR:banks`), a way (`EU:gdpr-44#2`) or a list entry (`EU:US:DPF`)."""
    decision: Literal["confirmed", "not-relied-on", "set-aside"]
    """`confirmed`: it was read and holds, so it decides like an official text. `not-relied-on`:
    it restricts as before, yet permits nothing. `set-aside`: it does not bind here."""
    reason: str
    """What was read, and why it leads there."""
    name: str
    """Who decided."""
    date_: Annotated[date, Field(alias="date")]
    """The day of the decision; it counts from then on."""
    until: date
    """Last day on which it counts; then the catalogue's own grade holds again."""


class ConfirmationsFile(Record):
    """`policies/confirmations.yaml`: facts of law that a reviewer confirmed or set aside here."""

    confirmations: tuple[Confirmation, ...]
    """The decisions; the last one of a fact that counts on a day holds."""


class Waiver(Record):
    """A finding that is accepted for a while: by whom, why, and until when."""

    id: Identifier
    """Its name."""
    rule: str
    """Code or name of the rule."""
    where: Annotated[str | None, Field(max_length=200)] = None
    """Only findings whose place in the file starts with this (`infra/pools.yaml`); absent: all."""
    matches: str | None = None
    """Only findings whose message contains this text; absent: all."""
    reason: str
    """Why it is accepted."""
    approver: str
    """Who accepted it."""
    until: date
    """Last day on which it holds; its end is itself a finding."""

    @property
    def grounds(self) -> str:
        """Why it accepts, who approved that, and until when; in one line."""
        end = self.until.isoformat()
        return f"{self.reason} (waiver {self.id}, approved by {self.approver}, until {end})"

    def accepts(self, rule: Iterable[str], places: Iterable[str], message: str, on: date) -> bool:
        """Whether it accepts a finding.

        Args:
            rule: its rule's code and name.
            places: what the place of the finding is called; any of them may be meant.
            message: what it says.
            on: the day.
        """
        return (
            on <= self.until
            and self.rule in rule
            and (self.where is None or any(place.startswith(self.where) for place in places))
            and (self.matches is None or self.matches in message)
        )


class Placement(Record):
    """What the workspace says of resources of any program: whose data they hold, or where they are.

    Patterns are as in shells: `*` stands for any text. All that are given must match.
    """

    id: Identifier
    """Its name."""
    urn: str | None = None
    """Pattern of the URN (`urn:pulumi:*::orders-*`), or of Terraform's address; absent: any."""
    type: str | None = None
    """Pattern of the type (`aws:rds/*`, `aws_db_*`); absent: any."""
    name: str | None = None
    """Pattern of the name in the program; absent: any."""
    provider: str | None = None
    """Pattern of the name of the provider that makes them; absent: any."""
    subjects: tuple[str, ...] = ()
    """Countries, territories and groups whose data they hold; empty: not said here."""
    data_classes: tuple[ClassName, ...] = ()
    """What that data is; empty: not said here."""
    nothing: bool = False
    """Whether they hold nobody's data."""
    activity: Activity | None = None
    """What is done with it there; absent: as is usual for the type."""
    datacenter: Identifier | None = None
    """Where they stand, where they do not say so themselves (a cluster); absent: they do."""
    reason: str
    """Why this is so, or where it can be seen."""

    @property
    def holds(self) -> bool:
        """Whether it says anything of what they hold."""
        return bool(self.nothing or self.subjects or self.data_classes)


class RuleSetting(Record):
    """How strictly one rule is enforced here."""

    rule: str
    """Code or name of the rule."""
    enforcement: Enforcement
    """What its findings do."""
    reason: str
    """Why this differs from the rule's own level."""


class HeadroomFile(Record):
    """`policies/headroom.yaml`: what each service must survive."""

    headroom: tuple[HeadroomPolicy, ...]
    """The policies."""


class MechanismsFile(Record):
    """`policies/mechanisms.yaml`: transfer mechanisms and facts declared as met."""

    mechanisms: tuple[Mechanism, ...]
    """The mechanisms."""


class PlacementsFile(Record):
    """`policies/placements.yaml`: what resources of any program hold."""

    placements: tuple[Placement, ...] = ()
    """The first that matches a resource speaks of it."""


class WaiversFile(Record):
    """`policies/waivers.yaml`: accepted findings, and rules that are enforced otherwise."""

    waivers: tuple[Waiver, ...] = ()
    """The waivers."""
    enforcement: tuple[RuleSetting, ...] = ()
    """Rules whose enforcement differs from their own."""
