"""Is what the rules and records say in the law? Every cited clause and number, held to its text.

Pure: texts come as bytes, anchors as loaded. What is checked:

- a kept text is, by digest, the one its record and the anchors name;
- a clause that a rule version or a claim cites is in its text, and is the bytes its anchor pins;
- the words a claim quotes stand in its clause;
- a number, day or time of day of a rule version of basis `law` stands in one of its clauses, and
  counts there what the rule's unit counts: 5 years are not 5%. Flags, words, lists of words and
  names of articles are no numbers: their clauses need only be there;
- a number or day in the field that claims are about stands in one of the clauses cited for that
  field. Titles of instruments, and article numbers, are passed over; so is a field that is itself
  a number, such as a score: that is a judgement, no quotation. Where a text among those cited is
  not kept, the field cannot be judged and is not counted as proved.

A number that stands in its clause in other words (当日 for 0 days) is told in not_literal.yaml.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from hashlib import sha256

from openccer.kernel.outcome import Citation
from openccer.policy.anchors import Anchors, decoded
from openccer.policy.document import leaves
from openccer.policy.load import Base
from openccer.policy.model import Claim, PolicyRecord
from openccer.policy.numerals import days_in, numbers_in, times_in, yearly_days_in
from openccer.rulebook.lint import Severity
from openccer.rulebook.model import Basis, Rulebook, Title, Version, rule_ref
from openccer.rulebook.notes import Note
from openccer.rulebook.passages import Passage, passage

Value = Decimal | date | time

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOURS = re.compile(r"(\d{2}:\d{2})(?:-(\d{2}:\d{2}))?")
# An instrument by its name, or an edition of it by its year.
_TITLE = re.compile(r"《[^》]*》|\d{4}年文本|\btext of \d{4}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFinding:
    """One thing that is not proved, said in both languages."""

    code: str
    severity: Severity
    where: str  # rule@since, or the record and its field
    cite: str  # the clause, or the instrument
    message: Title


@dataclass(frozen=True, slots=True)
class Evidence:
    """Every finding, and how much was proved."""

    findings: tuple[EvidenceFinding, ...]
    counts: Mapping[str, int]

    @property
    def errors(self) -> int:
        return sum(finding.severity is Severity.ERROR for finding in self.findings)


COUNTS = ("texts_kept", "texts_not_kept", "anchors", "quotes", "numbers", "not_literal")


def examine(
    books: Iterable[Rulebook],
    base: Base,
    anchors: Anchors,
    texts: Mapping[str, bytes],
    notes: Iterable[Note] = (),
) -> Evidence:
    """What the texts do not prove of the rules, the claims and the notes; what they do, counted.

    COUNTS says under which names.
    """
    desk = _Desk(base, anchors, texts)
    desk.whole_texts()
    for book in books:
        for rule in sorted(book.rules.values(), key=lambda rule: rule.id):
            for version in rule.versions:
                desk.version(rule_ref(rule.id, version.since), rule.unit, version)
    for _, record in sorted(base.records.items()):
        desk.claims(record)
    for note in notes:
        for cite in (*note.cites, *(cite for reading in note.readings for cite in reading.cites)):
            desk.clause(note.id, cite, needed=True)
    desk.left_over()
    return Evidence(tuple(dict.fromkeys(desk.findings)), {key: desk.counts[key] for key in COUNTS})


class _Desk:
    """The check under way: what was found, and which anchors and exceptions were needed."""

    def __init__(self, base: Base, anchors: Anchors, texts: Mapping[str, bytes]) -> None:
        self.base, self.anchors, self.raw = base, anchors, texts
        self.texts = {key: text for key, raw in texts.items() if (text := decoded(raw)) is not None}
        self.findings: list[EvidenceFinding] = []
        self.counts: Counter[str] = Counter()
        self.seen: dict[Citation, Passage | None] = {}
        self.not_kept: Counter[str] = Counter()
        self.judged: dict[str, bool] = {}  # rule@since: was its exception needed?
        self.titles = _titles(base)

    def say(self, code: str, where: str, cite: object, zh: str, en: str) -> None:
        self.findings.append(
            EvidenceFinding(
                code=code,
                severity=SEVERITIES[code],
                where=where,
                cite=str(cite),
                message=Title(f"{where}：{zh}", f"{where}: {en}"),
            )
        )

    # --- texts and clauses ----------------------------------------------------------------------

    def whole_texts(self) -> None:
        """Each kept text is the one its record and the anchors name."""
        for key, raw in sorted(self.raw.items()):
            pair = self.base.pair(key)
            named = {record.instrument.sha256 for record in pair if record.instrument}
            named = {digest for digest in (*named, self.anchors.texts.get(key)) if digest}
            if key not in self.texts:
                self.say("text-not-utf8", key, key, "留存文本不是UTF-8", "the text is not UTF-8")
            if not named and key not in self.anchors.texts:
                continue
            self.counts["texts_kept"] += 1
            if (found := sha256(raw).hexdigest()) and named - {found}:
                zh = f"留存文本的摘要为{found}，与记录或锚点所载不同"
                en = f"the kept text has the digest {found}, not the one that is named"
                self.say("text-digest-differs", key, key, zh, en)

    def clause(self, where: str, cite: Citation, needed: bool) -> Passage | None:
        """The clause if its text is kept and has it; told where it is not there, or has moved."""
        if cite.record not in self.texts:
            if cite.record not in self.raw:
                self.not_kept[cite.record] += 1
            return None
        if cite not in self.seen:
            self.seen[cite] = passage(self.texts[cite.record], cite.locator)
            self._anchored(where, cite, self.seen[cite])
        found = self.seen[cite]
        if found is None and needed:
            zh, en = f"原文中没有{cite}", f"the text of {cite} does not have this clause"
            self.say("clause-not-in-text", where, cite, zh, en)
        return found

    def _anchored(self, where: str, cite: Citation, found: Passage | None) -> None:
        anchor = self.anchors.clauses.get(cite)
        if found is None:
            return
        if anchor is None:
            zh, en = f"{cite}没有锚点", f"{cite} has no anchor; run tools/anchors.py"
            self.say("anchor-missing", where, cite, zh, en)
        elif (anchor.start, anchor.end, anchor.sha256) != (found.start, found.end, found.sha256):
            place = f"{found.start}-{found.end}"
            zh = f"{cite}在原文字节{place}，与锚点不符"
            en = f"{cite} is bytes {place} of its text, and not what its anchor pins"
            self.say("anchor-moved", where, cite, zh, en)
        else:
            self.counts["anchors"] += 1

    # --- rules ----------------------------------------------------------------------------------

    def version(self, ref: str, unit: str, version: Version) -> None:
        needed = version.basis is not Basis.PROVISIONAL
        found = [self.clause(ref, cite, needed) for cite in version.cites]
        values = stated(version, unit)
        kept = [one for one in found if one is not None]
        if version.basis is not Basis.LAW or not values or not kept:
            return
        missing = _missing(values, kept, _counting(unit))
        self.judged[ref] = bool(missing)
        if ref in self.anchors.not_literal and missing:
            self.counts["not_literal"] += 1
        elif missing:
            self._number(ref, version.cites, missing)
        else:
            self.counts["numbers"] += 1

    def _number(self, where: str, cites: Iterable[Citation], missing: Iterable[Value]) -> None:
        said = ", ".join(sorted(map(_said, missing)))
        clauses = "; ".join(dict.fromkeys(map(str, cites)))
        zh = f"所引条款（{clauses}）中没有{said}"
        en = f"{said} does not stand in the clauses cited ({clauses})"
        self.say("number-not-in-clause", where, clauses, zh, en)

    # --- claims ---------------------------------------------------------------------------------

    def claims(self, record: PolicyRecord) -> None:
        fields: dict[str, list[Claim]] = {}
        for claim in record.claims:
            fields.setdefault(claim.field, []).append(claim)
        for name, claims in fields.items():
            where = f"{record.id} {name}"
            found = [self._claim(where, claim) for claim in claims]
            kept = [one for one in found if one is not None]
            if len(kept) == len(claims):
                self._field(record, name, claims, kept)

    def _claim(self, where: str, claim: Claim) -> Passage | None:
        cite = Citation(claim.record, claim.locator)
        found = self.clause(where, cite, needed=True)
        if found is not None and claim.quote:
            if claim.quote in found.text:
                self.counts["quotes"] += 1
            else:
                zh = f"{cite}中没有所引文字“{claim.quote}”"
                en = f"the words “{claim.quote}” do not stand in {cite}"
                self.say("quote-not-in-clause", where, cite, zh, en)
        return found

    def _field(
        self, record: PolicyRecord, name: str, claims: list[Claim], kept: list[Passage]
    ) -> None:
        said = record.at(tuple(_steps(name)))
        text = "\n".join(value for _, value in leaves(said) if isinstance(value, str))
        for title in self.titles:
            text = text.replace(title, " ")
        values = _values_of(_TITLE.sub(" ", text))
        if missing := _missing(values, kept):
            cites = [Citation(claim.record, claim.locator) for claim in claims]
            self._number(f"{record.id} {name} ({record.language})", cites, missing)
        elif values:
            self.counts["numbers"] += 1

    # --- the rest -------------------------------------------------------------------------------

    def left_over(self) -> None:
        """What is pinned or excused for nothing, and what cannot be looked up."""
        for cite in self.anchors.clauses.keys() - self.seen.keys():
            if cite.record in self.texts:
                zh, en = f"没有规则或主张引用{cite}", f"nothing cites {cite}; run tools/anchors.py"
                self.say("anchor-unused", cite.record, cite, zh, en)
        for ref in sorted(self.anchors.not_literal):
            if self.judged.get(ref) is False:
                zh, en = (
                    "数字见于条款，不必列为例外",
                    "its number stands in its clause; no exception",
                )
                self.say("exception-unused", ref, "", zh, en)
        self.counts["texts_not_kept"] = len(self.not_kept)
        for key, times in sorted(self.not_kept.items()):
            zh = f"没有留存文本，{times}处引用无法核对"
            en = f"no text is kept; citations that cannot be checked: {times}"
            self.say("text-not-kept", key, key, zh, en)


SEVERITIES = {
    "text-digest-differs": Severity.ERROR,
    "text-not-utf8": Severity.ERROR,
    "clause-not-in-text": Severity.ERROR,
    "anchor-missing": Severity.ERROR,
    "anchor-moved": Severity.ERROR,
    "quote-not-in-clause": Severity.ERROR,
    "number-not-in-clause": Severity.ERROR,
    "anchor-unused": Severity.WARNING,
    "exception-unused": Severity.WARNING,
    "text-not-kept": Severity.INFO,
}


# The beginning of a rule's unit, and what follows such a number in a text.
COUNTING = (
    ("working days", r"个?工作日|working days?"),
    ("trading days", r"个?交易日|trading days?"),
    ("days", r"天|日|days?"),
    (r"years?\b", r"周?年|years?"),
    ("CNY", r"[万亿]*元"),
    ("times the", r"倍|times"),
    ("share", r"%|‰|per ?cent"),
    ("(full-time )?persons", r"名|人"),
    ("accounts|sites", r"个|家"),
    ("tCO2e?($|[ ,])", r"[万亿]*吨|tCO2"),
    ("MW$", r"MW|兆瓦"),
)


def stated(version: Version, unit: str) -> frozenset[Value]:
    """The numbers, days and times a version's value is made of; none for flags and words.

    A number whose unit is per cent is a share of 1, as in the texts; an article is only a name.
    """
    said = version.value if isinstance(version.value, tuple) else (version.value or "",)
    if unit == "articles":
        return frozenset()
    share = Decimal("0.01") if re.match(r"%|per ?cent", unit) else Decimal(1)
    found: set[Value] = set()
    for text in said:
        if _NUMBER.fullmatch(text):
            found.add(Decimal(text) * share)
        elif _DAY.fullmatch(text):
            found.add(date.fromisoformat(text))
        elif hours := _HOURS.fullmatch(text):
            found |= {time.fromisoformat(hour) for hour in hours.groups() if hour}
    return frozenset(found)


def _counting(unit: str) -> str:
    """What stands behind a number of this unit in a text, as a pattern; empty for any."""
    return next((behind for begin, behind in COUNTING if re.match(begin, unit)), "")


def _missing(
    values: frozenset[Value], kept: Iterable[Passage], counting: str = ""
) -> frozenset[Value]:
    """The values that stand in none of the clauses. 每年3月31日 says that day of any year."""
    stand: set[Value] = set()
    yearly: set[tuple[int, int]] = set()
    for text in (one.text for one in kept):
        nothing = {value for value in numbers_in(text) if not value}  # 0 is 0 of anything
        stand |= {*numbers_in(text, counting), *nothing, *days_in(text), *times_in(text)}
        yearly |= yearly_days_in(text)
    return frozenset(
        value
        for value in values - stand
        if not (isinstance(value, date) and (value.month, value.day) in yearly)
    )


def _titles(base: Base) -> list[str]:
    """The names and numbers of the instruments, longest first: a year in one is no statement."""
    names = {
        name
        for record in base.records.values()
        if record.instrument
        for name in (record.title, record.instrument.number, *record.instrument.aliases)
    }
    return sorted((name for name in names if len(name) > 3), key=len, reverse=True)


def _values_of(text: str) -> frozenset[Value]:
    return frozenset({*numbers_in(text), *days_in(text), *times_in(text)})


def _said(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()


def _steps(name: str) -> Iterator[str | int]:
    for step in name.split("."):
        yield int(step) if step.isdecimal() else step
