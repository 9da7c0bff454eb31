"""The compiled law is the law: an installed package reads it, the repository its YAML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domicile.model.errors import SourceErrors
from domicile.residency import Law
from domicile.workspace import compiled, load, load_law, load_shipped

Writer = Callable[..., Path]

FRANCE = """\
jurisdiction: FR
name: France
rules:
  - id: hosting
    says: Health data stays in the EEA.
    data: [communications]
    in: [EEA]
    unless: [{needs: [scc], from: 2024-01-01}]
    citation: {instrument: Code, article: "1"}
    evidence: official text
    checked: 2026-11-23
"""


@pytest.fixture
def shipped(catalogue: Path) -> Path:
    """A catalogue whose France has a rule."""
    (catalogue / "policies/residency/fr.yaml").write_text(FRANCE, encoding="utf-8")
    return catalogue


def test_the_repository_reads_its_yaml() -> None:
    """Where the catalogue is the repository's own, no index is trusted."""
    assert compiled.law() is None


@pytest.mark.usefixtures("shipped")
def test_a_record_is_the_same_from_the_index() -> None:
    """What the index keeps of a jurisdiction is all that its file declares."""
    workspace = load_shipped()
    index = load_law(workspace).to_index()
    assert compiled.records(index) == {"fr": workspace.jurisdictions["FR"]}


@pytest.mark.usefixtures("shipped")
def test_the_index_spares_the_yaml(monkeypatch: pytest.MonkeyPatch, write: Writer) -> None:
    """With an index, records and law are equal to those of the YAML, places included."""
    plain, law = load(write()), load_law()
    index = law.to_index()
    monkeypatch.setattr(compiled, "law", lambda: index)
    spared = load(write())
    assert spared.jurisdictions == plain.jurisdictions
    assert load_law() == load_law(spared) == law
    rule = spared.jurisdictions["FR"].rules[0]
    place = spared.locate(spared.route(rule, "says"))
    assert str(place) == "domicile/catalogue/policies/residency/fr.yaml:5:11"


@pytest.mark.usefixtures("shipped")
def test_own_law_covers_the_index(monkeypatch: pytest.MonkeyPatch, write: Writer) -> None:
    """A workspace's own file is read even where the index knows the jurisdiction."""
    index = load_law().to_index()
    monkeypatch.setattr(compiled, "law", lambda: index)
    root = write({"policies/residency/fr.yaml": "jurisdiction: FR\nname: Ours\n"})
    workspace = load(root)
    assert workspace.jurisdictions["FR"].name == "Ours"
    assert load_law(workspace) == Law.of(
        workspace.jurisdictions.values(), workspace.groups.values(), workspace.data_classes
    )


def test_law_of_a_workspace(write: Writer) -> None:
    """A folder and the workspace loaded from it have the same law."""
    root = write()
    assert load_law(root) == load_law(load(root))
    assert isinstance(load_law(), Law)


def test_law_that_names_what_is_not_there(write: Writer) -> None:
    """A rule that names nothing known is an error at the rule."""
    text = FRANCE.replace("[communications]", "[dreams]")
    with pytest.raises(SourceErrors, match="`dreams` is no data class") as caught:
        load_law(write({"policies/residency/fr.yaml": text}))
    (error,) = caught.value.errors
    assert error.message == "`dreams` is no data class in `FR:hosting`"
    assert str(error.location) == "policies/residency/fr.yaml:4:5"


def test_classes_that_lie_within_each_other(write: Writer) -> None:
    """A circle of data classes is an error in their file."""
    text = """\
data_classes:
  - {id: aa, within: [bb], means: x}
  - {id: bb, within: [aa], means: y}
"""
    root = write({"policies/data_classes.yaml": text})
    with pytest.raises(SourceErrors, match="lies within itself") as caught:
        load_law(root)
    assert str(caught.value.errors[0].location) == "policies/data_classes.yaml:1:1"
