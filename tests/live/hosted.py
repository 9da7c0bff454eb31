"""A small world on a provider's places: one service, planned by hand, made on the real engine.

The provider itself is a stand-in (`tests/support/standin.py`); law and plan are written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from standin import Standin
from world import _headroom, _law, _Plain

from domicile.model.plan import Plan
from domicile.model.stack import plan_digest, stack_name
from domicile.provision.engine import ensure
from domicile.provision.pulumi_cli import Cli, counts
from domicile.workspace import load

ENVIRONMENT = "hosted"
SERVICE, UNIT, CLASSES = "web", "requests/s", "communications"


@dataclass
class Hosted:
    """A workspace whose pools stand at one provider."""

    root: Path
    """Its folder."""
    provider: str
    """The provider's id in the shipped catalogue."""
    places: Mapping[str, tuple[str, str]]
    """Datacenter of the shipped catalogue → its region there, and its country."""
    machine: str
    image: str
    standin: Standin
    adapter: str = ""
    """The adapter; empty: the provider's own."""
    health: str = "/healthz"
    zone: str = ""
    """Under which names requests find their way."""
    direction: str = ""
    """The adapter of the traffic's stack; empty: as the others."""
    config: dict[str, Any] = field(default_factory=dict)
    """Keys of every stack that are the user's: `hcloud:token`, `hosting:network` …"""
    counts: dict[str, int] = field(default_factory=dict)
    """Datacenter → backends; absent: 2."""

    def declare(self) -> None:
        """Write everything that people write."""
        countries = sorted({country for _, country in self.places.values()})
        self._write("policies/headroom.yaml", _headroom())
        for country in countries:
            self._write(f"policies/residency/{country.lower()}.yaml", _law(country, countries))
        environment = {"id": ENVIRONMENT, "description": "a test"}
        if self.adapter:
            environment["adapter"] = self.adapter
        self._write("infra/environments.yaml", {"environments": [environment]})
        service = {"id": SERVICE, "name": SERVICE, "unit": UNIT, "activities": ["process"]}
        self._write("infra/services.yaml", {"services": [{**service, "data_classes": [CLASSES]}]})
        backend = {
            "id": f"{self.provider}.small",
            "provider": self.provider,
            "price": "0.1 EUR/h",
            "capacity": {SERVICE: f"100 {UNIT}"},
            "example": True,
        }
        self._write("infra/backends.yaml", {"backends": [backend]})
        pools = [
            {
                "service": SERVICE,
                "datacenter": place,
                "backend": f"{self.provider}.small",
                "maximum": "9 backends",
            }
            for place in self.places
        ]
        owned = {"environment": ENVIRONMENT, "example": True}
        self._write(f"infra/pools.{ENVIRONMENT}.yaml", {**owned, "pools": pools})
        demand = [
            {
                "id": f"{country.lower()}-{SERVICE}",
                "subject": country,
                "service": SERVICE,
                "data_classes": [CLASSES],
                "rate": f"100 {UNIT}",
            }
            for country in countries
        ]
        self._write(f"infra/demand.{ENVIRONMENT}.yaml", {**owned, "demand": demand})
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
        for place in self.places:
            more = {"datacenter": place, "place": self._place(place), "pools": self._pools(place)}
            self._stack(place, digest, more)
        traffic: dict[str, Any] = {
            "datacenters": {
                place: self._place(place) for place in self.places if self._count(place)
            },
            "services": [{"id": SERVICE, "unit": UNIT}],
        }
        if self.zone:
            traffic["zone"] = self.zone
        self._stack("traffic", digest, {"traffic": traffic})

    def plan(self) -> dict[str, Any]:
        """The plan: each country's demand is shared equally by its own places that stand."""
        homes: dict[str, list[str]] = {}
        for place, (_, country) in self.places.items():
            homes.setdefault(country, [])
            if self._count(place):
                homes[country].append(place)
        standing = [place for place in self.places if self._count(place)]
        served = {country: places or standing for country, places in homes.items()}
        return {
            "environment": ENVIRONMENT,
            "as_of": "2026-11-01",
            "inputs": load(self.root).digest(ENVIRONMENT),
            "verdicts": "sha256:by-hand",
            "optimal": False,
            "cost": {"now": 0.0, "after": 1.0},
            "pools": [
                {"service": SERVICE, "datacenter": place, "now": 0, "after": self._count(place)}
                for place in sorted(self.places)
            ],
            "nominal": {
                _key(country): {place: 1 / len(places) for place in places}
                for country, places in served.items()
            },
            "contingencies": [],
            "order": {_key(country): places for country, places in served.items()},
        }

    # -- Pulumi

    def run(self, part: str, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        """Run Pulumi on one stack; returns what it printed.

        Raises:
            OutsideError: it failed.
        """
        return Cli(self.root, ensure()).run(stack_name(ENVIRONMENT, part), *arguments, more=more)

    def preview(self, part: str) -> dict[str, int]:
        """What `up` would do: operation → resources; nothing is warned of."""
        return self._counted(self.run(part, "preview", "--diff"))

    def up(self, part: str, *flags: str) -> dict[str, int]:
        """Bring a stack to what is declared."""
        return self._counted(self.run(part, "up", "--yes", "--skip-preview", *flags))

    def refresh(self, part: str) -> dict[str, int]:
        """Look what stands."""
        return self._counted(self.run(part, "refresh", "--yes", "--skip-preview"))

    def destroy(self, part: str) -> dict[str, int]:
        """Remove everything of a stack."""
        return self._counted(self.run(part, "destroy", "--yes", "--skip-preview"))

    def outputs(self, part: str) -> dict[str, Any]:
        """What a stack exports."""
        found: dict[str, Any] = json.loads(self.run(part, "stack", "output", "--json"))
        return found

    def resources(self, part: str) -> list[dict[str, Any]]:
        """What a stack's state holds."""
        exported = json.loads(self.run(part, "stack", "export"))
        found: list[dict[str, Any]] = exported["deployment"]["resources"]
        return found

    def graph(self, part: str) -> str:
        """What a stack made, as text: who stands under whom, waits for whom, and the inputs.

        Ids and addresses are written as whose they are, and names that Pulumi made are left out.
        """
        made = [
            each
            for each in self.resources(part)
            if each["type"] not in ("pulumi:pulumi:Stack", "pulumi:pulumi:StackReference")
            and not each["type"].startswith("pulumi:providers:")
        ]
        custom = [each for each in made if each.get("custom")]
        known = {each.get("id"): _short(each["urn"]) for each in custom}
        known |= {
            str(each["inputs"]["name"]): _short(each["urn"]) for each in custom if _autonamed(each)
        }
        listed = []
        for each in sorted(made, key=lambda each: str(each["urn"])):
            inputs = _told(each.get("inputs") or {}, known)
            if _autonamed(each):
                del inputs["name"]
            entry = {"resource": _short(each["urn"]), "under": _short(each["parent"])}
            waits = sorted(_short(urn) for urn in each.get("dependencies") or ())
            listed.append({**entry, "after": waits, "inputs": inputs})
        text: str = yaml.dump(listed, Dumper=_Plain, sort_keys=False, width=100)
        return text

    def _counted(self, said: str) -> dict[str, int]:
        assert "warning" not in said.lower(), said
        return counts(said)

    # -- files

    def _count(self, place: str) -> int:
        return self.counts.get(place, 2)

    def _place(self, place: str) -> dict[str, str]:
        region, country = self.places[place]
        return {"provider": self.provider, "region": region, "country": country}

    def _pools(self, place: str) -> list[dict[str, Any]]:
        pool = {
            "service": SERVICE,
            "backend": f"{self.provider}.small",
            "backends": self._count(place),
            "capacity": f"100 {UNIT}",
            "port": 8443,
            "machine": self.machine,
            "image": self.image,
            "health": self.health,
            "subjects": sorted(
                load.split("/")[0]
                for load, shares in self.plan()["nominal"].items()
                if place in shares
            ),
            "data_classes": [CLASSES],
        }
        return [pool] if self._count(place) else []

    def _stack(self, part: str, digest: str, more: dict[str, Any]) -> None:
        path = self.root / "stacks" / f"Pulumi.{stack_name(ENVIRONMENT, part)}.yaml"
        standing = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        adapter = self.adapter or self.provider
        if part == "traffic":
            adapter = self.direction or adapter
        config = {"environment": ENVIRONMENT, "adapter": adapter, "plan": digest, **more}
        owned = {f"domicile:{name}": value for name, value in config.items()}
        path.write_text(_text({**standing, "config": {**self.config, **owned}}), encoding="utf-8")

    def _write(self, name: str, content: dict[str, Any]) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(content), encoding="utf-8")


def _autonamed(each: Mapping[str, Any]) -> bool:
    """Whether the provider made a resource's name of its name in the program."""
    name = str((each.get("inputs") or {}).get("name", ""))
    return name.startswith(f"{each['urn'].rpartition('::')[2]}-")


def _short(urn: str) -> str:
    """Type and name of a resource: `Server web-0`."""
    _, _, types, name = urn.split("::", 3)
    return f"{types.rpartition('$')[2].rpartition(':')[2]} {name}"


def _told(value: Any, known: Mapping[Any, str]) -> Any:  # noqa: ANN401 -- of any kind
    """A value with ids as whose they are, and digests of plans left out."""
    if isinstance(value, dict):
        return {
            key: _told(each, known) for key, each in sorted(value.items()) if key != "__defaults"
        }
    if isinstance(value, list):
        return [_told(each, known) for each in value]
    if isinstance(value, float) and value == int(value):
        value = int(value)
    if isinstance(value, str) and re.fullmatch(r"(domicile:plan=)?[0-9a-f]{16}", value):
        return f"{value[:-16]}<plan>"
    if isinstance(value, str | int) and str(value) in known:
        return f"<{known[str(value)]}>"
    return value


def _key(country: str) -> str:
    return f"{country}/{SERVICE}/{CLASSES}"


def _text(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_Plain, sort_keys=False)
