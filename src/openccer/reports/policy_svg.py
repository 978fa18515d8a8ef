"""What the pictures of the policy base share: text of a known width, colours, one frame.

All places are whole numbers. A picture that stands alone follows light and dark; one inside a
page has the page's colours.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from markupsafe import escape

from openccer.rulebook.model import Title

_SLIM = " .,:;'|!()[]ijlt-"
_CLOSING, _OPENING = ")）〕》」”，。、；：…", "(（〔《「“"  # never begin, never end a line

Link = Callable[[str], str]  # record id -> address; empty for none

_STYLE = """
.pol text{font-family:system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;\
fill:#1b2733;font-size:13px}
.pol .soft{fill:#5b6b7a;font-size:12px}.pol .head{font-size:17px;font-weight:600}
.pol .small{font-size:12px}.pol .lane-name{font-weight:600}
.pol .stripe{fill:#f2f5f7}.pol .line{stroke:#d5dde1;fill:none}
.pol .lane{fill:#f6f8f9;stroke:#d5dde1}
.pol .bar{fill:#7fbfae}.pol .span{stroke:#9fb0bc;stroke-width:2}
.pol .made{fill:none;stroke:#1b2733;stroke-width:2}.pol .published{fill:#27508f;stroke:none}
.pol .in-force{stroke:#0f5a52;stroke-width:3}.pol .ended{stroke:#9b2c2c;stroke-width:3}
.pol .milestone{fill:#fdf3dd;stroke:#a86a10;stroke-width:2}
.pol .node{fill:#fff;stroke:#55636f;stroke-width:1}.pol .away{stroke-dasharray:4 3;fill:#f6f8f9}
.pol .edge{fill:none;stroke-width:2}.pol .supersedes{stroke:#9b2c2c}.pol .follows{stroke:#27508f}
.pol .amends{stroke:#a86a10;stroke-dasharray:6 3}
.pol .t-supersedes{fill:#9b2c2c}.pol .t-follows{fill:#27508f}.pol .t-amends{fill:#a86a10}
"""
_DARK = """@media (prefers-color-scheme:dark){
.pol{background:#12181d}.pol text{fill:#e8edf2}.pol .soft{fill:#9fb0c0}
.pol .stripe{fill:#1a2229}.pol .line{stroke:#34404a}.pol .lane{fill:#182028;stroke:#34404a}
.pol .bar{fill:#2f8378}.pol .span{stroke:#6d7d8a}.pol .made{stroke:#e8edf2}
.pol .published{fill:#79aef0}.pol .in-force{stroke:#6cc9b6}.pol .ended{stroke:#f0938c}
.pol .milestone{fill:#3b2c10;stroke:#e0ab55}
.pol .node{fill:#202a32;stroke:#9fb0c0}.pol .away{fill:#182028}
.pol .supersedes{stroke:#f0938c}.pol .follows{stroke:#79aef0}.pol .amends{stroke:#e0ab55}
.pol .t-supersedes{fill:#f0938c}.pol .t-follows{fill:#79aef0}.pol .t-amends{fill:#e0ab55}
}
"""


def width_of(text: str, size: int) -> int:
    """About how many pixels a text of this size takes; rather too many than too few."""
    return sum(map(_hundredths, text)) * size // 100


def _hundredths(sign: str) -> int:
    """A Chinese sign is square; of the Latin ones some are slim."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 100
    if sign in _SLIM:
        return 38
    return 61 if sign.islower() and sign not in "mw" else 85 if sign in "mwMW" else 70


def clipped(text: str, width: int, size: int) -> str:
    """The text, or its beginning and … if it is wider."""
    if width_of(text, size) <= width:
        return text
    kept = ""
    for sign in text:
        if width_of(kept + sign + "…", size) > width:
            break
        kept += sign
    return kept.rstrip() + "…"


def wrapped(text: str, width: int, size: int, lines: int) -> list[str]:
    """The text on so many lines at most; Latin words stay whole where they fit."""
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < lines:
        if len(found) == lines - 1 or width_of(rest, size) <= width:
            found.append(clipped(rest, width, size))
            break
        at = _break(rest, width, size)
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return found


def _break(text: str, width: int, size: int) -> int:
    """Where to break: before the first sign that does not fit, or at a space before it."""
    end = next(at for at in range(1, len(text) + 1) if width_of(text[:at], size) > width) - 1
    end = max(1, end)
    inside = text[end - 1].isascii() and text[end].isascii() and " " not in text[end - 1 : end + 1]
    space = text.rfind(" ", 0, end)
    if inside and space > 0:
        return space
    while end > 1 and (text[end] in _CLOSING or text[end - 1] in _OPENING):
        end -= 1
    return end


def in_language(title: Title, language: str) -> str:
    return title.zh if language == "zh" else title.en


def heading(title: Title, language: str) -> str:
    """A title as the heading of a picture."""
    said = in_language(title, language)
    return said[:1].upper() + said[1:]


def both(title: Title) -> str:
    return title.zh if title.zh == title.en else f"{title.zh} · {title.en}"


def text(x: int, y: int, said: str, kind: str = "", anchor: str = "") -> str:
    """One line of text."""
    given = f' class="{kind}"' if kind else ""
    where = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x}" y="{y}"{given}{where}>{escape(said)}</text>'


def titled(said: str, inside: Iterable[str], address: str = "") -> str:
    """Shapes that tell what they are when pointed at; a link if there is an address."""
    group = f"<g><title>{escape(said)}</title>{''.join(inside)}</g>"
    return f'<a href="{escape(address)}">{group}</a>' if address else group


def picture(
    width: int, height: int, title: Title, shapes: Sequence[str], *, alone: bool = True
) -> str:
    """The whole picture; `alone` for a file of its own."""
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="pol" role="img" {size}>'
    style = _STYLE + (_DARK if alone else "")
    name = f"<title>{escape(both(title))}</title>"
    return "\n".join([head, name, f"<style>{style}</style>", *shapes, "</svg>\n"])
