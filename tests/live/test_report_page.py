"""The report in a real browser: it asks for nothing, says nothing, and can be read by everyone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import headroom_reporting
import hostile
import reporting
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from domicile.report.headroom import html as headroom_page
from domicile.report.residency.html import render
from domicile.report.residency.records import ResidencyReport

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, with a profile of its own."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS.split())
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ResidencyReport:
    """The report on the small world."""
    return reporting.reported(reporting.write(tmp_path_factory.mktemp("world")))


def test_hostile_text_does_nothing(
    browser: Browser, report: ResidencyReport, tmp_path: Path
) -> None:
    """One page after another, full of what would run: no request, no dialog, no word of error."""
    for number, text in enumerate(hostile.TEXTS):
        path = tmp_path / f"{number}.html"
        path.write_text(render(hostile.everywhere(report, text)), encoding="utf-8")
        page = browser.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on("dialog", lambda dialog, said=said: said.append(dialog.message))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert asked == [path.as_uri()]
        assert said == []
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_it(
    browser: Browser, report: ResidencyReport, tmp_path: Path, scheme: str
) -> None:
    """Contrast, headings, tables, landmarks: axe finds nothing, with every part unfolded."""
    path = tmp_path / "report.html"
    path.write_text(render(report), encoding="utf-8")
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everyone_can_read_headroom(
    browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    """The same of the headroom page, on a telephone too; it asks for nothing, nor scrolls aside."""
    world = reporting.write(tmp_path / "world")
    path = tmp_path / "report.html"
    path.write_text(headroom_page.render(headroom_reporting.reported(world)), encoding="utf-8")
    size = {"width": width, "height": 900}
    page = browser.new_page(color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert asked == [path.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()
