"""A certificate of a place that is used has ended, or has not begun: it meets no rule.

Bad:

    # regions/alpha.yaml
    provider:
      id: alpha
      name: Alpha
      operator: {name: Alpha SAS, country: FR}
      certifications:
        - {id: HDS, from: 2021-03-01, until: 2024-02-29, evidence: official text}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: alpha-paris
        name: Paris
        country: FR
        city: Paris
        coordinates: {latitude: 48.86, longitude: 2.35}
        source: invented for a test
        checked: 2026-11-23
      - id: alpha-berlin
        name: Berlin
        country: DE
        city: Berlin
        coordinates: {latitude: 52.52, longitude: 13.4}
        source: invented for a test
        checked: 2026-11-23

Good:

    # regions/alpha.yaml
    provider:
      id: alpha
      name: Alpha
      operator: {name: Alpha SAS, country: FR}
      certifications:
        - {id: HDS, from: 2024-03-01, until: 2027-02-28, evidence: official text}
      source: invented for a test
      checked: 2026-11-23
    datacenters:
      - id: alpha-paris
        name: Paris
        country: FR
        city: Paris
        coordinates: {latitude: 48.86, longitude: 2.35}
        source: invented for a test
        checked: 2026-11-23
      - id: alpha-berlin
        name: Berlin
        country: DE
        city: Berlin
        coordinates: {latitude: 52.52, longitude: 13.4}
        source: invented for a test
        checked: 2026-11-23
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation
from domicile.model.place import Certification, Datacenter, Provider
from domicile.model.tokens import Enforcement, Severity
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM505", severity=Severity.MEDIUM, enforcement=Enforcement.ADVISORY)


def check(situation: Situation) -> Iterator[Observation]:
    """Compare the dates of the certificates of places with pools, and of their providers."""
    workspace = situation.workspace
    providers = {name: workspace.providers[name] for name in sorted(set(situation.provider_at))}
    places = {name: workspace.datacenters[name] for name in situation.places}
    holders: dict[str, Provider | Datacenter] = {**providers, **places}
    for name, holder in holders.items():
        renewed = {c.id for c in holder.certifications if not _outside(situation, c)}
        for certificate in holder.certifications:
            outside = _outside(situation, certificate)
            if outside and certificate.id not in renewed:
                yield Observation(
                    f"certificate `{certificate.id}` of `{name}` {outside}",
                    workspace.route(certificate, "until" if "ended" in outside else "from"),
                    help="add the one that follows it, or remove it: no rule takes it as met",
                )


def _outside(situation: Situation, certificate: Certification) -> str:
    """How a certificate's dates miss the day of judgement; empty where they hold it."""
    if certificate.until is not None and certificate.until < situation.as_of:
        return f"ended on {certificate.until}"
    if certificate.from_ is not None and certificate.from_ > situation.as_of:
        return f"begins only on {certificate.from_}"
    return ""
