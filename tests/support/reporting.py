"""A small world with law of its own, whose every placement was worked out by hand.

    alpha-zurich (CH)   alpha-tokyo (JP)   alpha-singapore (SG), all of Alpha AG (CH)

Swiss data may leave for the countries of a list, or with clauses that nobody signed; Swiss health
data is stored at home alone. Japanese data may go anywhere. Singapore lets go what came to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import judging
import yaml

from domicile.model.tokens import Counts
from domicile.report.residency.gathering import gather
from domicile.report.residency.records import Placement, ResidencyReport
from domicile.workspace import load_shipped

_SEEN = {"evidence": "official text", "checked": "2026-11-01"}
_INVENTED = {"source": "invented for a test", "checked": "2026-11-01"}
PLACES = {
    "alpha-zurich": ("CH", "Zürich", 47.38, 8.54, 2),
    "alpha-tokyo": ("JP", "Tokyo", 35.68, 139.69, 1),
    "alpha-singapore": ("SG", "Singapore", 1.35, 103.82, 0),
}
"""Place → country, town, latitude, longitude, backends that stand there."""
EXPECTED = {
    ("CH/vault/communications", "alpha-zurich"): "permitted",
    ("CH/vault/communications", "alpha-tokyo"): "permitted",
    ("CH/vault/communications", "alpha-singapore"): "conditional",
    ("CH/vault/communications+health", "alpha-zurich"): "permitted",
    ("CH/vault/communications+health", "alpha-tokyo"): "prohibited",
    ("CH/vault/communications+health", "alpha-singapore"): "prohibited",
    ("JP/vault/communications", "alpha-zurich"): "permitted",
    ("JP/vault/communications", "alpha-tokyo"): "permitted",
    ("JP/vault/communications", "alpha-singapore"): "permitted",
}
"""What the law below says, by hand."""


def _cited(instrument: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - what YAML holds
    return {"citation": {"instrument": instrument, "language": "de", **more}, **_SEEN}


def _free(code: str, name: str) -> dict[str, Any]:
    return {
        "jurisdiction": code,
        "name": name,
        "rules": [
            {
                "id": "free",
                "says": "data may go anywhere",
                "regime": ["personal"],
                "in": "world",
                "from": "2020-01-01",
                **_cited(f"{name} Act"),
            }
        ],
    }


def files() -> dict[str, Any]:
    """Path → what stands there."""
    swiss = {
        "jurisdiction": "CH",
        "name": "Switzerland",
        "general": {"status": "in-force", "name": "Test Act", "authority": "Test Authority"},
        "rules": [
            {
                "id": "export",
                "says": "data leaves for listed countries, or under clauses",
                "regime": ["personal"],
                "in": "home",
                "unless": [{"list": "CH"}, {"needs": ["scc"]}],
                "from": "2020-01-01",
                **_cited("Test Act", article="16", url="https://law.example/16", quote="Wörter"),
            },
            {
                "id": "health-home",
                "says": "health data is stored at home",
                "data": ["health"],
                "does": ["store"],
                "in": "home",
                "from": "2020-01-01",
                **_cited("Health Act", article="3"),
            },
        ],
        "lists": [
            {
                "id": "CH:JP",
                "to": ["JP"],
                "scope": "all of it",
                "from": "2020-01-01",
                "until": "2027-06-30",
                **_cited("Listing Order", quote="Japan"),
            }
        ],
    }
    return {
        "policies/residency/ch.yaml": swiss,
        "policies/residency/jp.yaml": _free("JP", "Japan"),
        "policies/residency/sg.yaml": _free("SG", "Singapore"),
        "policies/headroom.yaml": {
            "headroom": [
                {
                    "id": "all",
                    "losses": ["datacenter"],
                    "utilisation": {"nominal": "60 %", "after": "90 %"},
                    "surge": 1.2,
                    "latency": "500 ms",
                    "reason": "invented for a test",
                }
            ]
        },
        "regions/alpha.yaml": {
            "provider": {
                "id": "alpha",
                "name": "Alpha",
                "operator": {"name": "Alpha AG", "country": "CH"},
                **_INVENTED,
            },
            "datacenters": [
                {
                    "id": name,
                    "name": city,
                    "country": country,
                    "city": city,
                    "coordinates": {"latitude": latitude, "longitude": longitude},
                    **_INVENTED,
                }
                for name, (country, city, latitude, longitude, _) in PLACES.items()
            ],
        },
        "infra/environments.yaml": {
            "environments": [{"id": "production", "description": "a vault in three countries"}]
        },
        "infra/services.yaml": {
            "services": [
                {
                    "id": "vault",
                    "name": "Vault",
                    "unit": "requests/s",
                    "activities": ["process", "store"],
                    "data_classes": ["communications", "health"],
                }
            ]
        },
        "infra/backends.yaml": {
            "backends": [
                {
                    "id": "alpha.small",
                    "provider": "alpha",
                    "price": "0.1 EUR/h",
                    "capacity": {"vault": "100 requests/s"},
                }
            ]
        },
        "infra/pools.yaml": {
            "pools": [
                {
                    "service": "vault",
                    "datacenter": name,
                    "backend": "alpha.small",
                    "maximum": "9 backends",
                    "existing": f"{standing} backends",
                }
                for name, (*_, standing) in PLACES.items()
            ]
        },
        "infra/demand.yaml": {
            "demand": [
                _demand("ch-plain", "CH", ["communications"]),
                _demand("ch-health", "CH", ["communications", "health"]),
                _demand("jp-plain", "JP", ["communications"]),
            ]
        },
        "infra/flows.yaml": {
            "flows": [
                {
                    "id": "twin",
                    "service": "vault",
                    "subjects": ["CH"],
                    "data_classes": ["communications"],
                    "activity": "replicate",
                    "to": ["alpha-tokyo"],
                    "purpose": "a twin far away",
                }
            ]
        },
        "infra/side_paths.yaml": {
            "side_paths": [
                {"path": name, "state": "off", "evidence": "nobody here uses it"}
                for name in _side_paths()
            ]
        },
    }


@cache
def _side_paths() -> tuple[str, ...]:
    """Every side path of the shipped catalogue: this world uses none."""
    return tuple(load_shipped().side_paths)


def _demand(name: str, subject: str, classes: list[str]) -> dict[str, Any]:
    rate = "10 requests/s"
    return {
        "id": name,
        "subject": subject,
        "service": "vault",
        "data_classes": classes,
        "rate": rate,
    }


def write(folder: Path, given: dict[str, Any] | None = None) -> Path:
    """The world, or another, in a folder."""
    for path, data in (given or files()).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def reported(folder: Path, without: tuple[str, ...] = ()) -> ResidencyReport:
    """The report on a world, of what stands."""
    situation = judging.situation(folder, Counts.EXISTING)
    return gather(situation.without(without) if without else situation, without)


def placements(report: ResidencyReport) -> list[Placement]:
    """Every placement that a report has, in its order."""
    return [
        each
        for dossier in report.dossiers
        for group in dossier.groups
        for part in group.groups
        for each in part.placements
    ]
