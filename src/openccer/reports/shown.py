"""Numbers, units, symbols and notes as people read them: exact, grouped, never rounded."""

import re
from decimal import Decimal

from markupsafe import Markup, escape

from openccer.kernel.quantity import EXACT
from openccer.monitoring.findings import ROW
from openccer.rulebook.model import Title

HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
DIMENSIONLESS = Title("无量纲", "dimensionless")


def number(value: Decimal | int) -> str:
    """Every digit, thousands grouped, no exponent."""
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def mwh(energy_wh: int) -> str:
    """Whole Wh as MWh with all six decimals."""
    return f"{Decimal(energy_wh).scaleb(-6, EXACT):,.6f}"


def percent(share: Decimal) -> str:
    """A share as per cent, exactly."""
    return f"{share.scaleb(2, EXACT):,f} %"


def unit(text: str) -> Title:
    """The unit in print; 1 is said in words."""
    if text == "1":
        return DIMENSIONLESS
    plain = text.replace("tCO2", "tCO₂").replace("10^4", "10⁴").replace("Nm3", "Nm³")
    return Title(plain, plain)


def symbol(text: str) -> tuple[str, str]:
    """A symbol and its index: EG_export,measured is EG with "export, measured" below the line."""
    head, _, index = text.partition("_")
    return head.replace("delta", "δ"), index.replace(",", ", ")


def note(text: str) -> Title:
    """A note that says the same in both languages (`中文；English`), or one text for both."""
    zh, semicolon, en = text.rpartition("；")
    if semicolon and not HAN.search(en):
        return Title(zh, en.strip())
    return Title(text, text)


def book(title: str) -> str:
    """A Chinese title in its marks: 《…》, but 〔…〕 stays, being a description and no title."""
    return title if title.startswith(("〔", "《")) else f"《{title}》"


def short(digest: str) -> str:
    """A digest in groups of eight, which the eye can compare."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def place_zh(place: str) -> str:
    """Where a finding is, in Chinese: `line 5` is 第 5 行; a time stays a time."""
    return ROW.sub(r"第 \2 行", place)


def breakable(ref: str) -> Markup:
    """The name of a rule version that may break after its dots, so that a narrow table holds it."""
    safe = str(escape(ref))
    for sign in (".", "_"):
        safe = safe.replace(sign, sign + "<wbr>")
    return Markup(safe.replace("@", "<wbr>@"))
