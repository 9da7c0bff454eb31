"""The report's tables as CSV, one file each, for those who go on reckoning."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from domicile.report.headroom.records import HeadroomReport
from domicile.report.page.cells import Value, joined, written

Rows = Iterator[tuple[Value, ...]]


def tables(report: HeadroomReport) -> dict[str, str]:
    """File name → its text, by name."""
    return {
        f"{name}.csv": written(header, rows(report)) for name, (header, rows) in _TABLES.items()
    }


def _services(report: HeadroomReport) -> Rows:
    for each in report.services:
        yield (
            *(each.id, each.unit, each.demand, each.backends, each.nominal_use),
            *(each.nominal_limit, each.nominal, each.worst_use, each.worst_limit, each.least),
            *(joined(each.worst), each.contingencies, each.short, each.most),
        )


def _countries(report: HeadroomReport) -> Rows:
    for each in report.countries:
        yield (
            *(each.subject.code, each.subject.name, each.least, each.service),
            *(joined(each.worst), joined(each.short)),
        )


def _datacenters(report: HeadroomReport) -> Rows:
    for each in report.datacenters:
        yield (
            *(each.id, each.name, each.city, each.country, each.latitude, each.longitude),
            *(each.pools, each.backends, each.share),
        )


def _standings(report: HeadroomReport) -> Rows:
    for each in report.standings:
        yield (
            *(each.service, each.subject.code, each.unit, each.demand, each.served),
            *(each.shortfall, each.nominal, joined(each.worst), each.worst_demand),
            *(each.worst_served, each.worst_shortfall, each.least, joined(each.places)),
        )


def _matrix(report: HeadroomReport) -> Rows:
    for row in report.rows:
        for service, cell in zip(report.services, row.cells, strict=True):
            if cell is not None:
                yield (
                    *(joined(row.name), joined(cell.contingency), service.id, service.unit),
                    *(cell.demand, cell.shortfall, cell.spare),
                )


def _cases(report: HeadroomReport) -> Rows:
    for each in report.cases:
        yield (
            *(each.service, each.subject, joined(each.contingency), each.unit, each.demand),
            *(each.served, each.shortfall, each.spare),
        )


def _binding(report: HeadroomReport) -> Rows:
    for each in report.bindings:
        yield (
            *(each.service, joined(each.contingency), each.others),
            *(joined(one.code for one in each.subjects), joined(each.data_classes)),
            *(joined(each.places), each.unit, each.demand, each.usable, each.shortfall),
        )


def _remedies(report: HeadroomReport) -> Rows:
    for each in report.shorts:
        for one in each.remedies or ():
            yield (
                *(each.service_name, joined(each.contingency), joined(each.subjects)),
                *(each.missing, each.unit, one.says, one.cost, one.saves, one.proved),
            )


def _levels(report: HeadroomReport) -> Rows:
    for each in report.levels:
        yield (
            *(each.id, each.name, each.contingencies, each.short, each.feasible, each.proved),
            *(each.cost, each.gap, each.step, each.against),
        )


def _conflicts(report: HeadroomReport) -> Rows:
    for level in report.levels:
        for each in level.conflicts:
            yield (
                *(level.id, each.service, joined(each.contingency), joined(each.subjects)),
                *(each.missing, each.unit, each.says),
            )


def _pools(report: HeadroomReport) -> Rows:
    for each in report.pools:
        yield (
            *(each.service, each.datacenter, each.now, each.needed, each.price),
            joined(each.reasons),
        )


def _knowledge(report: HeadroomReport) -> Rows:
    known = report.edition
    yield "environment", report.environment
    yield "as of", report.as_of
    yield "counts", report.counts
    yield "withdrawn", joined(report.without)
    yield "package", known.version
    yield "digest of the law", known.law
    yield "digest of the catalogue of places", known.catalogue
    yield "digest of what is declared", known.workspace
    yield "plan is stale", report.stale
    yield "EUR per hour now", report.now


_TABLES: dict[str, tuple[str, Callable[[HeadroomReport], Rows]]] = {
    "binding": (
        ("service contingency others subjects data_classes places unit demand usable shortfall"),
        _binding,
    ),
    "cases": ("service subject contingency unit demand served shortfall spare", _cases),
    "conflicts": ("level service contingency subjects missing unit says", _conflicts),
    "countries": ("country name spare service contingency short", _countries),
    "datacenters": (
        "id name town country latitude longitude pools backends capacity",
        _datacenters,
    ),
    "knowledge": ("what value", _knowledge),
    "levels": ("id name contingencies short_now feasible proved cost gap step beyond", _levels),
    "matrix": ("name contingency service unit demand shortfall spare", _matrix),
    "pools": ("service datacenter now needed price reasons", _pools),
    "remedies": (
        "service contingency subjects missing unit says cost saves proved",
        _remedies,
    ),
    "services": (
        (
            "service unit demand backends use_nominal limit_nominal spare_nominal use_worst "
            "limit_worst spare_worst contingency contingencies short most"
        ),
        _services,
    ),
    "standings": (
        (
            "service subject unit demand served shortfall spare contingency demand_then "
            "served_then shortfall_then spare_then places"
        ),
        _standings,
    ),
}
