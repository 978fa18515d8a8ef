"""A page as PDF: the same HTML, laid out for paper, with its fonts inside and the same bytes again.

WeasyPrint lays out and embeds; it needs a few system libraries, which are only looked for when a
PDF is asked for. Nothing outside the page is ever loaded.
"""

import contextlib
import io
from hashlib import sha256
from typing import Any

from openccer.reports.html import TEMPLATES

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-dejavu-core"


class PdfTrouble(OSError):
    """No PDF can be made on this machine. The message names what to install."""


def pdf(html: str, *, paper: str = "paper.css") -> bytes:
    """The page as PDF: A4, numbered pages, every font embedded.

    `paper` is the style that lays it out for paper, beside its own.

    No time and no path goes in, and the file's identifier is the digest of the page, so that the
    same page gives the same bytes as long as WeasyPrint, Pango and the fonts are the same.
    """
    weasyprint = _weasyprint()
    style = (TEMPLATES / paper).read_text()
    styled = html.replace("</style>", f"{style}</style>", 1)  # the last rules of the page win
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=())
    page = weasyprint.HTML(string=styled, base_url="about:blank", url_fetcher=fetcher)
    made: bytes = page.write_pdf(pdf_identifier=sha256(styled.encode()).digest()[:16])
    return made


def _weasyprint() -> Any:
    """The library; PdfTrouble where the system libraries it loads are not there."""
    try:
        # It prints its own advice on stdout, where the command line keeps its data.
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint
            import weasyprint.urls
    except OSError as error:
        raise PdfTrouble(
            "生成 PDF 需要系统库，请安装下列 Debian 软件包；a PDF needs system libraries, install"
            f" these Debian packages: {PACKAGES} ({str(error).splitlines()[0]})"
        ) from error
    return weasyprint
