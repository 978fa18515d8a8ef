"""What every code, tag and word of the system says to people, in Chinese and in English.

The sentences are data in messages/*.yaml; a test finds every code in the source and compares.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from openccer.kernel.outcome import Citation, Cite, Fact, HouseRule, Reason
from openccer.kernel.quantity import Fen, yuan
from openccer.kernel.strict_yaml import read_yaml
from openccer.policy.load import cn_instruments
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title

FOLDER = Path(__file__).parent / "messages"
REASON_FILES = (
    "approval",
    "compliance",
    "door",
    "filings",
    "interop",
    "market",
    "mrv",
    "parties",
    "policy_review",
    "reconciliation",
    "registry",
    "supervision",
    "units",
)
HOUSE = "house"  # stands where the instrument's id would, for a rule that is only ours

# Facts whose values are words of the system and not names that people gave.
SPOKEN = frozenset(
    {
        "rule",
        "bucket",
        "bar",
        "unit_class",
        "role",
        "found",
        "needed",
        "known",
        "allowed",
        "admitted",
        "missing",
        "basis",
    }
    | {"holder_type", "grid", "opens", "period", "crediting", "claimed", "life", "log"}
    | {"belongs_to", "first_published_vintage", "needs", "authority", "opened_by"}
    | {"what", "kind", "document", "act"}
)
SPOKEN_TABLES = (
    *("values", "states", "buckets", "roles", "bases", "purposes", "acts", "bars"),
    *("sanctions", "sanction_states", "unit_classes"),
)
JOINTS = re.compile(r"(, | or |; )")
PHRASES = (  # what a fact says in English besides single words
    (re.compile(r"more than (\S+) (km|m)\b"), r"大于 \1 \2"),
    (re.compile(r"(\d{4}-\d\d-\d\d) (?:to|-) (\d{4}-\d\d-\d\d)"), r"\1 至 \2"),
)
ARTICLE = re.compile(r"第([一二三四五六七八九十百零]+)条")
DIGITS, UNITS_OF_TEN = "零一二三四五六七八九", {"十": 10, "百": 100}
JOINTS_ZH = {", ": "、", " or ": "或", "; ": "；"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A place in an instrument with the instrument's title, or a house rule in words."""

    record: str
    locator: str
    title_zh: str
    title_en: str

    @property
    def is_law(self) -> bool:
        return self.record != HOUSE

    @property
    def locator_en(self) -> str:
        """第二十九条 is article 29; any other locator stands as the instrument has it."""
        article = ARTICLE.fullmatch(self.locator)
        return f"article {_counted(article[1])}" if article else self.locator


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One ground of refusal for people: what was found, what is needed, what to do; and why."""

    zh: str
    en: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One sentence in both languages; used when `fact` is given, "" for always."""

    fact: str
    zh: str
    en: str


class _Shown(str):
    """A fact as text; {name:n} groups thousands, {name:yuan} turns fen into yuan."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec == "n" and self.isdigit():
            return f"{int(self):,}"
        if spec == "yuan" and self.isdigit():
            return yuan(Fen(int(self)))
        return str(self)


class _Facts(dict[str, _Shown]):
    def __missing__(self, key: str) -> _Shown:
        return _Shown("?")


def _counted(numeral: str) -> int:
    """A Chinese numeral below two hundred: 二十九 is 29, 一百零五 is 105."""
    total = digit = 0
    for sign in numeral:
        if sign in UNITS_OF_TEN:
            total, digit = total + max(digit, 1) * UNITS_OF_TEN[sign], 0
        else:
            digit = DIGITS.index(sign)
    return total + digit


def explain(reason: Reason) -> Explained:
    """The ground in words, with every clause under the title of its instrument."""
    wording = chosen(reason.code, reason.facts)
    return Explained(
        zh=wording.zh.format_map(_spoken(reason.facts, in_chinese=True)),
        en=wording.en.format_map(_spoken(reason.facts, in_chinese=False)),
        clauses=tuple(clause(cite) for cite in reason.cites),
    )


def chosen(code: str, facts: Mapping[str, Fact]) -> Wording:
    """The wording for these facts: the first whose fact is given, or the general one."""
    wordings = reason_wordings().get(code)
    if wordings is None:  # a test keeps this from happening to a code of ours
        said = code.replace("{", "{{").replace("}", "}}")
        return Wording(fact="", zh=f"未予受理：{said}", en=f"refused: {said}")
    return next(found for found in wordings if not found.fact or found.fact in facts)


def clause(cite: Cite) -> Clause:
    """One citation for people."""
    if isinstance(cite, Citation):
        record = cn_instruments().get(cite.record)
        title = record.title if record else Title(cite.record, cite.record)
        return Clause(
            record=cite.record, locator=cite.locator, title_zh=title.zh, title_en=title.en
        )
    said = house_rule(cite)
    return Clause(record=HOUSE, locator="", title_zh=said.zh, title_en=said.en)


def house_rule(rule: HouseRule) -> Title:
    """A house rule in both languages."""
    return Title(house_rules().get(rule.text, rule.text), rule.text)


def word(table: str, name: str) -> Title:
    """A word of the system: bucket, role, state, event tag, purpose; the name where unknown."""
    return words().get(table, {}).get(name, Title(name, name))


@cache
def reason_wordings() -> Mapping[str, tuple[Wording, ...]]:
    """Every reason code and its wordings, the general one last."""
    found: dict[str, tuple[Wording, ...]] = {}
    for name in REASON_FILES:
        for code, said in _read(name).items():
            assert code not in found, f"{code} is explained twice"
            found[code] = tuple(_wordings(said))
    return found


@cache
def house_rules() -> Mapping[str, str]:
    """The Chinese of every house rule, by its English text."""
    return {str(text): str(zh) for text, zh in _read("house_rules").items()}


@cache
def words() -> Mapping[str, Mapping[str, Title]]:
    """Every table of words."""
    return {
        table: {name: Title(said["zh"], said["en"]) for name, said in entries.items()}
        for table, entries in _read("words").items()
    }


def _wordings(said: Mapping[str, Any]) -> Iterator[Wording]:
    for special in said.get("when", ()):
        yield Wording(fact=special["fact"], zh=special["zh"], en=special["en"])
    yield Wording(fact="", zh=said["zh"], en=said["en"])


def _spoken(facts: Mapping[str, Fact], *, in_chinese: bool) -> _Facts:
    return _Facts({name: _Shown(_said(name, fact, in_chinese)) for name, fact in facts.items()})


def _said(name: str, fact: Fact, in_chinese: bool) -> str:
    """A fact for people: words of the system in their language, all else as it stands."""
    if name not in SPOKEN or isinstance(fact, int):
        return str(fact)
    text = str(fact)
    if name == "rule":
        return _rule(text, in_chinese)
    if in_chinese:
        for pattern, put in PHRASES:
            text = pattern.sub(put, text)
    tables = ("buckets",) if name == "bucket" else SPOKEN_TABLES
    return "".join(_part(part, in_chinese, tables) for part in JOINTS.split(text))


def _part(part: str, in_chinese: bool, tables: tuple[str, ...]) -> str:
    if part in JOINTS_ZH:
        return JOINTS_ZH[part] if in_chinese else part
    for table in tables:
        if part in words().get(table, {}):
            said = words()[table][part]
            return said.zh if in_chinese else said.en
    return part


def _rule(ref: str, in_chinese: bool) -> str:
    """A rule by its title and its id; the id alone where the book has no such rule."""
    rule = load_cn().rules.get(ref.partition("@")[0])
    if rule is None:
        return ref
    return f"“{rule.title.zh}”（{ref}）" if in_chinese else f"“{rule.title.en}” ({ref})"


def _read(name: str) -> Mapping[str, Any]:
    path = FOLDER / f"{name}.yaml"
    found = read_yaml(path.read_bytes(), path.name)
    assert isinstance(found, dict), f"{path.name} is not a mapping"
    return found
