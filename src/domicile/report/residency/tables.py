"""The report's tables as CSV, one file each, for those who go on reckoning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from domicile.report.page.cells import Value, joined, written
from domicile.report.residency.records import Ground, Provision, ResidencyReport

Rows = Iterator[tuple[Value, ...]]


def tables(report: ResidencyReport) -> dict[str, str]:
    """File name → its text, by name."""
    return {
        f"{name}.csv": written(header, rows(report)) for name, (header, rows) in _TABLES.items()
    }


def _summary(report: ResidencyReport) -> Rows:
    for (verdict, count), (_, used) in zip(
        report.summary.counts, report.summary.used_counts, strict=True
    ):
        yield str(verdict), count, used


def _datacenters(report: ResidencyReport) -> Rows:
    for dot in report.dots:
        yield (
            *(dot.id, dot.name, dot.city, dot.country, dot.latitude, dot.longitude),
            *(dot.pools, dot.backends),
        )


def _hosting(report: ResidencyReport) -> Rows:
    for each in report.hosting:
        none = each.subjects - each.whole - each.part
        yield each.country.code, each.country.name, each.places, each.whole, each.part, none


def _matrix(report: ResidencyReport) -> Rows:
    for subject, cells in report.matrix.rows:
        for country, cell in zip(report.matrix.countries, cells, strict=True):
            if cell is None:
                continue
            for service, verdict in cell.services:
                yield (
                    *(subject.code, country.code, service, str(verdict)),
                    *(cell.home, cell.in_use),
                )


def _placements(report: ResidencyReport) -> Rows:
    for dossier in report.dossiers:
        for group in dossier.groups:
            classes = {load.key: load.data_classes for load in group.loads}
            for part in group.groups:
                why = part.reasoning
                rules = joined(dict.fromkeys(each.rule for each in why.deciding))
                outcome = _outcome(why.deciding)
                for each in part.placements:
                    far = each.latency == float("inf")
                    yield (
                        *(dossier.subject.code, each.service, joined(classes[each.load])),
                        *(each.place, str(each.verdict), str(each.use), each.share),
                        None if far else round(each.latency, 2),
                        *(why.number, rules, outcome),
                    )


def _outcome(grounds: Iterable[Ground]) -> str:
    return joined(f"{each.rule}: {each.outcome}" for each in grounds)


def _reasonings(report: ResidencyReport) -> Rows:
    for dossier in report.dossiers:
        seen: set[str] = set()
        for part in (part for group in dossier.groups for part in group.groups):
            if part.reasoning.number in seen:
                continue
            seen.add(part.reasoning.number)
            for each in part.reasoning.deciding:
                yield (
                    *(part.reasoning.number, str(part.reasoning.verdict)),
                    *(each.rule, str(each.verdict), each.asks, each.outcome),
                    *_relied(each),
                    joined(one.words for one in each.settled_by),
                )


def _relied(each: Ground) -> tuple[str, str]:
    tokens = [token for one in each.relies_on for token in one.tokens]
    return (
        joined(one.instrument.id for one in each.relies_on),
        joined(f"{token.token} by {joined(token.declared_by)}" for token in tokens),
    )


def _transfers(report: ResidencyReport) -> Rows:
    for each in report.transfers:
        relied = [_relied(ground) for ground in each.grounds]
        evidence = [
            f"{token.token}: {shown}"
            for one in each.relies_on
            for token in one.tokens
            for shown in token.evidence
        ]
        yield (
            *(each.number, str(each.kind), joined(subject.code for subject in each.subjects)),
            *(joined(each.leaves), joined(each.to)),
            joined(country.code for country in each.countries),
            *(joined(each.what), each.flow, each.purpose),
            *(joined(each.data_classes), joined(each.activities)),
            *(each.recipient.name, each.recipient.country, joined(each.recipient.owners)),
            *(each.use, str(each.verdict), joined(each.rules)),
            joined(way for way, _ in relied if way),
            joined(tokens for _, tokens in relied if tokens),
            *(joined(dict.fromkeys(evidence)), each.evidence and str(each.evidence), each.until),
            joined(f"{code}: {verdict} by {rule}" for code, verdict, rule in each.exporters),
        )


def _steps(report: ResidencyReport) -> Rows:
    for each in report.steps:
        yield (
            *(each.service, each.dependency, each.law, joined(each.subjects)),
            *(joined(each.places), joined(each.to), joined(each.data_classes)),
            *(joined(each.activities), each.count),
        )


def _mechanisms(report: ResidencyReport) -> Rows:
    for each in report.mechanisms:
        yield (
            *(each.id, joined(each.declares), each.covers, each.from_, each.until),
            *(each.in_force, each.evidence, each.example),
        )


def _changes(report: ResidencyReport) -> Rows:
    for each in report.shifts:
        for what, names in (("falls", each.falls), ("rises", each.rises)):
            for name in names:
                yield each.day, what, name, joined(each.facts)


def _dates(report: ResidencyReport) -> Rows:
    for each in report.endings:
        yield each.day, each.id, "last day" if each.ends else "first day", each.relied, each.what


def _questions(report: ResidencyReport) -> Rows:
    for each in report.questions:
        yield (
            joined(subject.code for subject in each.subjects),
            *(each.rule, str(each.verdict), each.evidence and str(each.evidence), each.outcome),
            joined(way.words for way in each.settled_by),
            *(joined(each.countries), each.placements, each.alone, joined(each.flows)),
        )


def _unknown(report: ResidencyReport) -> Rows:
    known = report.unknowns
    for what, names in (
        ("subject without a law of transfer", known.subjects),
        ("hosting country without a law of transfer", known.places),
        ("jurisdiction without a file", known.no_file),
    ):
        for name in names:
            yield what, name.code, name.name
    for rule, count in known.weak_blocking:
        yield "weak evidence that decides", rule, f"{count} placements"
    for each in known.weak:
        yield f"{each.evidence} evidence", each.id, each.says
    for path in known.side_paths:
        yield "side path that nothing is said of", path.id, path.does


def _rules(report: ResidencyReport) -> Rows:
    for entry in report.law:
        for kind, provisions in (
            ("law of transfer", entry.regime),
            ("rule about places", entry.rules),
            ("list entry", entry.lists),
            ("reaches abroad", entry.reaches),
        ):
            for each in provisions:
                yield entry.id, kind, *_provision(each)


def _provision(each: Provision) -> tuple[Value, ...]:
    cited = each.citation
    return (
        *(each.id, each.says, each.covers, joined(each.binds), joined(each.to)),
        *((None,) * 4 if cited is None else (cited.instrument, cited.article, cited.url)),
        None if cited is None else cited.quote,
        *(each.evidence and str(each.evidence), each.from_, each.until, each.checked, each.review),
    )


_TABLES: dict[str, tuple[str, Callable[[ResidencyReport], Rows]]] = {
    "changes": ("day what placements facts", _changes),
    "datacenters": ("id name town country latitude longitude pools backends", _datacenters),
    "dates": ("day fact begins_or_ends relied_on what", _dates),
    "hosting": ("country name datacenters subjects_whole subjects_part subjects_none", _hosting),
    "law": (
        (
            "jurisdiction kind id says covers binds_or_needs to instrument article url quote "
            "evidence from until checked review"
        ),
        _rules,
    ),
    "matrix": ("subject country service worst_verdict own_country in_use", _matrix),
    "mechanisms": ("id declares covers from until in_force evidence invented", _mechanisms),
    "placements": (
        (
            "subject service data_classes datacenter verdict use share latency_ms reasoning rules "
            "outcome"
        ),
        _placements,
    ),
    "questions": (
        "subjects rule verdict evidence outcome settled_by countries placements alone flows",
        _questions,
    ),
    "reasonings": (
        "reasoning verdict rule rule_verdict asks outcome ways declared settled_by",
        _reasonings,
    ),
    "steps": (
        "service dependency law subjects places to data_classes activities steps",
        _steps,
    ),
    "summary": ("verdict placements in_use", _summary),
    "transfers": (
        (
            "number kind subjects leaves to countries services flow purpose data_classes "
            "activities recipient recipient_country owners use verdict rules ways declared "
            "evidence_declared evidence_of_law until law_left"
        ),
        _transfers,
    ),
    "unknown": ("what id says", _unknown),
}
