"""A small workspace over a small catalogue: each test changes one thing in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from domicile.model.errors import DomicileError, SourceErrors
from domicile.workspace import load

CATALOGUE = {
    "regions/groups.yaml": """\
groups:
  - id: EEA
    name: European Economic Area
    members: [FR, DE, {of: GB, until: 2020-12-31}]
    evidence: official text
    source: a treaty
    checked: 2026-11-23
""",
    "regions/entries.yaml": """\
entries:
  - {subject: FR, city: Paris, coordinates: {latitude: 48.85, longitude: 2.35}}
  - {subject: "NO", city: Oslo, coordinates: {latitude: 59.91, longitude: 10.75}}
source: an atlas
checked: 2026-11-23
""",
    "regions/shipped.yaml": """\
provider:
  id: shipped
  name: Shipped
  operator: {name: Shipped SA, country: FR}
  source: a page
  checked: 2026-11-23
datacenters:
  - id: shipped-par
    name: PAR
    country: FR
    city: Paris
    coordinates: {latitude: 48.9, longitude: 2.3}
    source: a page
    checked: 2026-11-23
""",
    "policies/data_classes.yaml": """\
data_classes:
  - {id: personal, means: about a person}
  - {id: communications, within: [personal], means: what people say}
activities: {access: [process]}
""",
    "policies/residency/fr.yaml": """\
jurisdiction: FR
name: France
looked_for: a test
""",
    "policies/headroom.yaml": "not: read from the catalogue\n",
}

WORKSPACE = {
    "regions/ovh.yaml": """\
provider:
  id: ovh
  name: OVHcloud
  operator: {name: OVH SAS, country: FR}
  source: a page
  checked: 2026-11-23
datacenters:
  - id: ovh-gra
    name: GRA
    country: FR
    subdivision: FR-59
    city: Gravelines
    coordinates: {latitude: 50.99, longitude: 2.13}
    capacity: 400 Gbit/s
    quota: 40 backends
    source: a page
    checked: 2026-11-23
  - id: ovh-osl
    name: OSL
    country: NO
    city: Oslo
    coordinates: {latitude: 59.9, longitude: 10.7}
    source: a page
    checked: 2026-11-23
links:
  - between: [ovh-osl, ovh-gra]
    capacity: 100 Gbit/s
""",
    "policies/headroom.yaml": """\
headroom:
  - id: everything
    losses: [datacenter]
    utilisation: {nominal: 70 %, after: 90 %}
    surge: 1.2
    latency: 40 ms
    reason: a test
""",
    "infra/environments.yaml": """\
environments:
  - {id: production, description: the test}
  - {id: local, description: this machine, adapter: local}
""",
    "infra/services.yaml": """\
services:
  - id: telephony
    name: Telephony
    core: true
    unit: calls
    activities: [process]
    data_classes: [communications]
""",
    "infra/backends.yaml": """\
backends:
  - id: ovh.small
    provider: ovh
    price: 0.05 EUR/h
    capacity: {telephony: 900 calls}
""",
    "infra/pools.yaml": """\
pools:
  - {service: telephony, datacenter: ovh-osl, backend: ovh.small, maximum: 9 backends}
  - service: telephony
    datacenter: ovh-gra
    backend: ovh.small
    minimum: 2 backends
    maximum: 40 backends
""",
    "infra/demand.yaml": """\
demand:
  - id: fr-telephony
    subject: FR
    service: telephony
    data_classes: [communications]
    rate: 31000 calls
""",
}

Writer = Callable[..., Path]
Loader = Callable[..., tuple[DomicileError, ...]]


@pytest.fixture
def small() -> dict[str, str]:
    """Every file of the small workspace and of its catalogue: path → text."""
    return {**CATALOGUE, **WORKSPACE}


@pytest.fixture(autouse=True)
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small catalogue in the place of the shipped one."""
    folder = tmp_path / "catalogue"
    _lay(folder, CATALOGUE)
    monkeypatch.setattr("domicile.workspace.files.catalogue", lambda: folder)
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write the small workspace, with files replaced, added, or (None) left out."""

    def write(changes: dict[str, str | None] | None = None) -> Path:
        files = {**WORKSPACE, **(changes or {})}
        shutil.rmtree(tmp_path / "workspace", ignore_errors=True)
        return _lay(tmp_path / "workspace", {k: v for k, v in files.items() if v is not None})

    return write


@pytest.fixture
def errors(write: Writer) -> Loader:
    """Load the small workspace with one text in one file replaced; what is wrong with it."""

    def errors(file: str, old: str, new: str) -> tuple[DomicileError, ...]:
        text = WORKSPACE[file]
        assert text.count(old) >= 1
        with pytest.raises(SourceErrors) as caught:
            load(write({file: text.replace(old, new, 1)}))
        return caught.value.errors

    return errors


def _lay(folder: Path, files: dict[str, str]) -> Path:
    for file, text in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
