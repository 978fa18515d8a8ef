"""A text as a QR code (ISO/IEC 18004) inside a page: one SVG path, the same bytes every time."""

import segno
from markupsafe import Markup

LEVEL = "m"  # a print may lose about 15 % of its surface and is still read


def svg(text: str) -> Markup:
    """The code of an ASCII text, with its quiet zone; the page says how large it is."""
    made = segno.make(text, error=LEVEL, micro=False, boost_error=False, encoding="ascii")
    drawn: str = made.svg_inline(omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    return Markup(drawn)
