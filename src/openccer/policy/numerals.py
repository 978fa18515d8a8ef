"""The values a passage of law states, as exact numbers: 5%, 百分之五, 一百万元, ten years.

What only names a place is no value: 第三十条, （五）, 4.3.2, 令第31号, GB/T 32151. Nor is every 一
or "one": a short Chinese numeral is a number when something counted follows it. Days and times of
day are not numbers either; they are found as such, and the year of a day also as a number.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

_D = "零〇一二两三四五六七八九"
_COUNT = f"[{_D}十百千]+"
_DIGITS = {
    sign: value
    for value, signs in enumerate(["零〇", "一", "二两", *"三四五六七八九"])
    for sign in signs
}

# What follows a numeral that counts something.
_MEASURE = re.compile(
    r"年(?!度)|[个名人天日元吨倍次家份户种类台套批期例笔起宗岁周万亿]|项(?!目)|公[里斤顷]|工作日|交易日|"
    r"小时|分钟|季度|千[瓦米克卡]|兆瓦|平方|以[上下内]|[至到][一二两三四五六七八九十百千\d]"
)
_NOT_ALONE = re.compile(r"[同统唯单之万划逐不某任]$")  # 统一, 唯一, 之一: words, not counts

_PLACES = re.compile(
    "|".join(
        (
            rf"第\s*(?:\d+|{_COUNT})\s*(?:条(?:之{_COUNT})?|[款项编章节号页届次期位类])",
            rf"^\s*(?:{_COUNT}、|\d{{1,2}}\.(?!\d)|\(\d{{1,2}}\))",
            r"^\s*\d{1,2}(?:\.\d{1,2})* (?=[\u4e00-\u9fff])(?![个名人年月日天元吨倍次项家份万亿])",
            r"(?<![\d.])\d{1,2}(?:\.\d{1,2}){2,}(?![\d.])",
            rf"\({_COUNT}\)",
            r"[〔\[]\d{4}[〕\]]\s*第?\s*\d+\s*号|(?:附件?|附录|表|图|编号)\s*\d+",
            r"(?<![A-Za-z])(?:GB|DB|HJ|DL|NB|ISO|IEC)[/A-Z]*\s*\d[\d.]*(?:\s*[-—–:]\s*\d{4})?",
            r"(?<![A-Za-z])[A-Za-z]+(?:[-—][A-Za-z]*\d+)+",
            r"(?i:(?<![a-z])(?:articles?|art\.|sections?|chapters?|book|annex(?:es)?|order|nos?\."
            r"|order no\.|paragraphs?|items?|parts?|clauses?)|§+)\s*\d[\d.]*"
            r"(?:\s*(?:and|to|[-–])\s*\d+)?",
        )
    ),
    re.MULTILINE,
)
_MONTHS = {
    name: number
    for first, names in (
        (1, "january february march april may june"),
        (7, "july august september october november december"),
    )
    for number, name in enumerate(names.split(), start=first)
}
_MONTH = f"(?i:{'|'.join(_MONTHS)})"
_SMALL = rf"(?:\d{{1,2}}|[{_D}十]{{1,3}})"
_YEAR = rf"(?:\d{{4}}|[{_D}]{{4}})"
_DAYS = re.compile(
    rf"(?P<y1>{_YEAR})\s*年\s*(?P<m1>{_SMALL})\s*月\s*(?P<d1>{_SMALL})\s*日"
    r"|(?<!\d)(?P<y2>\d{4})(?P<_sign>[-/.])(?P<m2>\d{1,2})(?P=_sign)(?P<d2>\d{1,2})(?!\d)"
    rf"|(?P<d3>\d{{1,2}})\s+(?P<m3>{_MONTH}),?\s+(?P<y3>\d{{4}})"
    rf"|(?P<m4>{_MONTH})\s+(?P<d4>\d{{1,2}}),?\s+(?P<y4>\d{{4}})"
    rf"|(?<![年\d{_D}十])(?<!年 )(?P<m5>{_SMALL})\s*月\s*(?P<d5>{_SMALL})\s*日"
)
_YEARLY = re.compile(rf"每年\s*(?P<month>{_SMALL})\s*月\s*(?P<day>{_SMALL})\s*日")
_OF_A_YEAR = re.compile(
    rf"{_SMALL}\s*月(?:\s*{_SMALL}\s*日)?|\d{{1,2}}\s+{_MONTH}\b|\b{_MONTH}\s+\d{{1,2}}(?!\d)"
)
_TIMES = re.compile(
    r"(?<![\d:])(?P<h1>\d{1,2}):(?P<m1>\d{2})(?::\d{2})?(?![\d:])"
    rf"|(?P<h2>{_SMALL})\s*时(?:(?P<m2>{_SMALL})\s*分)?"
)

_WORDS = {
    word: value
    for words, values in (
        ("one two three four five six seven eight nine ten", range(1, 11)),
        ("eleven twelve thirteen fourteen fifteen", range(11, 16)),
        ("sixteen seventeen eighteen nineteen", range(16, 20)),
        ("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10)),
    )
    for word, value in zip(words.split(), values, strict=True)
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD = f"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_NUMBERS = re.compile(
    rf"(?P<parts>[百千万])分之(?:(?P<zh_part>[{_D}十百千]+(?:点[{_D}]+)?)|(?P<part>\d+(?:\.\d+)?))"
    r"|(?<![A-Za-z\d._])(?P<plain>\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?!(?:st|nd|rd|th)\b)"
    rf"|(?P<zh>[{_D}十百千万亿]+(?:点[{_D}]+)?)"
    rf"|(?i:\b(?P<en>{_WORD}(?:[\s-]+(?:{_WORD}|(?:{'|'.join(_SCALES)})(?:\s+and(?=\s+{_WORD}\b))?))*)\b)"
)
# Behind "one" alone: what makes it a count.
_COUNTED = re.compile(
    r"\s+(?:per\s?cent|percent|(?:full |(?:calendar|trading|working) )?"
    r"(?:account|day|hour|month|person|time|ton(?:ne)?|week|year)s?\b)"
)
_SUFFIX = re.compile(
    r"\s*(?P<sign>%|‰|个百分点|(?i:per\s?cent\b|per mille\b|percentage points?\b)"
    r"|[万十百千]?亿|万亿|[十百千]?万|千(?![瓦米克卡焦伏安])|(?i:(?:hundred|thousand|million|billion)\b))"
)
_RANGE = re.compile(r"\s*(?:至|到|[-–—~]|to)\s*")
_BY_SIGN = {
    "%": Decimal("0.01"),
    "个百分点": Decimal("0.01"),
    "percent": Decimal("0.01"),
    "percentagepoint": Decimal("0.01"),
    "percentagepoints": Decimal("0.01"),
    "‰": Decimal("0.001"),
    "permille": Decimal("0.001"),
    **{name: Decimal(value) for name, value in _SCALES.items()},
}
_ZH_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_PARTS = {"百": Decimal("0.01"), "千": Decimal("0.001"), "万": Decimal("0.0001")}


@lru_cache(maxsize=4096)
def numbers_in(text: str, counting: str = "") -> frozenset[Decimal]:
    """Every value the text states: a share as a fraction of 1, money and counts written out.

    `counting` is a pattern of what the number must count, as it follows the number: 个?工作日, %.
    """
    plain = _PLACES.sub(" ", _folded(text))
    for pattern in (_DAYS, _TIMES, _OF_A_YEAR):
        plain = pattern.sub(" ", plain)
    wanted = re.compile(rf"\s*(?:{counting})")
    found = {value for value, follows in _numbers(plain) if wanted.match(follows)}
    return frozenset(found if counting else found | {Decimal(day.year) for day in days_in(text)})


@lru_cache(maxsize=4096)
def days_in(text: str) -> frozenset[date]:
    """Every day the text names. 6月26日 is of the year named before it in the same sentence."""
    found: set[date] = set()
    for sentence in _folded(text).split("。"):
        year = None
        for match in _DAYS.finditer(sentence):
            said = {key[0]: value for key, value in match.groupdict().items() if value}
            year = _small(said["y"]) if "y" in said else year
            month = _MONTHS.get(said["m"].lower()) or _small(said["m"])
            found |= _day(year, month, _small(said["d"]))
    return frozenset(found)


@lru_cache(maxsize=4096)
def yearly_days_in(text: str) -> frozenset[tuple[int, int]]:
    """Month and day of every day the text names for each year: 每年3月31日."""
    return frozenset(
        (_small(match["month"]), _small(match["day"])) for match in _YEARLY.finditer(_folded(text))
    )


def _day(year: int | None, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)} if year else set()
    except ValueError:
        return set()  # no such day


@lru_cache(maxsize=4096)
def times_in(text: str) -> frozenset[time]:
    """Every time of day the text names, to the minute."""
    found = set()
    for match in _TIMES.finditer(_folded(text)):
        hour, minute = match["h1"] or match["h2"], match["m1"] or match["m2"] or "0"
        if (at := _small(hour) * 60 + _small(minute)) < 24 * 60 and _small(minute) < 60:
            found.add(time(at // 60, at % 60))
    return frozenset(found)


def _folded(text: str) -> str:
    """Full width as half width, and the signs of a number in one form."""
    return unicodedata.normalize("NFKC", text).replace("−", "-")


def _small(text: str) -> int:
    return int(text) if text.isdecimal() else int(_chinese(text) or 0)


def _numbers(text: str) -> Iterator[tuple[Decimal, str]]:
    """The numbers in order, each with what follows it.

    In 5至10% and 五至十年 what follows the last follows the first too, if nothing else does.
    """
    waiting: tuple[Decimal, int] | None = None  # a number without a sign, and where it ends
    for match in _NUMBERS.finditer(text):
        value = _value(match, text)
        if value is None:
            continue
        suffix = _SUFFIX.match(text, match.end()) if match["plain"] or match["en"] else None
        scale = _scale(suffix["sign"]) if suffix else Decimal(1)
        follows = "%" if match["parts"] else text[match.end() :]
        if waiting is not None:
            before, end = waiting
            a_range = _RANGE.fullmatch(text, end, match.start())
            yield (before * scale, follows) if a_range else (before, text[end:])
        waiting = (value, match.end()) if suffix is None and not match["parts"] else None
        if waiting is None:
            yield value * scale, follows
    if waiting is not None:
        yield waiting[0], text[waiting[1] :]


def _value(match: re.Match[str], text: str) -> Decimal | None:
    if match["parts"]:
        part = _chinese(match["zh_part"]) if match["zh_part"] else Decimal(match["part"])
        return None if part is None else part * _PARTS[match["parts"]]
    if match["plain"]:
        return Decimal(re.sub("[, ]", "", match["plain"]))
    if match["en"]:
        if match["en"].lower() == "one" and not _COUNTED.match(text, match.end()):
            return None
        return Decimal(_english(match["en"].lower()))
    said, before = match["zh"], text[: match.start()]
    if len(said) < 3 and not (_MEASURE.match(text, match.end()) or _ends(text, match.end())):
        return None
    return None if len(said) == 1 and _NOT_ALONE.search(before) else _chinese(said)


def _ends(text: str, at: int) -> bool:
    """Nothing follows that the numeral could be a part of."""
    return not text[at:].strip() or bool(re.match(r"\s*[,、。;)]", text[at:]))


def _scale(sign: str) -> Decimal:
    said = re.sub(r"\s", "", sign.lower())
    if said in _BY_SIGN:
        return _BY_SIGN[said]
    scale = 1
    for one in said:
        scale *= _ZH_SCALES[one]
    return Decimal(scale)


def _english(words: str) -> int:
    total = current = 0
    for word in re.findall(r"[a-z]+", words):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current *= 100
        elif word in _SCALES:
            total, current = total + current * _SCALES[word], 0
    return total + current


# --- Chinese numerals ---------------------------------------------------------------------------

_GROUP = re.compile(
    rf"(?P<lead>[零〇])?(?:(?P<k>[{_D[2:]}])千)?(?P<z1>[零〇])?(?:(?P<h>[{_D[2:]}])百)?"
    rf"(?P<z2>[零〇])?(?:(?P<t>[{_D[2:]}])?(?P<ten>十))?(?P<z3>[零〇])?(?P<o>[{_D[2:]}])?"
)


def _chinese(text: str) -> Decimal | None:
    """What a Chinese numeral says; None where it is no proper one (三五, 一百五, 上千)."""
    whole, _, part = text.partition("点")
    said = _years(whole)
    if said is None:
        said = _whole(whole)
    if said is None or not part:
        return None if said is None else Decimal(said)
    return Decimal(f"{said}.{''.join(str(_DIGITS[sign]) for sign in part)}")


def _years(text: str) -> int | None:
    """Digits one by one, as years are written: 二〇二三."""
    if len(text) < 4 or any(sign not in _DIGITS for sign in text):
        return None
    return int("".join(str(_DIGITS[sign]) for sign in text))


def _whole(text: str) -> int | None:
    """A numeral of groups of four places: …亿…万…; 万亿 is a 万 of 亿."""
    for unit in ("亿", "万"):
        head, found, tail = text.rpartition(unit)
        if found:
            high, low = _whole(head), _low(tail)
            return None if high is None or low is None else high * _ZH_SCALES[unit] + low
    if text in ("零", "〇"):
        return 0
    return _group(text)


def _low(text: str) -> int | None:
    """What follows 万 or 亿: nothing, or a number that cannot be read as 万五 (15 000)."""
    if not text:
        return 0
    return None if len(text) == 1 else _whole(text)


def _group(text: str) -> int | None:
    places = _GROUP.fullmatch(text)
    if not text or places is None:
        return None
    tens = _DIGITS[places["t"]] if places["t"] else int(bool(places["ten"]))
    ones = _DIGITS[places["o"]] if places["o"] else 0
    hundreds, thousands = (_DIGITS[places[key]] if places[key] else 0 for key in ("h", "k"))
    skipped = bool(places["z1"] or places["z2"] or places["z3"])
    if ones and not tens and (hundreds or thousands) and not skipped:
        return None  # 一百五 is 150 to some and 105 to none
    return (thousands * 1_000 + hundreds * 100 + tens * 10 + ones) or None
