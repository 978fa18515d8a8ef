"""`openccer plots`: a forest from its files, for people and for programs, small and real."""

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitoring.forest_files import FOREST, STAND, forest_file, trees, written
from openccer.cli import output
from openccer.cli.main import cli

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "forest_fia_ri"


def said(*words: object, exit_code: int = 0) -> str:
    before = output.out.width
    output.out.width = 300
    try:
        result = CliRunner().invoke(cli, ["plots", *map(str, words)])
    finally:
        output.out.width = before
    assert result.exit_code == exit_code, result.output
    return result.stdout if "--json" in words else result.output


def test_people_see_the_working_in_both_languages(tmp_path: Path) -> None:
    shown = said(written(tmp_path, trees(STAND)), "--forest", forest_file(tmp_path))
    for text in ("示例林场 · Example forest", "林木碳储量", "Relative error"):
        assert text in shown
    assert "K_RISK" in shown


def test_programs_get_stock_strata_error_and_every_line(tmp_path: Path) -> None:
    record = json.loads(
        said(written(tmp_path, trees(STAND)), "--forest", forest_file(tmp_path), "--json")
    )
    found = record["measurements"][0]
    assert found["plots"] == 6
    assert found["trees"] == sum(STAND.values())
    assert {one["name"]: one["plots"] for one in found["strata"]} == {"A": 3, "B": 3}
    by_strata = sum(float(one["stock_tc"]) for one in found["strata"])
    assert float(found["stock_tc"]) == pytest.approx(by_strata)
    assert {line["symbol"] for line in record["lines"]} >= {"C_tree", "u_pct", "deduction_pct"}
    assert record["design"] is None


def test_drawn_and_calculated_errors_agree(tmp_path: Path) -> None:
    files = (written(tmp_path, trees(STAND)), "--forest", forest_file(tmp_path))
    (sure,) = json.loads(said(*files, "--uncertainty", "--json"))["uncertainty"]
    assert sure["agrees"] is True
    found = json.loads(said(*files, "--json"))["measurements"][0]
    share = float(sure["half_width"]) / float(found["stock_tco2"])
    assert share == pytest.approx(float(found["relative_error"]), rel=0.2)


def test_two_files_are_a_change(tmp_path: Path) -> None:
    before = written(tmp_path, trees(STAND), "before.csv")
    after = written(tmp_path, trees(STAND, cm="24"), "after.csv")
    record = json.loads(said(before, after, "--forest", forest_file(tmp_path), "--json"))
    assert len(record["changes"]) == 1
    assert record["credited"] == [int(float(record["changes"][0]["credit_tco2e"]))]


def test_bad_trees_end_with_1_and_every_place(tmp_path: Path) -> None:
    rows = trees(STAND)
    rows[1] = rows[1].replace("fir", "oak")
    files = (written(tmp_path, rows), "--forest", forest_file(tmp_path))
    record = json.loads(said(*files, "--json", exit_code=1))
    assert [(one["code"], one["place"]) for one in record["refused"]] == [
        ("species-without-equation", "trees.csv:3")
    ]
    told = said(*files, exit_code=1)
    assert "trees.csv:3" in told
    assert "没有方程" in told


def test_a_forest_file_that_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    wrong = forest_file(tmp_path, FOREST.replace("area_ha: 40", "area_ha: forty"))
    told = said(written(tmp_path, trees(STAND)), "--forest", wrong, exit_code=2)
    assert "forest.yaml:13" in told
    assert "strata.1.area_ha" in told


# --- the measured forest of Rhode Island --------------------------------------------------------

EVALUATION = "441801"
HA_PER_ACRE = 0.40468564224
REAL = """\
title: {{zh: 罗得岛, en: Rhode Island}}
trees:
  plot: PLT_CN
  tree: [SUBP, TREE]
  species: SPCD
  dbh: {{column: DIA, unit: in}}
  height: {{column: HT, unit: ft}}
  alive: {{column: STATUSCD, values: ["1"]}}
  per_ha: {{column: TPA_UNADJ, unit: 1/acre}}
  where: {{STATUSCD: ["1", "2"]}}
  leave_out: {{TPA_UNADJ: [""]}}
  unlisted: leave out
  encoding: latin-1
plots:
  {{area_m2: 672.45, plot: PLT_CN, stratum: STRATUM_CN, where: {{EVALID: ["441801"]}}}}
strata:
{strata}
species:
  - names: [{species}]
    cf: 0.5
    equation: {{form: exp(a + b ln D), gives: kg, a: -2.0127, b: 2.4342, r: 0.2,
               source: "Jenkins et al. 2003, oak, for every species", known: K}}
design: {{relative_error: 0.1}}
"""


def table(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="latin-1") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not DATA.is_dir(), reason="the measured forest is not beside the checkout")
def test_the_inventory_of_rhode_island_is_read_through_a_mapping(tmp_path: Path) -> None:
    # Oracle: the same sums in floating point, straight from the published columns.
    plots: dict[str, list[str]] = defaultdict(list)
    for row in table("pop_plot_stratum_assgn"):
        if row["EVALID"] == EVALUATION:
            plots[row["STRATUM_CN"]].append(row["PLT_CN"])
    areas = {
        row["CN"]: float(row["EXPNS"]) * len(plots[row["CN"]]) * HA_PER_ACRE
        for row in table("pop_stratum")
        if row["EVALID"] == EVALUATION
    }
    kg_ha: dict[str, float] = defaultdict(float)
    published: dict[str, float] = defaultdict(float)
    for tree in table("tree"):
        if tree["STATUSCD"] == "1" and tree["DIA"]:
            per_ha = float(tree["TPA_UNADJ"]) / HA_PER_ACRE
            cm = float(tree["DIA"]) * 2.54
            kg_ha[tree["PLT_CN"]] += 2.718281828459045**-2.0127 * cm**2.4342 * 1.2 * 0.5 * per_ha
            lb = float(tree["CARBON_AG"]) + float(tree["CARBON_BG"])
            published[tree["PLT_CN"]] += lb * 0.45359237 * per_ha
    means = {
        name: sum(kg_ha[plot] for plot in inside) / 1000 / len(inside)
        for name, inside in plots.items()
    }
    forest = REAL.format(
        strata="\n".join(f'  - {{name: "{name}", area_ha: {ha}}}' for name, ha in areas.items()),
        species=", ".join(f'"{code}"' for code in sorted({t["SPCD"] for t in table("tree")})),
    )
    record = json.loads(
        said(
            DATA / "tree.csv.gz",
            *("--plots", DATA / "pop_plot_stratum_assgn.csv.gz"),
            *("--forest", forest_file(tmp_path, forest), "--json"),
        )
    )
    found = record["measurements"][0]
    assert found["plots"] == sum(map(len, plots.values()))
    for stratum in found["strata"]:
        assert float(stratum["mean_tc_ha"]) == pytest.approx(means[stratum["name"]])
    whole = sum(means[name] * ha for name, ha in areas.items())
    assert float(found["stock_tc"]) == pytest.approx(whole)
    # The inventory itself scales by measured stems; one equation for every species gives more.
    theirs = sum(
        sum(published[plot] for plot in inside) / 1000 / len(inside) * areas[name]
        for name, inside in plots.items()
    )
    assert 0.7 < theirs / float(found["stock_tc"]) < 1
    assert record["design"]["plots"] > found["plots"]  # 30 % now, 10 % asked
