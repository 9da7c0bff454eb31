"""The compiled catalogue is the catalogue: only bytes that were compiled are spared their YAML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domicile.model.errors import SourceErrors
from domicile.model.law import DataClassesFile
from domicile.residency import Law
from domicile.workspace import __main__ as compiling
from domicile.workspace import compiled, load, load_law, load_shipped, loading
from domicile.workspace.compiled import Index
from domicile.workspace.validating import declare

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


@pytest.fixture
def index(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> Index:  # noqa: ARG001 - it is what is compiled
    """That catalogue, compiled."""
    made = Index.of(compiling.text())
    monkeypatch.setattr(compiled, "shipped", lambda: made)
    # Other tests may read each file once for all; these change it.
    monkeypatch.setattr(loading, "declare", declare)
    return made


def test_the_index_spares_the_yaml(
    shipped: Path, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an index, records, law and places are equal to those of the YAML, which is not read."""
    assert shipped.is_dir()
    plain = load(write())
    law = load_law(plain)
    made = Index.of(compiling.text())
    monkeypatch.setattr(compiled, "shipped", lambda: made)
    spared = load(write())
    assert spared.jurisdictions == plain.jurisdictions
    assert spared.datacenters == plain.datacenters
    assert load_law() == load_law(spared) == law
    rule = spared.jurisdictions["FR"].rules[0]
    place = spared.locate(spared.route(rule, "says"))
    assert str(place) == "domicile/catalogue/policies/residency/fr.yaml:5:11"


@pytest.mark.usefixtures("index")
def test_a_changed_byte_is_read(shipped: Path) -> None:
    """One other letter in a shipped file, and its YAML is what counts, mistakes included."""
    path = shipped / "policies/residency/fr.yaml"
    path.write_text(FRANCE.replace("name: France", "name: Frankreich"), encoding="utf-8")
    assert load_shipped().jurisdictions["FR"].name == "Frankreich"
    path.write_text(FRANCE.replace("[communications]", "[dreams]"), encoding="utf-8")
    with pytest.raises(SourceErrors, match="`dreams` is no data class"):
        load_law()
    path.write_text(FRANCE + "nonsense: true\n", encoding="utf-8")
    with pytest.raises(SourceErrors, match="`nonsense` is not a key here"):
        load_shipped()


@pytest.mark.usefixtures("index")
def test_own_law_covers_the_index(write: Writer) -> None:
    """A workspace's own file is read even where the index knows the jurisdiction."""
    root = write({"policies/residency/fr.yaml": "jurisdiction: FR\nname: Ours\n"})
    workspace = load(root)
    assert workspace.jurisdictions["FR"].name == "Ours"
    assert load_law(workspace) == Law.of(
        workspace.jurisdictions.values(), workspace.groups.values(), workspace.data_classes
    )


@pytest.mark.usefixtures("index")
def test_the_same_bytes_elsewhere_are_another_kind_of_file(write: Writer) -> None:
    """The text of a law copied into `regions/` is no region, though its bytes are known."""
    with pytest.raises(SourceErrors, match="the key `provider` is missing"):
        load(write({"regions/fr.yaml": FRANCE}))


@pytest.mark.usefixtures("index")
def test_law_under_another_name_is_not_as_shipped(write: Writer) -> None:
    """Known bytes in a file of another name are still told apart by the checks of names."""
    with pytest.raises(SourceErrors, match="is declared twice"):
        load(write({"policies/residency/de.yaml": FRANCE}))


@pytest.mark.parametrize("text", ["", "[]\n", '["domicile.shipped/0","x"]\n["y",{}]\n'])
def test_an_index_of_another_kind_holds_nothing(text: str) -> None:
    """What was not written by this version is passed over."""
    assert Index.of(text).texts == {}


def test_law_of_a_workspace(write: Writer) -> None:
    """A folder and the workspace loaded from it have the same law."""
    root = write()
    assert load_law(root) == load_law(load(root))
    assert isinstance(load_law(), Law)
    assert isinstance(load(root).data_classes, DataClassesFile)


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
