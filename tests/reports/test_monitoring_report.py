"""The accounting report in its three forms: each says what was computed, and says it again alike.

The forms are read back by programs that did not write them: an HTML parser, poppler, openpyxl.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from openccer.app.measure import Accounting
from openccer.app.plan_check import Compared, Done, Verdict, compare
from openccer.app.project import Crediting, Meter, Project, Said, Statement
from openccer.kernel.calendar import Period
from openccer.monitoring.findings import CATALOGUE, counts_as_missing
from openccer.mrv.meter import Calibration
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import Report
from openccer.mrv.plans.load import Aspect, filled, plans
from openccer.mrv.quantify import quantify_metered
from openccer.reports import shown
from openccer.reports.accounting import accounting_model
from openccer.reports.html import accounting_report
from openccer.reports.pdf import PACKAGES, PdfTrouble, pdf
from openccer.reports.sheets import FORMULA_SIGNS
from openccer.reports.xlsx import workbook
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title
from reports.page_samples import HOSTILE, Page, measured, model, report_page, reported, stated

DAY = date(2026, 2, 2)
DIGITS = 15  # what a spreadsheet keeps of a number
SIGNS = [sign + "SUM(A1)" for sign in FORMULA_SIGNS if sign.strip()]


def poppler(program: str, made: bytes, *options: str) -> str:
    """What a program of poppler says of a PDF."""
    call = [program, *options, "-", *(["-"] if program == "pdftotext" else [])]
    done = subprocess.run(call, input=made, capture_output=True, check=True)
    return done.stdout.decode()


def tables(made: bytes) -> dict[str, list[tuple[object, ...]]]:
    """The workbook read back: every sheet by the English half of its name."""
    book = openpyxl.load_workbook(io.BytesIO(made))
    return {sheet.title.split(" ", 1)[1]: list(sheet.iter_rows(values_only=True)) for sheet in book}


def printed(page: str) -> bytes:
    """The page as PDF; a named skip where the system has no libraries for it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs the system package poppler-utils")
    try:
        return pdf(page)
    except PdfTrouble:
        pytest.skip(f"needs the system packages {PACKAGES}")


@pytest.fixture(scope="module")
def paper() -> bytes:
    """The sample report as PDF, with hostile names."""
    return printed(report_page(None, measured(), project=stated()))


def text_of(paper: bytes) -> str:
    """What stands on the pages, without spaces: the lines of a table may break anywhere."""
    return "".join(poppler("pdftotext", paper, "-layout").split())


# --- the content is the computation ---------------------------------------------------------------


def test_the_page_has_every_number_of_the_working() -> None:
    text = Page(report_page(None, measured())).text
    for line in reported().lines:
        assert f" {shown.number(line.value)} " in text, line.symbol


@pytest.mark.slow
def test_the_pdf_has_every_number_of_the_working(paper: bytes) -> None:
    on_paper = text_of(paper)
    for line in reported().lines:
        assert shown.number(line.value) in on_paper, line.symbol
        assert "".join(line.title_zh.split()) in on_paper


def test_the_workbook_has_every_number_of_the_working_as_a_number() -> None:
    rows = tables(workbook(model(None, measured())))["Working"][1:]
    lines = reported().lines
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        assert row[1] == line.symbol
        assert isinstance(row[3], int | float)
        exact = line.value.normalize()
        if len(exact.as_tuple().digits) <= DIGITS:
            assert Decimal(str(row[3])) == exact
        assert Decimal(str(row[4]).replace(",", "")) == line.value
        for ref in line.rules:
            assert ref in str(row[8])


def test_a_report_of_declared_inputs_has_every_sheet_and_no_data() -> None:
    made = tables(workbook(model(replace(reported(), dataset=""))))
    assert list(made) == list(tables(workbook(model(None, measured()))))
    assert len(made["Working"]) > 1
    for empty in ("Months", "Gaps and findings", "Meters", "Plan"):
        assert len(made[empty]) == 1, "the headings only"


def test_the_results_of_the_workbook_add_up_to_the_total() -> None:
    report = reported()
    rows = tables(workbook(model(report, measured())))["Results"][1:]
    assert {row[0]: row[1] for row in rows[:-1]} == {
        year: tonnes.count for year, tonnes in report.by_year.items()
    }
    assert rows[-1][1] == report.reduction.count == sum(int(str(row[1])) for row in rows[:-1])


def test_the_months_of_the_workbook_are_the_measured_energy() -> None:
    rows = tables(workbook(model(None, measured())))["Months"][1:]
    for row, month in zip(rows, model(None, measured()).months, strict=True):
        assert Decimal(str(row[1])) * 1_000_000 == month.total.export_wh
        assert row[3] == month.total.missing_intervals


def test_the_digests_the_day_and_the_version_are_in_the_workbook() -> None:
    report = replace(reported(), dataset="a" * 64)
    rows = dict(tables(workbook(model(report, measured(), day=DAY)))["Digests"][1:])
    assert {report.rulebook, "a" * 64, "b" * 64, "c" * 64, "2026-02-02"} <= set(rows.values())
    assert any(str(value).startswith("OpenCCER ") for value in rows.values())


def test_the_uncertainty_is_shown_where_it_is_given() -> None:
    given = {Title("不确定度", "Uncertainty"): Title("± 12 吨", "± 12 t")}
    assert "± 12 t" in Page(report_page(None, measured(), uncertainty=given)).text
    made = tables(workbook(model(None, measured(), uncertainty=given)))["Results"]
    assert made[-1][2] == "± 12 吨 ± 12 t"
    assert "Uncertainty" not in Page(report_page(None, measured())).text


# --- gaps and findings ----------------------------------------------------------------------------


def test_a_gap_appears_with_what_was_counted_for_it_and_why() -> None:
    # Each missing interval counts the largest import of any interval: 25,399 Wh, 30 of them.
    text = Page(report_page(None, measured())).text
    assert "import 0.025399 MWh, the largest of any interval, × 30 = 0.761970 MWh" in text
    rows = [row for row in tables(workbook(model(None, measured())))["Gaps and findings"][1:]]
    gaps = [row for row in rows if row[0] == "缺失 gap"]
    assert [row[4] for row in gaps] == [30, 1]
    for row in gaps:
        assert row[7] == "methodology.csp_wind.missing_data@2023-10-24"
        assert "7.3.1" in str(row[8])


def test_the_treatments_of_the_gaps_add_up_to_the_line_of_the_working() -> None:
    counted = re.compile(r"= ([\d.]+) MWh$")
    parts = [counted.search(one.treatment.en) for one in model(None, measured()).gaps]
    line = next(line for line in reported().lines if line.symbol == "EG_import,missing")
    assert sum(Decimal(part[1]) for part in parts if part) == line.value


def test_only_a_finding_that_leaves_no_reading_has_the_rule_of_what_is_missing() -> None:
    treated = {one.found.code: one for one in model(None, measured()).findings}  # type: ignore[union-attr]
    assert set(treated) == set(CATALOGUE)
    for code, one in treated.items():
        assert bool(one.rules) is bool(one.clauses) is counts_as_missing(code)
    assert counts_as_missing("gap")
    assert counts_as_missing("reading-blank")
    assert not counts_as_missing("duplicate-conflict")


# --- what the owner states ------------------------------------------------------------------------


def test_without_a_project_file_its_facts_are_not_stated() -> None:
    made = dict(tables(workbook(model(None, measured())))["Summary"][1:])
    assert made["项目业主 Owner"] == made["项目名称 Project"] == "未说明 not stated"
    assert "Owner 未说明 not stated" in Page(report_page(None, measured())).text


def test_what_the_owner_states_is_in_the_report() -> None:
    said = Said(zh="南海", en="South China Sea")
    project = Project(location=said, capacity_mw=Decimal("300.5"))
    made = dict(tables(workbook(model(None, measured(), project=project)))["Summary"][1:])
    assert made["项目地点 Location"] == "南海 South China Sea"
    assert made["装机容量 Capacity (MW)"] == 300.5
    assert "300.5 MW" in Page(report_page(None, measured(), project=project)).text


def test_the_crediting_period_the_report_was_held_against_is_shown() -> None:
    decade = Period(date(2025, 1, 1), date(2034, 12, 31))
    accounting = Accounting(measurement=measured(), report=reported(), crediting=decade)
    made = accounting_model(reported(), accounting)
    shown = "2025-01-01 – 2034-12-31"
    assert dict(tables(workbook(made))["Summary"][1:])["计入期 Crediting period"] == shown
    assert f"计入期 Crediting period {shown}" in Page(accounting_report(made)).text


def test_a_crediting_period_the_owner_states_is_shown_without_a_meter_file() -> None:
    project = Project(crediting=Crediting(first=date(2025, 1, 1), last=date(2034, 12, 31)))
    assert "2025-01-01 – 2034-12-31" in Page(report_page(project=project)).text


def test_without_a_crediting_period_the_report_says_that_nothing_was_judged() -> None:
    text = Page(report_page(None, measured())).text
    assert "计入期 Crediting period 未说明 not stated" in text
    assert "未判断核算期是否在计入期内" in text
    assert "whether the period lies in it was not judged" in text
    cell = dict(tables(workbook(model(None, measured())))["Summary"][1:])["计入期 Crediting period"]
    assert "未说明" in str(cell)
    assert "not judged" in str(cell)


# --- the plan and what was done -------------------------------------------------------------------


def compared(
    code: str = "CCER-01-002-V01",
    missing: int = 31,
    project: Project | None = None,
    calibrations: tuple[Calibration, ...] = (),
    fuels: tuple[Fuel, ...] = (),
) -> dict[str, Compared]:
    """The plan held against the sample year, which lacks so many intervals."""
    rules = load_cn().on(DAY)
    measurement = measured()
    year = replace(measurement.years[0], missing_intervals=missing)
    report = quantify_metered(
        code, "south", (year,), rules, dataset="a" * 64, calibrations=calibrations, fuels=fuels
    )
    assert isinstance(report, Report)
    accounting = Accounting(
        measurement=replace(measurement, years=(year,)),
        report=report,
        calibrations=calibrations,
        fuels=fuels,
    )
    done = Done(accounting=accounting, report=report, project=project or Project(), rules=rules)
    return {one.id: one for one in compare(filled(plans()[code], rules), done)}


def verdict(one: Compared, aspect: Aspect | None) -> Verdict:
    return next(check.verdict for check in one.checks if check.aspect is aspect)


def meter(accuracy: str | None) -> Project:
    stated_class = {"class": accuracy} if accuracy else {}
    return Project(meters=(Meter(id="m", measures=("EG_export",), **stated_class),))


def calibrated(day: date, found: str = "0") -> tuple[Calibration, ...]:
    return (Calibration(meter="m", day=day, limit=Decimal("0.005"), found=Decimal(found)),)


def test_every_parameter_and_every_duty_of_the_plan_is_compared() -> None:
    plan = plans()["CCER-01-002-V01"]
    asked = [one.symbol for one in plan.parameters] + [duty.id for duty in plan.duties]
    assert list(compared()) == asked


def test_a_missing_reading_breaks_the_recording_and_a_whole_year_keeps_it() -> None:
    assert verdict(compared(missing=31)["EG_export"], Aspect.FREQUENCY) is Verdict.NOT_MET
    assert verdict(compared(missing=0)["EG_export"], Aspect.FREQUENCY) is Verdict.MET


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    # Class 0.5 or better is asked (section 7.2): 0.5 itself is enough.
    [("0.2S", Verdict.MET), ("0.5", Verdict.MET), ("1.0", Verdict.NOT_MET), (None, "not_stated")],
)
def test_the_class_of_a_meter_is_held_against_the_plan(accuracy: str | None, expected: str) -> None:
    one = compared(project=meter(accuracy))["EG_export"]
    assert verdict(one, Aspect.INSTRUMENT) == expected


@pytest.mark.parametrize(
    ("calibrations", "expected"),
    [
        ((), Verdict.NOT_STATED),
        (calibrated(date(2024, 12, 31)), Verdict.MET),  # covers until 31 December 2025
        (calibrated(date(2024, 12, 30)), Verdict.NOT_MET),  # one day short
        (calibrated(date(2024, 12, 31), found="0.006"), Verdict.NOT_MET),  # outside its limit
    ],
)
def test_calibrations_are_held_against_every_day(
    calibrations: tuple[Calibration, ...], expected: Verdict
) -> None:
    one = compared(calibrations=calibrations)["EG_export"]
    assert verdict(one, Aspect.CALIBRATION) is expected


def test_a_meter_that_is_stated_and_has_no_record_is_not_stated() -> None:
    project = Project(meters=(Meter(id="other", measures=("EG_export",)),))
    one = compared(project=project, calibrations=calibrated(date(2024, 12, 31)))["EG_export"]
    assert verdict(one, Aspect.CALIBRATION) is Verdict.NOT_STATED


def statement(about: str, aspect: Aspect | None, met: str = "yes") -> Project:
    said = Said(zh="做了", en="it was done")
    return Project(statements=(Statement(about=about, aspect=aspect, met=met, said=said),))  # type: ignore[arg-type]


def test_a_statement_counts_where_the_data_show_nothing() -> None:
    one = compared(project=statement("EG_export", Aspect.QAQC))["EG_export"]
    assert verdict(one, Aspect.QAQC) is Verdict.MET
    assert verdict(compared()["EG_export"], Aspect.QAQC) is Verdict.NOT_STATED
    assert compared(project=statement("retention", None))["retention"].verdict is Verdict.MET
    no = compared(project=statement("retention", None, "no"))["retention"]
    assert no.verdict is Verdict.NOT_MET
    assert "The owner states: it was done" in no.checks[0].done.en


def test_a_statement_does_not_outweigh_the_data() -> None:
    one = compared(project=statement("EG_export", Aspect.FREQUENCY))["EG_export"]
    assert verdict(one, Aspect.FREQUENCY) is Verdict.NOT_MET


def test_the_worst_check_is_the_verdict() -> None:
    one = compared(missing=0, project=meter("1.0"))["EG_export"]
    assert {check.verdict for check in one.checks} == set(Verdict)
    assert one.verdict is Verdict.NOT_MET


def test_a_published_factor_is_met_and_a_weight_that_was_not_used_is_not_stated() -> None:
    found = compared()
    assert found["EF_OM"].verdict is Verdict.MET
    assert found["w_OM"].verdict is Verdict.NOT_STATED


def test_the_meter_of_a_fuel_is_held_apart_from_the_electricity_meter() -> None:
    fuel = Fuel(
        year=2025,
        name="diesel",
        amount=Decimal(10),
        unit="t",
        ncv=Decimal("42.652"),
        cc=Decimal("0.0202"),
        of=Decimal("0.98"),
        meter="m",
    )
    calibrations = calibrated(date(2024, 12, 31))
    found = compared("CCER-01-001-V01", fuels=(fuel,), calibrations=calibrations)
    assert verdict(found["FC"], Aspect.CALIBRATION) is Verdict.MET
    assert verdict(found["EG_export"], Aspect.CALIBRATION) is Verdict.NOT_STATED


def test_the_comparison_is_in_the_page_and_in_the_workbook() -> None:
    page = Page(report_page(None, measured())).text
    rows = tables(workbook(model(None, measured())))["Plan"][1:]
    for one in model(None, measured()).compared:
        for check in one.checks:
            assert check.done.en in page
            assert any(row[0] == one.id and check.done.en in str(row[4]) for row in rows)


# --- hostile names --------------------------------------------------------------------------------


def test_a_cell_that_looks_like_a_formula_is_text() -> None:
    said = [Said(zh=sign, en=sign) for sign in SIGNS]
    names = dict(zip(("name", "owner", "location", "plant", "boundary"), said, strict=False))
    meters = tuple(Meter(id=sign) for sign in SIGNS)
    made = workbook(model(None, measured(), project=Project(meters=meters, **names)))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f[ >]", archive.read(name)), "a formula"
            assert "external" not in name.lower()
    book = openpyxl.load_workbook(io.BytesIO(made))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [cell for cell in cells if str(cell.value).startswith(tuple(SIGNS))]
    assert {cell.value for cell in found} >= set(SIGNS)
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.style and cell.quotePrefix for cell in found)


def test_markup_in_names_is_text_in_the_workbook() -> None:
    made = tables(workbook(model(None, measured(), project=stated())))
    assert any(HOSTILE in str(cell) for cell in made["Summary"][2])
    assert made["Meters"][1][0] == HOSTILE


@pytest.mark.slow
def test_markup_in_names_is_text_in_the_pdf(paper: bytes) -> None:
    assert HOSTILE.replace(" ", "") in text_of(paper)
    objects = re.sub(rb"stream\r?\n.*?endstream", b"", paper, flags=re.DOTALL)
    assert len(objects) > 5_000
    for what in (b"/JavaScript", b"/JS", b"/URI", b"/EmbeddedFile", b"/Launch"):
        assert what not in objects


def test_a_pdf_loads_nothing_from_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not a picture")
    plain = printed("<html><style></style><p>x</p></html>")
    for place in (secret.as_uri(), "http://127.0.0.1:9/x.png"):
        asked = f"<html><style></style><p>x</p><img src='{place}'></html>"
        assert len(pdf(asked)) < len(plain) + 200


# --- paper ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_pdf_has_its_fonts_inside_and_its_pages_numbered(paper: bytes) -> None:
    fonts = poppler("pdffonts", paper).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +(yes|no) +(yes|no) ", line) for line in fonts), "embedded"
    assert any("CJK" in line for line in fonts)
    pages = poppler("pdftotext", paper, "-layout").split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"\b{number} / {len(pages)}\b", page)
    assert "CreationDate" not in poppler("pdfinfo", paper)


# --- the same again -------------------------------------------------------------------------------

METER = "time,out,in\n" + "".join(
    f"2025-06-01 {hour:02d}:00,{'' if hour == 12 else 41.2},0.5\n" for hour in range(24)
)
MAPPING = """
title: {zh: 测试, en: "=test"}
format: csv
time: {column: time, zone: Asia/Shanghai, stands_for: start, minutes: 60}
energy:
  export: {column: out, unit: MWh}
  import: {column: in, unit: kWh}
"""


def write(folder: Path, seed: str, *forms: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """Compute and write the report in a process of its own, in a folder of its own."""
    folder.mkdir()
    (folder / "m.csv").write_text(METER)
    (folder / "m.yaml").write_text(MAPPING, encoding="utf-8")
    call = [sys.executable, "-c", "from openccer.cli.main import run; run()", "mrv", "m.csv"]
    call += ["--mapping", "m.yaml", "--methodology", "CCER-01-002-V01", "--grid", "South"]
    call += ["--from", "2025-06-01", "--to", "2025-06-01", "--on", "2026-02-02", "--json"]
    call += [word for form in forms for word in ("--report", f"{folder.name}.{form}")]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
    return subprocess.run(
        call, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.usefixtures("paper")
def test_two_processes_and_two_folders_give_the_same_bytes(tmp_path: Path) -> None:
    forms = ("html", "pdf", "xlsx")
    for name, seed in (("one", "1"), ("two", "2")):
        done = write(tmp_path / name, seed, *forms)
        assert done.returncode == 0, done.stderr
    for form in forms:
        one, two = (tmp_path / name / f"{name}.{form}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), form
        assert len(one.read_bytes()) > 5_000


def test_another_day_gives_another_workbook() -> None:
    assert workbook(model(None, measured(), day=DAY)) != workbook(
        model(None, measured(), day=date(2026, 2, 3))
    )


# --- without the system's libraries ---------------------------------------------------------------


def test_the_program_starts_without_the_libraries_of_paper() -> None:
    code = "import sys, openccer.cli.main; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_a_machine_without_the_libraries_is_told_what_to_install(tmp_path: Path) -> None:
    # A library that fails to load as the real one does when Pango is not installed.
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "weasyprint.py").write_text(
        "print('advice on stdout')\nraise OSError(\"cannot load library 'libpango-1.0-0'\")\n"
    )
    done = write(tmp_path / "out", "0", "pdf", path=str(lacking))
    assert done.returncode == 3
    said = json.loads(done.stdout)["error"]
    assert "libpango-1.0-0" in said["message"]["en"]
    assert "Debian" in said["message"]["zh"]
    assert not (tmp_path / "out" / "out.pdf").exists()
