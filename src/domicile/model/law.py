"""The law as data: jurisdictions, rules about places, ways out, adequacy lists, data classes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domicile.model.base import Record
from domicile.model.tokens import Activity, Bound, Evidence, Keep

JurisdictionId = Annotated[str, Field(pattern=r"^[A-Z]{2,8}(-[A-Z0-9]{1,6})?$")]
ClassName = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,40}$")]
Need = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(:[A-Za-z0-9-]+)?$")]
"""What must be declared as met: `scc`, `assessment`, `recipient:dpf`, `host:HDS`."""
When = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*:[A-Za-z0-9-]+$")]
"""Whom a rule binds: `actor:bank`, `threshold:us-bulk`."""


class Citation(Record):
    """Where a fact of law stands."""

    instrument: str
    """The act, regulation, decision or order, with number and date."""
    article: str | None = None
    """Article, section or paragraph."""
    url: str | None = None
    """Where the text, or the page that reproduces it, is."""
    language: str | None = None
    """Language of that text, ISO 639-1."""
    quote: str | None = None
    """A few words of it, where it was seen."""
    seen: str | None = None
    """The address of the page on which it was seen, where that is not `url`."""


class Way(Record):
    """A way out of a rule: open when everything it needs is declared as met."""

    list: str | None = None
    """The jurisdiction whose adequacy list names the destinations of this way."""
    to: tuple[str, ...] = ()
    """Countries, territories or groups that this way leads to; empty: any."""
    needs: tuple[Need, ...] = ()
    """What must be declared; all of it."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """First day on which the way is open."""
    until: date | None = None
    """Last day on which it is."""
    evidence: Evidence | None = None
    """How far it can be trusted; absent: as the rule."""
    citation: Citation | None = None
    """Where it stands; absent: as the rule."""
    checked: date | None = None
    """The day on which it was checked; absent: as the rule."""


class LawRule(Record):
    """One rule: what it covers, which region it holds data to, and the ways out."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Its name within the jurisdiction; `fr` and `hds-eea` are `FR:hds-eea` in answers."""
    says: str
    """What it says, in our own words."""
    data: tuple[ClassName, ...] = ()
    """Data classes that it covers; narrower classes follow."""
    regime: tuple[ClassName, ...] = ()
    """Root classes for which this is the regime (instead of `data`)."""
    does: tuple[Activity, ...] = ()
    """Activities that it covers; empty: all."""
    keep: Keep = Keep.ALL
    """Which copies must be inside: all, the first recording, or one."""
    in_: Annotated[tuple[str, ...] | Literal["home", "world", "nowhere"], Field(alias="in")]
    """The region: `home`, `world`, `nowhere`, or countries, territories and groups."""
    not_in: tuple[str, ...] = ()
    """Countries, territories and groups taken out of the region."""
    of: Bound = Bound.PLACE
    """Whose country counts: the place's, its operator's, or either."""
    whose: Literal["citizens", "residents"] | None = None
    """Whose data, where the text says less than everyone's; verdicts take everyone's."""
    when: tuple[When, ...] = ()
    """Whom it binds; all must hold. A workspace declares `actor:bank` or `not:actor:bank`."""
    unless: tuple[Way, ...] = ()
    """Ways out; any one suffices."""
    replaces: tuple[str, ...] = ()
    """Full ids (`AE:transfer`) of inherited rules that this one takes out."""
    citation: Citation
    """Where it stands."""
    evidence: Evidence
    """How far it can be trusted."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """First day in force; absent: not known, restricts always, permits from `checked`."""
    until: date | None = None
    """Last day in force."""
    checked: date
    """The day on which this was checked."""
    conflicts: str | None = None
    """Where sources disagree."""
    note: str | None = None
    """What a reader should know beside."""


class AdequacyEntry(Record):
    """One decision that lets data go to a destination."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2,8}(-[A-Z0-9]{1,6})?:[A-Za-z0-9:+-]+$")]
    """`<authority>:<destination>[:<scope>]`, as `--without` names it: `EU:US:DPF`."""
    to: tuple[str, ...]
    """Countries, territories or groups."""
    scope: str | None = None
    """Whom or what it covers, in words."""
    needs: tuple[Need, ...] = ()
    """What it needs of the recipient."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """First day in force."""
    until: date | None = None
    """Last day in force."""
    citation: Citation
    """The decision."""
    evidence: Evidence
    """How far it can be trusted."""
    checked: date
    """The day on which this was checked."""
    conflicts: str | None = None
    """Where sources disagree."""
    note: str | None = None
    """What a reader should know beside."""


class Reach(Record):
    """A law by which authorities reach what companies of this jurisdiction hold elsewhere."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Its name within the jurisdiction; `us` and `cloud-act` are `US:cloud-act` in answers."""
    says: str
    """Whom it binds and what it lets authorities ask for, in our own words."""
    citation: Citation
    """Where it stands."""
    evidence: Evidence
    """How far it can be trusted."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """First day in force; absent: not known, holds always."""
    until: date | None = None
    """Last day in force."""
    checked: date
    """The day on which this was checked."""
    note: str | None = None
    """What a reader should know beside."""


class General(Record):
    """Whether a general data protection law stands."""

    status: Literal["in-force", "partly-in-force", "not-yet-in-force", "draft", "none", "unknown"]
    """What is known of it."""
    name: str | None = None
    """The law."""
    authority: str | None = None
    """Who supervises it."""
    from_: Annotated[date | None, Field(alias="from")] = None
    """First day in force."""
    evidence: Evidence = Evidence.UNVERIFIED
    """How far this can be trusted."""
    citation: Citation | None = None
    """Where it was seen."""


class Jurisdiction(Record):
    """`policies/residency/<id>.yaml`: one jurisdiction's law on where data may be."""

    jurisdiction: JurisdictionId
    """ISO country, territory with its own law, or a union such as `EU`."""
    name: str
    """Its name."""
    territory: tuple[str, ...] = ()
    """Countries and groups inside it, where it is a union; absent: itself."""
    under: tuple[JurisdictionId, ...] = ()
    """Unions and states whose rules apply here too."""
    general: General | None = None
    """The general data protection law."""
    rules: tuple[LawRule, ...] = ()
    """Its rules about places."""
    lists: tuple[AdequacyEntry, ...] = ()
    """Its adequacy list."""
    reaches: tuple[Reach, ...] = ()
    """Laws by which its authorities reach what its companies hold elsewhere."""
    looked_for: str | None = None
    """Where nothing is known: what was looked for, where, and when."""
    notes: tuple[str, ...] = ()
    """What was found and is no rule: bills, programmes, soft law, each with where it was seen."""


class DataClass(Record):
    """One data class and the wider ones that it lies within."""

    id: ClassName
    """Its token."""
    within: tuple[ClassName, ...] = ()
    """The wider classes whose rules apply to it too."""
    means: str
    """What it is."""


class Condition(Record):
    """A token that rules ask for, in words that whoever declares it can check."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(:[A-Za-z0-9-]+)?$")]
    """The token: `scc`, `actor:bank`, `host:HDS`."""
    means: str
    """What is true where it is declared."""


class ConditionsFile(Record):
    """`policies/conditions.yaml`: what each token that rules ask for means."""

    conditions: tuple[Condition, ...]
    """The tokens."""


class DataClassesFile(Record):
    """`policies/data_classes.yaml`: which class lies within which."""

    data_classes: tuple[DataClass, ...]
    """The classes."""
    activities: dict[Activity, tuple[Activity, ...]] = {}
    """Which wider activities' rules apply to an activity too (`access` lies within `process`)."""
