"""A small world for tests that run for real: four datacenters, two services, three subjects.

    acme-par, acme-lyo (FR)   acme-ber (DE)   acme-zrh (CH)

French data may be in France and Germany, German in Germany and France, Swiss in Switzerland alone.
The plan is written by hand, so that what is expected of it is known without any planner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from domicile.model.plan import Plan
from domicile.model.stack import plan_digest
from domicile.workspace import load

PLACES = {
    "acme-par": ("FR", "Paris", 48.86, 2.35),
    "acme-lyo": ("FR", "Lyon", 45.76, 4.84),
    "acme-ber": ("DE", "Berlin", 52.52, 13.40),
    "acme-zrh": ("CH", "Zurich", 47.38, 8.54),
}
LAW = {"FR": ["FR", "DE"], "DE": ["DE", "FR"], "CH": ["CH"]}
UNITS = {"voice": "calls", "web": "requests/s"}
CAPACITY = {"voice": 20, "web": 400}
RATES = {"voice": {"FR": 20, "DE": 10, "CH": 10}, "web": {"FR": 200, "DE": 100, "CH": 100}}
COUNTS = {
    ("voice", "acme-par"): 2,
    ("voice", "acme-lyo"): 2,
    ("voice", "acme-ber"): 2,
    ("voice", "acme-zrh"): 1,
    ("web", "acme-par"): 1,
    ("web", "acme-lyo"): 1,
    ("web", "acme-ber"): 1,
    ("web", "acme-zrh"): 1,
}
ORDER = {
    "FR": ["acme-par", "acme-lyo", "acme-ber"],
    "DE": ["acme-ber", "acme-lyo", "acme-par"],
    "CH": ["acme-zrh"],
}
NOMINAL = {
    "FR": {"acme-par": 0.6, "acme-lyo": 0.4},
    "DE": {"acme-ber": 1.0},
    "CH": {"acme-zrh": 1.0},
}
AFTER = {
    "acme-par": {"FR": {"acme-lyo": 0.75, "acme-ber": 0.25}},
    "acme-lyo": {"FR": {"acme-par": 1.0}},
    "acme-ber": {"DE": {"acme-lyo": 0.5, "acme-par": 0.5}},
    "acme-zrh": {"CH": {}},
}
CLASSES = "communications"
ENVIRONMENT = "local"
_SEEN = {"source": "invented for a test", "checked": "2026-11-01"}


def key(subject: str, service: str) -> str:
    """A load, as plans name it."""
    return f"{subject}/{service}/{CLASSES}"


@dataclass
class World:
    """A workspace in a folder, and its plan."""

    root: Path
    """The folder."""
    counts: dict[tuple[str, str], int] = field(default_factory=lambda: dict(COUNTS))
    """(service, datacenter) → backends."""

    def declare(self) -> None:
        """Write everything that people write."""
        self._write("regions/acme.yaml", _region())
        self._write("policies/headroom.yaml", _headroom())
        for subject, where in LAW.items():
            self._write(f"policies/residency/{subject.lower()}.yaml", _law(subject, where))
        self._write("infra/environments.yaml", _environments())
        self._write("infra/services.yaml", _services())
        self._write("infra/backends.yaml", _backends())
        self._write("infra/pools.local.yaml", self._pools())
        self._write("infra/demand.local.yaml", _demand())
        repository = Path(__file__).parents[2]
        for name in ("Pulumi.yaml", "__main__.py"):
            text = (repository / "infra" / name).read_text(encoding="utf-8")
            (self.root / "infra" / name).write_text(text, encoding="utf-8")

    def emit(self) -> None:
        """Write the plan and its stacks, keeping what Pulumi wrote into them."""
        text = _text(self.plan())
        Plan.model_validate(yaml.safe_load(text))
        (self.root / "stacks").mkdir(exist_ok=True)
        (self.root / "stacks" / f"plan.{ENVIRONMENT}.yaml").write_text(text, encoding="utf-8")
        digest = plan_digest(text)
        for place in PLACES:
            self._stack(
                place,
                digest,
                {"datacenter": place, "place": _place(place), "pools": self._planned(place)},
            )
        services = [{"id": service, "unit": unit} for service, unit in UNITS.items()]
        standing = sorted({place for (_, place), count in self.counts.items() if count})
        datacenters = {place: _place(place) for place in standing}
        traffic = {"datacenters": datacenters, "services": services}
        self._stack("traffic", digest, {"traffic": traffic})

    def plan(self) -> dict[str, Any]:
        """The plan, as its file has it."""
        workspace = load(self.root)
        return {
            "environment": ENVIRONMENT,
            "as_of": "2026-11-01",
            "inputs": workspace.digest(ENVIRONMENT),
            "verdicts": "sha256:by-hand",
            "optimal": False,
            "cost": {"now": 0.0, "after": 1.0},
            "pools": [
                {"service": service, "datacenter": place, "now": 0, "after": count}
                for (service, place), count in sorted(self.counts.items())
            ],
            "nominal": _each(NOMINAL),
            "contingencies": [
                {"contingency": [f"datacenter:{place}"], "lost": [place], "changes": _each(changes)}
                for place, changes in AFTER.items()
            ],
            "order": _each(ORDER),
        }

    def _planned(self, place: str) -> list[dict[str, Any]]:
        return [
            {
                "service": service,
                "backend": "acme.small",
                "backends": count,
                "capacity": f"{CAPACITY[service]} {UNITS[service]}",
                "subjects": _subjects(place),
                "data_classes": [CLASSES],
            }
            for (service, at), count in sorted(self.counts.items())
            if at == place and count
        ]

    def _stack(self, part: str, digest: str, more: dict[str, Any]) -> None:
        path = self.root / "stacks" / f"Pulumi.{ENVIRONMENT}.{part}.yaml"
        standing = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        config = {"environment": ENVIRONMENT, "adapter": "local", "plan": digest, **more}
        owned = {f"domicile:{name}": value for name, value in config.items()}
        path.write_text(_text({**standing, "config": owned}), encoding="utf-8")

    def _pools(self) -> dict[str, Any]:
        pools = [
            {
                "service": service,
                "datacenter": place,
                "backend": "acme.small",
                "maximum": "9 backends",
            }
            for service, place in COUNTS
        ]
        return {"environment": ENVIRONMENT, "example": True, "pools": pools}

    def _write(self, name: str, content: dict[str, Any]) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(content), encoding="utf-8")


def _subjects(place: str) -> list[str]:
    """Whom some routing of the plan sends there."""
    routings = (NOMINAL, *AFTER.values())
    return sorted({who for routing in routings for who, to in routing.items() if place in to})


class _Plain(yaml.SafeDumper):
    """Writes the same object twice rather than as an alias, which workspaces refuse."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 -- the base class's signature
        return True


def _place(place: str) -> dict[str, str]:
    return {"provider": "acme", "region": place, "country": PLACES[place][0]}


def _text(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_Plain, sort_keys=False)


def _each(by_subject: dict[str, Any]) -> dict[str, Any]:
    return {
        key(subject, service): value for subject, value in by_subject.items() for service in UNITS
    }


def _region() -> dict[str, Any]:
    places = [
        {
            "id": place,
            "name": place,
            "country": country,
            "city": city,
            "coordinates": {"latitude": latitude, "longitude": longitude},
            **_SEEN,
        }
        for place, (country, city, latitude, longitude) in PLACES.items()
    ]
    operator = {"name": "Acme SA", "country": "CH"}
    provider = {"id": "acme", "name": "Acme", "operator": operator, **_SEEN}
    return {"provider": provider, "datacenters": places}


def _headroom() -> dict[str, Any]:
    policy = {
        "id": "all",
        "losses": ["datacenter"],
        "utilisation": {"nominal": "90 %", "after": "100 %"},
        "surge": 1,
        "latency": "60 ms",
        "reason": "a test",
    }
    return {"headroom": [policy]}


def _law(subject: str, where: list[str]) -> dict[str, Any]:
    rule = {
        "id": "region",
        "says": "A rule made up for a test.",
        "regime": ["personal"],
        "in": where,
        "citation": {"instrument": "none"},
        "evidence": "official text",
        "from": "2020-01-01",
        "checked": "2026-11-01",
    }
    return {"jurisdiction": subject, "name": subject, "rules": [rule]}


def _environments() -> dict[str, Any]:
    return {"environments": [{"id": ENVIRONMENT, "description": "a test", "adapter": "local"}]}


def _services() -> dict[str, Any]:
    services = [
        {
            "id": service,
            "name": service,
            "unit": unit,
            "activities": ["process"],
            "data_classes": [CLASSES],
        }
        for service, unit in UNITS.items()
    ]
    return {"services": services}


def _backends() -> dict[str, Any]:
    capacity = {service: f"{CAPACITY[service]} {unit}" for service, unit in UNITS.items()}
    backend = {"id": "acme.small", "provider": "acme", "price": "0.1 EUR/h", "capacity": capacity}
    return {"backends": [{**backend, "example": True}]}


def _demand() -> dict[str, Any]:
    demand = [
        {
            "id": f"{subject.lower()}-{service}",
            "subject": subject,
            "service": service,
            "data_classes": [CLASSES],
            "rate": f"{rate} {UNITS[service]}",
        }
        for service, rates in RATES.items()
        for subject, rate in rates.items()
    ]
    return {"environment": ENVIRONMENT, "example": True, "demand": demand}
