"""Every kind of anomaly: a good set of records has none, and one change brings the kind.

The good set is one project and one reduction on their four public pages (made_records). A row of
CASES says which pages are replaced, and by what; the kind that must then be found comes first.
"""

import json

import pytest

from interop.register.made_records import (
    COMMON,
    GOOD,
    TEXT,
    YEARS,
    claim,
    kinds_in,
    page,
    recorded,
    register_file,
    registered,
)
from interop.register.made_records import (
    ON as DAY,
)
from openccer.interop.register.check import check_file
from openccer.interop.register.tables import kinds
from openccer.rulebook.load import load_cn

OTHER = {"projectName": "示例二期300MW海上风电项目", "projectCode": "A210004"}
OTHER_IDS = {"applyId": "1280214863758626999", "projectInfoId": "1333129986516848999"}
NEXT = {
    **{"applyId": "1465730633891450880", "certificationPeriodNo": "2", "certifiedNum": "300000"},
    **{"regAppStartDate": "2023-02-01", "regAppEndDate": "2023-10-31"},
    **{"generateDate": "2023-10-31", "issuedVol": "300000"},
    **{"regAppDetail": '[{"regYear":2023,"applyVol":300000}]', "cerDetailList": ""},
}


def said(old: str, new: str) -> dict[str, str]:
    assert old in TEXT
    return {"basicInformation": TEXT.replace(old, new)}


CASES = [
    ("missing-value", [page(commencementDate="")]),
    ("missing-value", [page(publicEndDate="无")]),
    ("damaged-text", [page(projectLocation="广东省示例市\ufffd\ufffd")]),
    ("not-a-day", [page(commencementDate="2020-02-30")]),
    ("not-a-day", [page(endReckonDate="二〇三一年")]),
    ("not-an-instant", [page(insertDatetime="昨天")]),
    ("not-an-instant", [page(cerIssuedDateTime="20250828110333,20251328110333")]),
    ("day-not-in-beijing-time", [page(commencementDate="2020-05-19 16:00:00")]),
    ("day-not-in-beijing-time", [page(commencementDate="1589904000000")]),
    ("not-an-instant", [page(insertDatetime="2024-09-02T17:13:00+08:60")]),
    ("day-not-in-beijing-time", [page(insertDatetime="2024-09-02T17:13:00+07:00")]),
    ("day-out-of-range", [page(endReckonDate="2203-12-31")]),
    ("day-out-of-range", [page(commencementDate="0202-05-20")]),
    ("day-ahead", [page(projectRegDateTime="2026-08-21T10:00:00+08:00")]),
    ("not-a-number", [page(expectYearNum="约四十万")]),
    ("number-not-plain", [page(expectYearNum="437,355")]),
    ("number-not-plain", [page(expectYearNum="４３７３５５吨")]),
    ("not-a-whole-number", [page(expectYearNum="437355.4")]),
    ("negative-number", [page(expectYearNum="-437355")]),
    ("number-out-of-range", [page(conclusionDate="0")]),
    ("number-out-of-range", [page(conclusionDate="250")]),
    ("not-a-list-by-year", [claim(regAppDetail='{"2022": 430000}')]),
    ("before-the-measures", [page(publicStartDate="2022-09-03")]),
    ("construction-too-early", [page(commencementDate="2012-11-08")]),
    ("crediting-too-early", [page(firstReckonDate="2020-09-22")]),
    ("crediting-ends-before-it-begins", [page(endReckonDate="2021-12-31")]),
    ("crediting-too-long", [page(endReckonDate="2032-01-01")]),
    (
        "crediting-too-short",
        [page(methodologyNum="CCER-14-001-V01", endReckonDate="2039-12-31")],
    ),
    (
        "crediting-unusually-long",
        [page(methodologyNum="CCER-14-001-V01", endReckonDate="2062-12-31")],
    ),
    ("crediting-almost-whole-years", [page(endReckonDate="2031-12-30")]),
    ("crediting-longer-than-life", [page(conclusionDate="9")]),
    ("life-unusual", [page(conclusionDate="95")]),
    ("crediting-before-construction", [page(commencementDate="2022-01-02")]),
    ("crediting-before-grid", [page(networkDate="2022-01-02")]),
    ("crediting-before-grid", [page(**said("2021年12月9日", "2022年12月9日"))]),
    ("grid-before-construction", [page(networkDate="2020-05-19")]),
    ("publicity-not-the-working-days", [page(publicEndDate="2024-09-29")]),
    ("publicity-not-the-working-days", [page(publicEndDate="2024-10-08")]),
    ("publicity-edge-no-working-day", [page(publicEndDate="2024-10-01")]),
    ("publicity-ends-before-it-begins", [page(publicEndDate="2024-09-02")]),
    ("publicity-before-its-notice", [page(publicDateTime="2024-09-03T09:00:00+08:00")]),
    ("publicity-before-its-notice", [page(publicDateTime="2024-09-04T09:00:00+08:00")]),
    ("notice-before-its-entry", [page(publicDateTime="2024-09-01T09:00:00+08:00")]),
    ("changed-before-its-entry", [page(updateDatetime="2024-09-01T09:00:00+08:00")]),
    ("report-before-publicity-end", [page(orgUploadDateTime="2024-09-29T10:00:00+08:00")]),
    ("result-before-report", [page(appResDateTime="2024-10-11T11:00:00+08:00")]),
    ("decision-late", [page(appResDateTime="2024-11-04T11:00:00+08:00")]),
    (
        "registered-before-publicity-end",
        [page(projectRegDateTime="2024-09-30T10:00:00+08:00")],
    ),
    ("registered-before-publicity-end", [registered(registrationTime="2024-09-30")]),
    ("registered-before-report", [page(projectRegDateTime="2024-10-11T10:00:00+08:00")]),
    ("registered-without-a-day", [page(projectRegDateTime="")]),
    ("registered-without-a-day", [registered(registrationTime="")]),
    ("registered-on-a-day-off", [registered(registrationTime="2025-01-25")]),
    ("number-of-another-day", [registered(registrationTime="2025-01-27")]),
    ("number-of-another-day", [page(projectInfoId="1367224674118930432")]),
    ("number-of-another-day", [page(insertDatetime="2024-10-02T17:13:00+08:00")]),
    ("changed-before-registration", [page(updateDatetime="2025-01-25T17:30:00+08:00")]),
    ("registration-days-differ", [registered(registrationTime="2025-01-27")]),
    ("day-of-a-state-not-reached", [page(applyStatusName="终止", applyStatus="99")]),
    ("reduction-before-its-project", [claim(registrationTime="2025-02-07")]),
    ("issued-before-registration", [page(cerIssuedDateTime="20250125110333")]),
    ("state-not-of-category", [registered(applyStatusName="终止", applyStatus="99")]),
    (
        "code-before-registration",
        [page(projectCode="A210003", applyStatusName="终止", applyStatus="99")],
    ),
    ("period-too-early", [claim(regAppStartDate="2020-09-22")]),
    ("period-ends-before-it-begins", [claim(regAppEndDate="2021-12-31")]),
    ("period-outside-crediting", [claim(regAppStartDate="2021-12-31")]),
    ("period-outside-crediting", [claim(regAppEndDate="2032-01-01")]),
    ("period-not-over", [claim(regAppEndDate="2025-01-26")]),
    ("period-too-old", [claim(insertDatetime="2027-01-02T10:00:00+08:00", publicStartDate="")]),
    ("periods-overlap", [claim(), claim(**NEXT | {"regAppStartDate": "2023-01-31"})]),
    ("period-number-not-next", [claim(), claim(**NEXT | {"certificationPeriodNo": "1"})]),
    ("period-number-not-next", [claim(certificationPeriodNo="2")]),
    ("generated-not-at-period-end", [claim(generateDate="2023-01-30")]),
    ("total-not-annual-times-years", [page(expectMaxNum="437355")]),
    ("total-not-annual-times-years", [page(expectYearNum="473355")]),
    ("total-not-annual-times-years", [page(endReckonDate="2030-12-31")]),
    ("nothing-expected", [page(expectYearNum="0")]),
    ("nothing-certified", [claim(certifiedNum="0")]),
    ("certified-not-sum-of-years", [claim(certifiedNum="430002")]),
    ("certified-far-from-expected", [claim(regAppEndDate="2022-06-30")]),
    ("expected-far-from-energy", [page(expectYearNum="43735", expectMaxNum="437350")]),
    ("recorded-not-certified", [recorded(recordNum="430000")]),
    ("volumes-not-the-recorded", [claim(issuedVol="430000")]),
    ("more-issued-than-recorded", [claim(issuedVol="430002"), recorded()]),
    ("issue-status-differs", [claim(issueStatus="未签发")]),
    ("issue-status-differs", [claim(issueStatus="未核证")]),
    ("issue-status-differs", [claim(applyStatusName="终止", applyStatus="99")]),
    ("year-twice", [claim(regAppDetail=YEARS.replace("2023", "2022"))]),
    ("years-not-of-period", [claim(regAppDetail=YEARS.replace("2023", "2024"))]),
    ("year-lists-differ", [claim(cerDetailList=YEARS.replace("430000", "430001"))]),
    ("code-malformed", [registered(projectCode="A21003")]),
    ("code-malformed", [page(applyId="1.28021486375863E+18")]),
    ("code-malformed", [page(methodologyNum="CCER-01-0022")]),
    ("code-malformed", [page(archiveCode="PWS1812441581")]),
    ("credit-code-wrong", [page(orgCustomerNo="91110000100000000S")]),
    ("unknown-category", [page(_category_code="7")]),
    ("unknown-province", [page(provinceName="广冬省")]),
    ("unknown-methodology", [page(methodologyNum="CCER-01-092-V01")]),
    (
        "methodology-not-yet-published",
        [page(methodologyNum="CCER-01-004-V01", methodologyName="", projectTypeName="制氢")],
    ),
    ("methodology-and-word-differ", [page(methodologyNum="CCER-01-001-V01")]),
    ("methodology-and-word-differ", [page(projectType="A0101")]),
    ("methodology-and-code-differ", [registered(projectCode="A110003")]),
    ("code-and-word-differ", [page(provinceId="350000")]),
    ("code-and-word-differ", [page(applyStatus="06")]),
    ("code-and-word-differ", [page(_category_name="已登记项目")]),
    (
        "code-and-word-differ",
        [*[page()] * 5, page(approvalAuthorityName="示例审定核查机构丙")],
    ),
    (
        "code-and-word-differ",
        [*[page()] * 5, page(approvalAuthority="1280202750281519105")],
    ),
    ("name-of-another-methodology", [page(projectName="示例造林碳汇项目")]),
    ("verifier-was-validator", [claim(verificationAgencyName="示例审定核查机构甲")]),
    ("verifier-was-validator", [claim(verificationAgency=COMMON["approvalAuthority"])]),
    ("link-of-another-record", [page(_detail_url="?applyId=1&dataType=1-1")]),
    ("coordinate-unreadable", [page(longitude="东南方向")]),
    ("coordinate-impossible", [page(latitude="29°99'")]),
    ("coordinate-impossible", [page(latitude="37°35′76″")]),
    ("coordinate-impossible", [page(latitude="101.959271")]),
    ("coordinates-the-same", [page(latitude="116.123456")]),
    ("coordinates-swapped", [page(longitude="22.654321", latitude="116.123456")]),
    ("coordinates-outside-china", [page(longitude="-116.123456")]),
    ("coordinates-outside-province", [page(latitude="32.654321")]),
    ("place-in-another-province", [page(projectLocation="福建省示例市外海")]),
    ("place-in-another-province", [page(projectLocation="盐城市示例海域")]),
    ("archive-code-of-another-province", [page(archiveCode="PWS18123206230012")]),
    ("place-in-another-province", [page(basicInformation=f"项目位于福建省外海。{TEXT}")]),
    ("place-of-another-project", [registered(), registered(**OTHER | OTHER_IDS)]),
    ("text-annual-differs", [page(**said("437,355", "473,355"))]),
    ("text-total-differs", [page(**said("4,373,550", "4,373,505"))]),
    ("text-crediting-differs", [page(**said("2031年12月31日", "2031年12月30日"))]),
    ("text-years-differ", [page(**said("共10年", "共9年").copy(), _snapshot_key="x")]),
    ("text-construction-differs", [page(**said("2020年5月20日", "2020年5月2日"))]),
    ("text-life-differs", [page(basicInformation=f"{TEXT}项目运行期20年。")]),
    ("near-and-shallow", [page(basicInformation=f"{TEXT}场址离岸约26km，水深23～28m。")]),
    ("text-areas-differ", [page(basicInformation=f"{TEXT}面积100公顷（1000亩）。")]),
    ("text-energy-contradicts", [page(technologiesMeasures="预计年上网电量9000万kWh。")]),
    ("name-capacity-differs", [page(projectName="示例30MW海上风电项目")]),
    ("name-capacity-differs", [page(projectName="示例302.4MW海上风电项目")]),
    ("capacity-not-its-machines", [page(**said("60台", "66台"))]),
    ("energy-not-capacity-by-hours", [page(**said("3000小时", "3300小时"))]),
    ("load-not-its-hours", [page(**said("34.25%", "43.25%"))]),
    ("grid-not-of-province", [page(**said("南方区域电网", "华北区域电网"))]),
    ("record-twice", [page(), page()]),
    ("registered-fields-differ", [registered(), claim(), recorded(expectYearNum="437356")]),
    ("registered-fields-differ", [registered(), claim(projectCode="A210009"), recorded()]),
    ("registered-fields-differ", [registered(), claim(), recorded(latitude="22.654312")]),
    ("reduction-pages-differ", [claim(), claim(), recorded(regAppEndDate="2023-01-30")]),
    ("code-of-another-project", [registered(), registered(**OTHER_IDS)]),
    ("project-with-two-codes", [registered(), registered(projectCode="A210009", **OTHER_IDS)]),
    ("figures-of-another-project", [registered(), registered(**OTHER | OTHER_IDS)]),
    (
        "text-names-another-project",
        [registered(), registered(**OTHER | OTHER_IDS | said("示例海上", GOOD[1]["projectName"]))],
    ),
    ("text-of-another-project", [registered(), registered(**OTHER | OTHER_IDS)]),
]


def test_the_good_records_have_no_anomaly() -> None:
    assert kinds_in(*GOOD) == set()


@pytest.mark.parametrize("good", GOOD, ids=lambda row: row["_category_code"])
def test_each_good_record_has_none_alone(good: dict[str, str]) -> None:
    assert kinds_in(good) == set()


@pytest.mark.parametrize(
    ("kind", "rows"), CASES, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(CASES)]
)
def test_one_change_brings_the_kind(kind: str, rows: list[dict[str, str]]) -> None:
    """Pages that the case does not give are those of the good set."""
    given = {row["_category_code"] for row in rows}
    others = [row for row in GOOD if row["_category_code"] not in given]
    assert kind in kinds_in(*rows, *others)


def test_every_kind_has_a_case_and_every_case_a_kind() -> None:
    of_a_file = {"row-has-more-cells"}  # tested where files are read
    assert {kind for kind, _ in CASES} | of_a_file == set(kinds())


def test_every_kind_speaks_both_languages_and_cites_what_it_says_is_law() -> None:
    for kind in kinds().values():
        assert kind.said.zh, kind.name
        assert kind.said.en, kind.name
        assert kind.weight in ("error", "doubt"), kind.name
        assert kind.basis in ("law", "practice", "arithmetic", "form"), kind.name
        assert bool(kind.cites) == (kind.basis == "law"), kind.name


# --- edges --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-07-17", "2026-08-13"),  # as the register shows it
        ("2024-09-03", "2024-09-30"),  # the make-up Sunday 2024-09-29 counts, mid-autumn does not
        ("2025-01-15", "2025-02-17"),  # over the spring festival; two make-up days
    ],
)
def test_a_window_of_twenty_working_days_is_no_anomaly(first: str, last: str) -> None:
    found = kinds_in(page(publicStartDate=first, publicEndDate=last, _snapshot_key="window"))
    assert "publicity-not-the-working-days" not in found


@pytest.mark.parametrize(("day", "bad"), [("2020-09-22", True), ("2020-09-23", False)])
def test_crediting_begins_strictly_after_the_day(day: str, bad: bool) -> None:
    # Measures, article 17: reductions that arose after 2020-09-22.
    assert ("crediting-too-early" in kinds_in(page(firstReckonDate=day))) is bad


@pytest.mark.parametrize(("day", "bad"), [("2012-11-08", True), ("2012-11-09", False)])
def test_construction_begins_strictly_after_the_day(day: str, bad: bool) -> None:
    # Measures, article 10: built after 2012-11-08.
    assert ("construction-too-early" in kinds_in(page(commencementDate=day))) is bad


@pytest.mark.parametrize(
    ("last", "bad"), [("2031-12-31", False), ("2032-01-01", True), ("2031-12-30", False)]
)
def test_ten_years_are_the_most(last: str, bad: bool) -> None:
    assert ("crediting-too-long" in kinds_in(page(endReckonDate=last))) is bad


@pytest.mark.parametrize(("filed", "bad"), [("2027-01-01", False), ("2027-01-02", True)])
def test_five_years_back_are_counted_to_the_day(filed: str, bad: bool) -> None:
    late = claim(insertDatetime=f"{filed}T10:00:00+08:00", publicStartDate="", publicEndDate="")
    assert ("period-too-old" in kinds_in(late)) is bad


@pytest.mark.parametrize(("decided", "late"), [("2024-11-01", False), ("2024-11-04", True)])
def test_the_fifteenth_working_day_after_the_report_is_in_time(decided: str, late: bool) -> None:
    # The report came on 2024-10-12, a make-up Saturday; the fifteenth working day after is 11-01.
    found = kinds_in(page(appResDateTime=f"{decided}T10:00:00+08:00"))
    assert ("decision-late" in found) is late


@pytest.mark.parametrize(
    ("total", "bad"), [("4373559", False), ("4373560", False), ("4373561", True)]
)
def test_a_tonne_a_year_is_left_to_rounding(total: str, bad: bool) -> None:
    assert ("total-not-annual-times-years" in kinds_in(page(expectMaxNum=total))) is bad


def test_an_ended_claim_overlaps_nothing() -> None:
    ended = {"applyStatusName": "终止", "applyStatus": "99", "projectRegDateTime": ""}
    again = claim(applyId="1465730633891450880", **ended)
    assert "periods-overlap" not in kinds_in(claim(), again, recorded())


def test_a_column_in_utc_throughout_is_a_form_of_the_file() -> None:
    rows = [row | {"firstReckonDate": "2021-12-31 16:00:00"} for row in GOOD]
    found = check_file(register_file(rows), load_cn(), on=DAY)
    assert found.conversions == {"firstReckonDate": 4}
    assert not found.anomalies


@pytest.mark.parametrize(
    ("changes", "like"),
    [
        ({"expectMaxNum": "437355"}, "the annual number stands as the total"),
        ({"expectYearNum": "473355"}, "digits changed places"),
        ({"expectYearNum": "43735"}, "the annual number lacks digits"),
        ({"endReckonDate": "2030-12-31"}, "the total of 10 years"),
    ],
)
def test_a_wrong_total_says_what_it_looks_like(changes: dict[str, str], like: str) -> None:
    found = check_file(register_file([page(**changes)]), load_cn(), on=DAY)
    facts = next(a.facts for a in found.anomalies if "total" in a.kind.name)
    assert facts["looks_like"] == like


def test_an_anomaly_says_where_it_is() -> None:
    found = check_file(register_file([page(latitude="29°99'")]), load_cn(), on=DAY)
    one = next(a for a in found.anomalies if a.kind.name == "coordinate-impossible")
    assert (one.record, one.row, one.fields) == ("1_1_1280214863758626816", 1, ("latitude",))
    assert one.detail == "latitude=29°99'; part=minutes"
    assert json.dumps(one.facts)
