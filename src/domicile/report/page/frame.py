"""One page that asks for nothing: no script, no font, no picture from elsewhere.

What comes from files is escaped by the template engine, and controls in it are made visible. Only
addresses that begin http or https become links. The page's own policy allows its one style sheet
and nothing else, so a mistake here would still run nothing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from domicile.model.words import several
from domicile.report.page.visible import shown

_HERE = "domicile.report.page"


def environment(package: str) -> Environment:
    """An engine for a report's templates, which may use those that reports share.

    Args:
        package: the report's; its templates stand in a folder of that name.
    """
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(_HERE)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        web=is_web,
        number=lambda value: f"{value:,}",
        several=lambda count, one, many=None: several(count, one, many),
    )
    return made


@cache
def style(package: str | None = None) -> str:
    """The style sheet that reports share, and below it a report's own."""
    text = files(_HERE).joinpath("templates/style.css").read_text(encoding="utf-8")
    if package is not None:
        text += files(package).joinpath("templates/own.css").read_text(encoding="utf-8")
    return text


def page(template: str, engine: Environment, sheet: str, **given: Any) -> str:  # noqa: ANN401
    """Fill a whole page.

    Args:
        template: its name.
        engine: of `environment`.
        sheet: the style, of `style`.
        given: what the template says.
    """
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    text = engine.get_template(template).render(
        style=Markup(sheet),  # noqa: S704 - our own file
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'",
        **given,
    )
    return text if text.endswith("\n") else text + "\n"


def is_web(url: object) -> bool:
    """Whether an address may become a link."""
    if not isinstance(url, str) or not url.isprintable() or " " in url:
        return False
    try:
        split = urlsplit(url)
    except ValueError:
        return False
    return split.scheme in {"http", "https"} and bool(split.netloc)
