"""`check` and `audit` answer in four formats, printed or in a file, with one exit code."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from commanding import Answer, Asker
from judging import lay
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif
from states import CANARY, pulumi, written

ON = ("--counts", "existing", "--as-of", "2026-11-23")
WAIVED = """\
waivers:
  - {id: one-host, rule: DOM304, reason: a trial, approver: A. Person, until: 2027-03-31}
enforcement:
  - {rule: headroom/core-concentration, enforcement: disabled, reason: known}
"""
POOLS = """\
pools:
  - {service: voice, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 1 backends}
  - {service: directory, datacenter: alpha-paris, backend: alpha.small, maximum: 9 backends, existing: 9 backends}
"""  # noqa: E501


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asker:
    """A world in Paris alone, of one host, which a waiver accepts, and short of backends."""
    files = {"policies/waivers.yaml": WAIVED, "infra/pools.yaml": POOLS}
    return Asker(lay(tmp_path / "world", files), capsys)


def _sarif(text: str) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(text)
    Sarif.model_validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def _junit(text: str) -> Element:
    return fromstring(text)  # noqa: S314 - our own


def test_formats_say_the_same(ask: Asker) -> None:
    """The findings of JSON, in their order, are the results of SARIF and the tests of JUnit."""
    found = ask("check", *ON, "--format", "json")
    told = found.json["findings"]
    assert {"DOM301", "DOM304"} <= {each["code"] for each in told}
    log = ask("check", *ON, "--format", "sarif")
    run = _sarif(log.out)
    assert [each["ruleId"] for each in run["results"]] == [each["code"] for each in told]
    for each, result in zip(told, run["results"], strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {
            "uri": each["location"]["file"],
            "uriBaseId": "%SRCROOT%",
        }
        assert place["region"]["startLine"] == each["location"]["line"]
        assert result["message"]["text"].split("\n")[0] == each["message"]
        assert ("suppressions" in result) is (each.get("waived") is not None)
        assert result["properties"].get("witness") == each.get("witness")
    tests = ask("check", *ON, "--format", "junit")
    document = _junit(tests.out)
    mandatory = [each for each in told if each["enforcement"] == "mandatory"]
    assert len(list(document.iter("failure"))) == len(mandatory)
    skipped = {
        case.get("name"): case.find("skipped")
        for case in document.iter("testcase")
        if case.find("skipped") is not None
    }
    assert set(skipped) == {"DOM304 headroom/one-provider", "DOM305 headroom/core-concentration"}
    assert document.get("tests") == str(found.json["summary"]["rules"] + 1)
    assert {found.code, log.code, tests.code} == {1}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit"])
def test_a_file_holds_what_would_have_been_printed(ask: Asker, tmp_path: Path, form: str) -> None:
    """Byte for byte, with folders made on the way, nothing beside it and the same exit code."""
    to = tmp_path / "made" / "answer"
    printed = ask("check", *ON, "--format", form)
    answer = ask("check", *ON, "--format", form, "-o", str(to))
    assert (answer.code, answer.err) == (printed.code, "")
    assert to.read_text(encoding="utf-8") == printed.out
    assert [each.name for each in to.parent.iterdir()] == ["answer"]
    assert answer.out.startswith(f"wrote {to}: ")
    assert answer.out.endswith(" at or above `mandatory`\n")
    assert ask("check", *ON, "--format", form, "-o", "-").out == printed.out
    assert ask("check", *ON, "--format", form, "--fail-on", "advisory").code == 1


def test_exit_codes_are_those_of_fail_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A world without findings is 0 in every format."""
    clean = Asker(lay(tmp_path / "world", {}), capsys)
    for form in ("text", "json", "sarif", "junit"):
        assert clean("check", *ON, "--format", form).code == 0
    assert _sarif(clean("check", *ON, "--format", "sarif").out)["results"] == []


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _below_a_file(path: Path) -> Path:
    path.write_text("x")
    return path / "answer"


def _circle(path: Path) -> Path:
    path.symlink_to(path)
    return path


@pytest.mark.parametrize("make", [_folder, _below_a_file, _circle])
def test_a_file_that_cannot_be_written_is_said(
    ask: Asker, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """Exit code 2 and one plain sentence; nothing is left behind."""
    to = make(tmp_path / "to")
    before = sorted(tmp_path.iterdir())
    answer = ask("check", *ON, "--format", "sarif", "-o", str(to))
    assert (answer.code, answer.out) == (2, "")
    assert f"`{to}` cannot be written: " in answer.err
    assert "Traceback" not in answer.err
    assert sorted(tmp_path.iterdir()) == before
    assert not to.is_dir() or not list(to.iterdir())


def test_an_old_file_stays_where_a_new_one_fails(
    ask: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle of writing leaves what stood there."""
    to = tmp_path / "answer.sarif"
    to.write_text("old")

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    answer = ask("check", *ON, "--format", "sarif", "-o", str(to))
    assert answer.code == 2
    assert "cannot be written: no space left on device" in answer.err
    assert to.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["answer.sarif"]


def test_links_stay_and_pipes_are_written_to(ask: Asker, tmp_path: Path) -> None:
    """What a link leads to is replaced, not the link; a pipe is no file to be replaced."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    assert ask("check", *ON, "--format", "junit", "-o", str(tmp_path / "link")).code == 1
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text().startswith("<?xml")
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    assert ask("check", *ON, "--format", "junit", "-o", str(tmp_path / "pipe")).code == 1
    reader.join(timeout=30)
    assert read == [(tmp_path / "real").read_text()]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.fixture
def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asker:
    """No workspace at all."""
    return Asker(tmp_path / "none", capsys)


def _audited(bare: Asker, path: Path, *more: str) -> Answer:
    return bare.bare("audit", str(path), "--as-of", "2026-11-23", *more)


def test_an_audit_says_what_a_check_does(
    bare: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Citation, help, witness, and a place that names no folder of this machine."""
    path = written(tmp_path, pulumi())
    monkeypatch.chdir(tmp_path)
    said = _audited(bare, path, "--format", "sarif")
    assert said.code == 1
    run = _sarif(said.out)
    far = next(each for each in run["results"] if each["ruleId"] == "DOM601")
    assert far["properties"].keys() >= {"citation", "help", "witness", "severity", "enforcement"}
    place = far["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "state.json", "uriBaseId": "%SRCROOT%"}
    line = path.read_text().splitlines()[place["region"]["startLine"] - 1]
    assert line[place["region"]["startColumn"] - 1 :].startswith('"urn:pulumi')
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [f"DOM60{number}" for number in range(1, 7)]
    assert rules[0]["properties"]["page"] == "docs/rules/resource/unlawful-place.md"
    assert run["automationDetails"]["id"] == "domicile/audit/state.json/"
    assert len(run["results"]) == len(_audited(bare, path, "--format", "json").json["findings"])
    assert str(tmp_path) not in said.out
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    outside = _audited(bare, path, "--format", "sarif")
    (base,) = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"]
        for each in _sarif(outside.out)["results"]
    }
    assert base == "ELSEWHERE"
    assert str(tmp_path) not in outside.out


@pytest.mark.parametrize("form", ["sarif", "junit"])
def test_no_secret_of_an_audited_file_is_told(bare: Asker, tmp_path: Path, form: str) -> None:
    """As in text and JSON; each rule of resources is a test."""
    said = _audited(bare, written(tmp_path, pulumi()), "--format", form)
    assert "DOM601" in said.out
    assert CANARY not in said.out + said.err
    if form == "junit":
        document = _junit(said.out)
        assert (document.get("tests"), document.get("failures")) == ("6", "2")
