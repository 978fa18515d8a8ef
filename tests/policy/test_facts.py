"""The dated facts about China's markets, against the notes they were taken from."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from openccer.policy.load import cn_base, cn_instruments
from openccer.rulebook.lint import Severity, lint
from openccer.rulebook.load import load_cn, load_cn_facts
from openccer.rulebook.model import Basis

TODAY = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
FACTS = load_cn_facts()

# Each with its place in the notes (law.md).
EXPECTED = (
    ("methodology.count", "2024-12-30", "5"),  # 5.2, row 5
    ("methodology.count", "2025-11-28", "12"),  # 5.2, rows 11-12
    ("methodology.count", "2026-08-31", "18"),  # 5.2, heading
    ("fact.methodologies.ccus", "2026-02-08", "none-published"),  # 5.2, heading; 7, point 4
    ("fact.methodologies.ccus", "2026-11-22", "studied"),  # 5.2, last lines
    ("fact.ccer.launch_day", "2024-06-01", "2024-01-22"),  # 5.1
    ("fact.ccer.launch_day.tonnes", "2024-06-01", "375315"),  # 5.1
    ("fact.ccer.first_project_registered", "2025-01-01", "2024-12-03"),  # 5.1
    ("fact.ccer.first_registration.day", "2025-12-31", "2025-03-06"),  # 5.1
    ("fact.ccer.first_registration.tonnes", "2025-12-31", "9480000"),  # 5.1; 7, point 12
    ("fact.ccer.first_registration.projects", "2025-12-31", "9"),  # 5.1
    ("fact.ccer.first_afforestation_registered", "2025-12-31", "2025-08"),  # 5.1
    ("fact.ccer.first_trade_day", "2025-12-31", "2025-03-07"),  # 5.1
    ("fact.ccer.first_trade_day.tonnes", "2025-12-31", "748800"),  # 5.1
    ("fact.ccer.projects_registered", "2025-12-31", "33"),  # 5.1
    ("fact.ccer.registered_total", "2025-12-31", "17763700"),  # 5.1
    ("fact.ccer.registered_total", "2026-08-31", "24233500"),  # 5.1
    ("fact.ccer.turnover_by_year", "2026-02-08", "626000000"),  # 5.1; 7, point 14
    ("fact.ccer.average_price_2025", "2025-12-31", "70.76"),  # 5.1; 7, point 10
    ("fact.ccer.price_monthend", "2025-10-31", "51.57"),  # 5.3
    ("fact.ccer.price_monthend", "2026-07-31", "94.92"),  # 5.3
    ("fact.cea.first_open", "2021-07-16", "48.00"),  # 5.3
    ("fact.cea.above_100_first_day", "2024-12-31", "2024-04-24"),  # 5.3; 7, point 10
    ("fact.cea.peak_close", "2024-11-13", "105.65"),  # 5.3; 7, point 10
    ("fact.cea.peak_intraday", "2024-11-13", "106.02"),  # 5.3
    ("fact.cea.close", "2026-02-08", "74.63"),  # 5.3, close of 2025-12-31; 7, point 10
    ("fact.cea.close", "2026-08-31", "97.90"),  # 5.3
    ("fact.cea.volume_2025", "2025-12-31", "234597856"),  # 5.3
    ("fact.offset.used.first_cycle", "2021-12-31", "32730000"),  # 4.2
    ("fact.storage_standards.published", "2026-02-08", "2025-12-31"),  # 7, point 15
    ("fact.storage_standards.in_force", "2026-02-08", "2026-07-01"),  # 7, point 15
)

# The table of 5.2: what the notes call it, the day, and our name.
TABLE = (
    ("afforestation", "2023-10-24", "造林碳汇"),
    ("grid CSP", "2023-10-24", "并网光热发电"),
    ("grid offshore wind", "2023-10-24", "并网海上风力发电"),
    ("mangrove", "2023-10-24", "红树林营造"),
    ("highway tunnel lighting", "2024-12-30", "公路隧道照明系统节能"),
    ("coal-mine gas", "2024-12-31", "甲烷体积浓度低于8%的煤矿低浓度瓦斯和风排瓦斯利用"),
    ("offshore oil associated gas", "2025-11-18", "海上油田伴生气回收利用"),
    ("onshore gas test flaring", "2025-11-18", "陆上气田试气放喷气回收利用"),
    ("onshore low-volume associated gas", "2025-11-18", "陆上油田低气量伴生气回收利用"),
    ("check-dam carbon sink", "2025-11-25", "淤地坝碳汇"),
    ("salt marsh", "2025-11-28", "滨海盐沼植被修复"),
    ("seagrass", "2025-11-28", "海草床植被修复"),
    ("large pig-farm biogas", "2025-12-12", "规模化猪场粪污沼气回收利用"),
    ("central farm-waste treatment", "2025-12-12", "农业废弃物集中处理"),
    ("existing public buildings", "2025-12-19", "既有公共建筑围护结构和暖通空调系统改造"),
    ("renewable electrolytic hydrogen", "2025-12-23", "可再生能源电解水制氢"),
    ("SF6 recovery", "2025-12-23", "电气设备六氟化硫回收"),
    ("deep geothermal heating", "2025-12-25", "中深层地热供暖"),
)


def value(fact: str, day: str) -> str | tuple[str, ...]:
    rules = FACTS.rules if fact in FACTS.rules else load_cn().rules  # one list of what is so
    version = rules[fact].on(date.fromisoformat(day))
    assert version is not None, f"{fact} is not known on {day}"
    assert version.value is not None
    return version.value


def number(fact: str, day: str) -> Decimal:
    return Decimal(str(value(fact, day)))


def texts() -> Path | None:
    folder = SHARED / "law" / "texts"
    return folder if folder.is_dir() else None


def test_the_facts_have_no_errors_and_cite_records_that_ship():
    found = lint(FACTS, TODAY, texts(), cn_instruments())
    assert [item.message.en for item in found if item.severity is not Severity.INFO] == []


@pytest.mark.parametrize(("fact", "day", "expected"), EXPECTED)
def test_a_fact_says_what_the_notes_say(fact: str, day: str, expected: str):
    assert value(fact, day) == expected


def test_every_methodology_of_the_table_is_listed_from_its_day_on():
    for _, day, name in TABLE:
        before = FACTS.rules["fact.methodologies.names"].on(date.fromisoformat(day).replace(day=1))
        assert name in value("fact.methodologies.names", day)
        assert before is None or name not in (before.value or ())
    assert set(value("fact.methodologies.names", "2026-08-31")) == {name for _, _, name in TABLE}


def test_the_table_is_that_of_the_notes():
    path = SHARED / "law" / "law.md"
    if not path.exists():
        pytest.skip(f"the notes are absent: {path}")
    section = re.split(r"^### 5\.[23]", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    rows = [line for line in section.splitlines() if re.match(r"\| \d", line)]
    assert rows[-1].startswith("| 18 |")
    for name, day, _ in TABLE:
        assert any(name in row and f"| {day}" in row for row in rows), f"{name} of {day}"


def test_the_number_in_force_is_the_length_of_the_list_on_every_day():
    for version in FACTS.rules["fact.methodologies.names"].versions:
        day = version.since.isoformat()
        assert number("methodology.count", day) == len(version.value or ())


def test_a_methodology_dated_before_it_was_posted_was_not_known_that_day():
    # Dated 2025-12-12, posted 2025-12-17: 5.2, row 13.
    known = load_cn().as_known(date(2025, 12, 13)).rules["methodology.count"]
    assert known.versions[-1].value == "12"


def test_the_first_batch_and_the_first_credits_hold_no_carbon_capture():
    assert value("fact.methodologies.first_batch", "2023-10-24") == tuple(
        name for _, day, name in TABLE if day == "2023-10-24"
    )
    kinds = value("fact.ccer.first_registration.kinds", "2025-03-06")
    assert kinds == ("offshore-wind 7", "csp 2")  # 5.1; 7, point 13


def test_the_tonnes_traded_add_up():
    # 5.3: 8 844 114 + 375 315 = 9 219 429, and 12 487 349 more to the end of August 2026.
    year, launch = number("fact.ccer.volume_by_year", "2025-12-31"), Decimal(375315)
    assert year + launch == number("fact.ccer.traded_total", "2025-12-31") == 9219429
    assert number("fact.ccer.traded_total", "2026-08-31") == 9219429 + 12487349


def test_the_money_of_2025_is_the_average_price_times_the_tonnes():
    money = number("fact.ccer.average_price_2025", "2025-12-31") * 8844114
    assert (
        abs(money - number("fact.ccer.turnover_by_year", "2025-12-31")) < 500_000
    )  # to the million


def test_the_second_cycle_grew_by_the_share_the_report_says():
    # 4.2: 6.4727 Mt in 2023 were 74.12 % more than the second cycle.
    second = number("fact.offset.used.second_cycle", "2023-12-31")
    assert abs(second * Decimal("1.7412") - 6472700) < 1000  # our value is cut to the thousand
    assert FACTS.rules["fact.offset.used.second_cycle"].versions[0].basis is Basis.READING


def test_no_alias_names_an_edition_of_the_roadmap_that_does_not_exist():
    editions = set(value("fact.ccus_roadmap.editions", "2026-11-22"))
    assert editions == {"2011", "2019", "2025"}  # 7, point 16
    roadmaps = [record for record in cn_base().records.values() if "ccus-roadmap-" in record.id]
    assert {record.id.rpartition("-")[2] for record in roadmaps} == editions
    for record in roadmaps:
        assert record.instrument is not None
        assert set(re.findall(r"\d{4}", " ".join(record.instrument.aliases))) == {str(record.year)}


def test_no_fact_is_a_rule_as_well():
    rules = load_cn().rules
    assert not rules.keys() & FACTS.rules.keys()
    assert not {rule.title for rule in rules.values()} & {
        fact.title for fact in FACTS.rules.values()
    }
