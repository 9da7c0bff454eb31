"""The page as a tagged PDF, by WeasyPrint, which may fetch nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domicile.model.errors import OutsideError

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""What Debian calls what WeasyPrint draws letters with."""


def render(page: str) -> bytes:
    """A PDF of the page, its structure tagged for those who hear it.

    Args:
        page: the report as HTML.

    Raises:
        OutsideError: WeasyPrint, or a library that it needs, is not installed.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError
    except ImportError as error:
        raise OutsideError(
            "a PDF needs WeasyPrint, which is not installed",
            help="pip install 'domicile[pdf]', or write HTML and print it from a browser",
        ) from error
    except OSError as error:
        raise OutsideError(
            f"a PDF needs the library Pango, which cannot be loaded: {_first_line(error)}",
            help=f"on Debian: apt-get install {PACKAGES}; or write HTML and print it from a "
            "browser",
        ) from error
    try:
        made: bytes = HTML(string=page, url_fetcher=_nothing()).write_pdf(pdf_tags=True)
    except FatalURLFetchingError as error:
        raise OutsideError(
            str(error), help="report this as a bug: a page asks for nothing"
        ) from error
    return made


def _first_line(error: OSError) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _nothing() -> URLFetcher:
    """A fetcher that refuses every address, and ends the rendering that asked."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Nothing(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
            del headers
            raise FatalURLFetchingError(f"a report fetches nothing, not even `{url}`")

    return Nothing()
