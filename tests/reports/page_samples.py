"""Sample inputs for the pages, with hostile names wherever a stranger can write, and a reader."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from string import Formatter
from typing import Any

from openccer.app.acts import RECORDS
from openccer.app.credit import Standing
from openccer.app.demo.filing import opening
from openccer.app.demo.story import Story
from openccer.app.facade import App, Receipt
from openccer.app.measure import Accounting
from openccer.app.project import Meter, Project, Said
from openccer.compliance.model import CreditsSurrendered
from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActId, BatchId, Digest, InstrumentId
from openccer.kernel.outcome import Citation, HouseRule, Reason, Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.ledger.blocks import ISSUER, Block, Bucket, Movement, Place
from openccer.monitoring.findings import CATALOGUE, finding
from openccer.monitoring.mapping import Bilingual, Source
from openccer.monitoring.model import Gap, Measurement, MonthComparison, MonthTotal
from openccer.mrv.model import MeteredYear, Report
from openccer.mrv.quantify import quantify_metered
from openccer.registry.supervision.records import (
    CreditEntry,
    CreditRecord,
    Imposed,
    Party,
    PartyKind,
    Sanction,
    SanctionState,
)
from openccer.reports import html
from openccer.reports.accounting import AccountingModel, Given, accounting_model
from openccer.reports.credit import credit_page
from openccer.reports.model import certified
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title
from openccer.store.sqlite import SqliteStore

HOSTILE = '<script src="//x">alert(1)</script>'
VOID = frozenset({"meta", "input", "br", "wbr"})
YEAR_2025 = Period(date(2025, 1, 1), date(2025, 12, 31))
BATCH = BatchId("OW-EXAMPLE-1.2025.1")
OWNER, BUYER = AccountId("example-wind"), AccountId("example-power")


def facts_of(code: str) -> dict[str, str]:
    """Something for every fact that the words of this finding ask for."""
    kind = CATALOGUE[code]
    asked = Formatter().parse(kind.message_zh + kind.message_en)
    names = {name for _, name, _, _ in asked if name}
    return {name: f"<{name}>" for name in names - {"meter", "place", "count"}}


class Page(HTMLParser):
    """Walks a page: open elements must close in order; collects texts, attributes and languages."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def languages(self) -> set[str]:
        return {str(attrs["lang"]) for _, attrs in self.seen if "lang" in attrs}


def month(number: int, role: str = "revenue", missing: int = 0) -> MonthTotal:
    first = date(2025, number, 1)
    last = date(2025, number, 28)
    return MonthTotal(
        meter=HOSTILE if role == "revenue" else "check-meter",
        role=role,
        year=2025,
        month=number,
        period=Period(first, last),
        export_wh=1_000_000_001 * number,
        import_wh=number,
        expected_intervals=744,
        missing_intervals=missing,
    )


def gap(count: int, first: int, text: str) -> Gap:
    return Gap(
        meter=HOSTILE,
        role="revenue",
        first=first,
        last=first + (count - 1) * 3600,
        count=count,
        first_text=text,
        last_text=f"{text} last",
    )


def measured() -> Measurement:
    """A year of 2025 with every kind of finding, two gaps and a check meter."""
    found = tuple(
        finding(code, meter=HOSTILE, place="2025-03-30 09:00", count=7, **facts_of(code))
        for code in CATALOGUE
    )
    gaps = (
        gap(30, 1735660800, "2025-01-01 00:00"),  # midnight in Shanghai: one day and six hours
        gap(1, 1750222800, "2025-06-18 13:00"),
    )
    compared = MonthComparison(
        year=2025,
        month=1,
        intervals=700,
        revenue_export_wh=1_000_000_001,
        check_export_wh=1_100_000_001,
        revenue_import_wh=0,
        check_import_wh=0,
        share=Decimal("0.100000"),
        over=True,
    )
    year = MeteredYear(
        year=2025,
        period=YEAR_2025,
        export_wh=11_010_675_053,
        import_wh=7_821_835,
        interval_minutes=60,
        expected_intervals=8760,
        missing_intervals=31,
        largest_import_wh=25_399,
    )
    return Measurement(
        dataset="a" * 64,
        mapping="b" * 64,
        query="c" * 64,
        engine="DuckDB",
        title={"zh": "标题", "en": HOSTILE},
        source=Source(name=HOSTILE, note=Bilingual(zh="由2014年移至2025年", en="moved from 2014")),
        period=YEAR_2025,
        calendar="Asia/Shanghai",
        interval_minutes=60,
        rows=17_519,
        months=(*(month(n, missing=n % 2) for n in range(1, 13)), month(1, "check")),
        years=(year,),
        crediting_years=(),
        check=(compared,),
        findings=found,
        gaps=gaps,
    )


def reported() -> Report:
    year = measured().years[0]
    rules = load_cn().on(date(2026, 2, 2))
    report = quantify_metered("CCER-01-002-V01", "south", (year,), rules, dataset="a" * 64)
    assert isinstance(report, Report)
    return report


def surrendered() -> CreditsSurrendered:
    blocks = (Block(BATCH, 1, 4_000), Block(BATCH, 5_001, 6_000))
    return CreditsSurrendered(
        certificate="CERT-demo-050",
        account=BUYER,
        instrument=InstrumentId("OW-EXAMPLE-1.2025"),
        tonnes=Tonnes(5_000),
        blocks=blocks,
        year=2025,
        allowed=Tonnes(5_000),
        on=date(2026, 10, 12),
        movements=(),
    )


def sheet() -> str:
    return html.certificate(
        certified(
            surrendered(),
            log="registry",
            seq=29,
            holder=Title("示例发电有限公司", HOSTILE),
            uscc="91000000000000040X",
            entry_digest="d" * 64,
            issuer=Title("注册登记机构（示例）", "Registry (example)"),
            qr="openccer-certificate/1 example",
            key="registry.example+00000000+example",
        ),
        notes=(Title("示例", "an example"),),
    )


def told() -> list[object]:
    store = SqliteStore(":memory:", RECORDS)
    story = Story(App(store, load_cn()), lambda _: None)
    opening(story)
    reason = Reason(
        code="over-offset-limit",
        cites=(Citation("ets-measures-19", "第二十九条"), HouseRule("one period is claimed once")),
        facts={"obligation": 100_000, "allowed": 5_000, "used": 0, "asked": HOSTILE},
    )
    step = story.steps[-1]
    refused = replace(step, title_zh="拒绝", title_en=HOSTILE, answer=Refused((reason,)))
    moving = replace(step, title_zh="变动", title_en="moved", answer=(receipt_that_moves(),))
    store.close()
    return [*story.steps, refused, moving]


def receipt_that_moves() -> Receipt:
    """Issued to the owner, then five of eight cancelled by the buyer's account."""
    held, gone = Place(OWNER, Bucket.HELD), Place(BUYER, Bucket.CANCELLED)
    issued = Movement(
        debit=Place(ISSUER, Bucket.UNISSUED), credit=held, block=Block(BATCH, 1, 8), why="issued"
    )
    cancelled = Movement(debit=held, credit=gone, block=Block(BATCH, 1, 5), why="cancelled")
    event = replace(surrendered(), movements=(issued, cancelled))
    return Receipt("registry", 29, "demo-099", (event,))  # type: ignore[arg-type]


def life() -> str:
    return html.life_page(told(), batch=BATCH)  # type: ignore[arg-type]


def model(
    report: Report | None = None, measurement: Measurement | None = None, **given: Any
) -> AccountingModel:
    """The model of the sample report; without a measurement its inputs were declared."""
    report = report or reported()
    accounting = None
    if measurement is not None:
        records = {key: given.pop(key, ()) for key in ("calibrations", "fuels")}
        accounting = Accounting(measurement=measurement, report=report, **records)
    return accounting_model(report, accounting, Given(**given))


def report_page(
    report: Report | None = None, measurement: Measurement | None = None, **given: Any
) -> str:
    return html.accounting_report(model(report, measurement, **given))


def stated() -> Project:
    """A project whose owner wrote hostile words wherever words may stand."""
    said = Said(zh="示例", en=HOSTILE)
    meter = Meter(id=HOSTILE, place=said, measures=("EG_export",), **{"class": "0.2S"})
    return Project(name=said, owner=said, location=said, plant=said, boundary=said, meters=(meter,))


def credit() -> str:
    """A record with a sanction in force, one that ended, one reversed; and a party without any."""
    party = Party(kind=PartyKind.ACCOUNT, id=OWNER)
    fine = Imposed(
        id=ActId("fine-1"),
        case=ActId("case-1"),
        sanction=Sanction.PENALTY,
        on=date(2026, 4, 10),
        rule="penalty.ccer.false_papers@2023-10-20",
        clauses=(Citation("measures", "第四十三条"),),
        evidence=Digest("e" * 64),
        amount=Fen(5_000_000),
        until=None,
    )
    bar = replace(
        fine,
        id=ActId("bar-1"),
        sanction=Sanction.FILING_BAR,
        until=date(2029, 4, 10),
        amount=Fen(0),
    )
    entries = (
        CreditEntry(imposed=fine, objection=Digest("f" * 64)),
        CreditEntry(imposed=bar, state=SanctionState.ENDED, changed_on=date(2026, 5, 1)),
        CreditEntry(
            imposed=replace(bar, rule="no.such.rule@2024-01-01"),
            state=SanctionState.REVERSED,
            changed_on=date(2026, 5, 2),
        ),
    )
    clean = CreditRecord(party=Party(kind=PartyKind.BODY, id=OWNER))
    return credit_page(
        (
            Standing(name=HOSTILE, record=CreditRecord(party=party, entries=entries)),
            Standing(name=HOSTILE, record=clean),
        ),
        37,
    )


PAGES = {
    "credit": credit,
    "report": lambda: report_page(None, measured(), project=stated()),
    "declared": lambda: report_page(replace(reported(), dataset="")),
    "quality": lambda: html.quality_page(measured()),
    "certificate": sheet,
    "life": life,
}
