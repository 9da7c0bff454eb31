"""The law of every jurisdiction involved, and what is not known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from domicile.model.law import Jurisdiction as JurisdictionRecord
from domicile.model.tokens import Evidence
from domicile.report.page.report import Named
from domicile.report.residency.dossiers import hosting_country, named
from domicile.report.residency.reading import Reader
from domicile.report.residency.records import (
    Dossier,
    JurisdictionEntry,
    Provision,
    SidePathName,
    Unknowns,
)
from domicile.residency import Citation
from domicile.residency.facts import Entry, Rule

WEAK = (Evidence.SECONDARY, Evidence.UNVERIFIED)


def involved(reader: Reader) -> dict[str, tuple[str, ...]]:
    """Jurisdiction → what it has to do with this environment."""
    roles: dict[str, dict[str, None]] = {}

    def add(code: str, role: str) -> None:
        for name in reader.day.chain(code):
            known = roles.setdefault(name, {})
            known[role if name == code else f"above {code}"] = None

    for subject in sorted({load.subject for load in reader.situation.loads}):
        add(subject, "subject")
    for place in places(reader):
        add(hosting_country(reader, place), "hosts")
        for country in sorted(reader.place(place).operator):
            add(country, "operator or owner")
    for flow in reader.situation.flows:
        for to in (*flow.to, *((flow.recipient,) if flow.recipient else ())):
            if to not in reader.workspace.datacenters and to.isupper():
                add(to, "receives")
    return {code: tuple(roles[code]) for code in sorted(roles)}


def places(reader: Reader) -> tuple[str, ...]:
    """Datacenters with a pool or a flow to them."""
    flows = {to for flow in reader.situation.flows for to in flow.to}
    return tuple(sorted({*reader.situation.places, *(flows & set(reader.workspace.datacenters))}))


def law(reader: Reader, roles: dict[str, tuple[str, ...]]) -> tuple[JurisdictionEntry, ...]:
    """One entry for each jurisdiction involved, by id."""
    return tuple(_entry(reader, code, roles[code]) for code in roles)


def _entry(reader: Reader, code: str, roles: tuple[str, ...]) -> JurisdictionEntry:
    record = reader.workspace.jurisdictions.get(code)
    facts = reader.situation.law.jurisdictions.get(code)
    general = None if record is None else record.general
    rules = () if facts is None else facts.rules
    cited = general.citation if general is not None else None
    return JurisdictionEntry(
        id=code,
        name=reader.workspace.country_name(code),
        roles=_shortened(roles),
        status="no file" if record is None else "unknown" if general is None else general.status,
        general="" if general is None else general.name or "",
        authority="" if general is None else general.authority or "",
        general_from=None if general is None else general.from_,
        general_citation=None if cited is None else Citation(**cited.model_dump()),
        general_evidence=None if general is None else general.evidence,
        under=() if facts is None else facts.under,
        regime=tuple(_rule(rule) for rule in rules if rule.regime),
        rules=tuple(_rule(rule) for rule in rules if not rule.regime),
        lists=tuple(_listed(entry) for entry in (() if facts is None else facts.lists)),
        reaches=() if record is None else _reaches(record),
        looked_for="" if record is None else record.looked_for or "",
        notes=() if record is None else record.notes,
    )


def _shortened(roles: tuple[str, ...]) -> tuple[str, ...]:
    own = tuple(role for role in roles if not role.startswith("above "))
    below = sorted(role.removeprefix("above ") for role in roles if role.startswith("above "))
    return (*own, *((f"its law reaches {', '.join(below)}",) if below else ()))


def _rule(rule: Rule) -> Provision:
    data = ", ".join((*rule.regime, *rule.data)) or "all"
    return Provision(
        id=rule.id,
        says=rule.says,
        citation=rule.citation,
        evidence=rule.evidence,
        from_=rule.from_,
        until=rule.until,
        checked=rule.checked,
        covers=f"{data} data" + (f"; {', '.join(rule.does)}" if rule.does else ""),
        binds=rule.when,
        regime=bool(rule.regime),
        note=rule.note or "",
        review=str(rule.review or ""),
        conflicts=rule.conflicts or "",
    )


def _listed(entry: Entry) -> Provision:
    return Provision(
        id=entry.id,
        says=entry.scope or "",
        citation=entry.citation,
        evidence=entry.evidence,
        from_=entry.from_,
        until=entry.until,
        checked=entry.checked,
        binds=tuple(sorted(entry.needs)),
        review=str(entry.review or ""),
        to=entry.to,
    )


def _reaches(record: JurisdictionRecord) -> tuple[Provision, ...]:
    return tuple(
        Provision(
            id=f"{record.jurisdiction}:{reach.id}",
            says=reach.says,
            citation=Citation(**reach.citation.model_dump()),
            evidence=reach.evidence,
            from_=reach.from_,
            until=reach.until,
            checked=reach.checked,
            note=reach.note or "",
        )
        for reach in record.reaches
    )


def unknowns(
    reader: Reader, entries: Iterable[JurisdictionEntry], dossiers: Iterable[Dossier]
) -> Unknowns:
    """What nobody wrote down, and what rests on weak evidence."""
    found = tuple(entries)
    situation = reader.situation
    subjects = sorted({load.subject for load in situation.loads})
    hosts = sorted({hosting_country(reader, place) for place in places(reader)})
    weak = tuple(
        each
        for entry in found
        for each in (*entry.regime, *entry.rules, *entry.lists, *entry.reaches)
        if each.evidence in WEAK and (each.until is None or each.until >= situation.as_of)
    )
    return Unknowns(
        subjects=_without_regime(reader, subjects),
        places=_without_regime(reader, hosts),
        no_file=tuple(Named(each.id, each.name) for each in found if each.status == "no file"),
        weak=weak,
        weak_blocking=_weak_blocking(reader, dossiers),
        side_paths=_side_paths(reader),
    )


def _without_regime(reader: Reader, codes: Iterable[str]) -> tuple[Named, ...]:
    return tuple(named(reader, code) for code in codes if not reader.situation.regime_known(code))


def _weak_blocking(reader: Reader, dossiers: Iterable[Dossier]) -> tuple[tuple[str, int], ...]:
    """Weak rules that keep placements from being lawful, each with how many."""
    counted: Counter[str] = Counter()
    for dossier in dossiers:
        for part in (part for group in dossier.groups for part in group.groups):
            if part.reasoning.verdict.lets_through:
                continue
            for rule in {ground.rule for ground in part.reasoning.deciding}:
                step = reader.steps.get(rule)
                if step is not None and step.evidence in WEAK:
                    counted[rule] += len(part.placements)
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _side_paths(reader: Reader) -> tuple[SidePathName, ...]:
    """Side paths that some pool sets off by default, and that nothing is said of."""
    found = []
    for name, pools in sorted(reader.situation.unsaid_side_paths().items()):
        path = reader.workspace.side_paths[name]
        found.append(
            SidePathName(
                id=name,
                feature=path.feature,
                does=path.does,
                carries=path.carries,
                counted=path.evidence is not Evidence.UNVERIFIED,
                services=tuple(sorted({service for service, _ in pools})),
                places=tuple(sorted({place for _, place in pools})),
                avoid=path.avoid,
                evidence=path.evidence,
            )
        )
    return tuple(found)
