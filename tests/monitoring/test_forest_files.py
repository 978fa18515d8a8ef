"""Trees from files: the numbers are worked by hand, every bad input is told with file and line."""

import gzip
from collections.abc import Callable
from fractions import Fraction
from math import sqrt
from pathlib import Path

import openpyxl
import pytest

from monitoring.forest_files import FOREST, HEADER, STAND, forest_file, trees, written
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.forest.inventory import Inventory, inventory
from openccer.monitoring.forest.mapping import unit_in_header
from openccer.monitoring.forest.working import lines_of
from openccer.mrv.forest import ForestError
from openccer.rulebook.load import load_cn

F = Fraction
TREE_TC_HA = F(250) * F("0.5") / 1000 / F("0.06")  # one tree of 20 cm on 600 m2


def run(folder: Path, rows: list[str] | None = None, forest: str = FOREST) -> Inventory:
    path = written(folder, trees(STAND) if rows is None else rows)
    return inventory([path], forest_file(folder, forest), (), load_cn())


def refused(folder: Path, rows: list[str], forest: str = FOREST) -> list[tuple[str, str]]:
    with pytest.raises(ForestError) as error:
        run(folder, rows, forest)
    for finding in error.value.findings:
        assert finding.zh
        assert finding.en
    return [(finding.code, finding.place) for finding in error.value.findings]


# --- the numbers --------------------------------------------------------------------------------


def test_the_stock_is_the_one_worked_by_hand(tmp_path: Path) -> None:
    done = run(tmp_path)
    stock = done.measured[0].stock
    assert [sample.mean for sample in stock.samples] == [12 * TREE_TC_HA, 5 * TREE_TC_HA]
    total = TREE_TC_HA * (12 * 120 + 5 * 40)
    assert stock.estimate.total == total
    assert stock.total_tco2 == total * F(44, 12)
    # Variances 4 and 1 trees; weights 3/4 and 1/4; three plots each; four degrees: t = 2.132.
    error = float(TREE_TC_HA) * sqrt(9 / 16 * 4 / 3 + 1 / 16 * 1 / 3)
    assert float(stock.estimate.standard_error) == pytest.approx(error)
    relative = 2.132 * error / float(stock.estimate.mean)
    assert float(stock.estimate.relative_error or 0) == pytest.approx(relative)


def test_the_working_has_every_plot_stratum_and_the_deduction(tmp_path: Path) -> None:
    lines = lines_of(run(tmp_path))
    symbols = [line.symbol for line in lines]
    assert symbols.count("C_tree") == 6
    assert symbols.count("n") == 2
    rate = next(line for line in lines if line.symbol == "deduction_pct")
    assert rate.value == 6  # a relative error of 18 %: the class from 10 to 20
    kept = next(line for line in lines if line.symbol == "C_deducted")
    whole = next(line for line in lines if line.symbol == "C_co2")
    assert abs(kept.value - whole.value * 94 / 100) < F(1, 10**6)


def test_a_workbook_and_a_zipped_file_say_the_same_as_the_plain_one(tmp_path: Path) -> None:
    plain = run(tmp_path).measured[0].stock
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    for row in trees(STAND):
        plot, stratum, tree, species, dbh, h, status = row.split(",")
        sheet.append([plot, stratum, int(tree), species, float(dbh), float(h), int(status)])
    book.save(tmp_path / "trees.xlsx")
    zipped = tmp_path / "trees.csv.gz"
    zipped.write_bytes(gzip.compress((tmp_path / "trees.csv").read_bytes()))
    for path in (tmp_path / "trees.xlsx", zipped):
        again = inventory([path], tmp_path / "forest.yaml", (), load_cn())
        assert again.measured[0].stock.estimate == plain.estimate


def test_a_dead_tree_has_no_living_carbon(tmp_path: Path) -> None:
    rows = [row[:-1] + "2" if row.startswith("A1,A,1,") else row for row in trees(STAND)]
    done = run(tmp_path, rows)
    assert done.measured[0].trees.plots_tc_ha["A1"] == 9 * TREE_TC_HA


def test_diameters_in_millimetres_are_the_same_trees(tmp_path: Path) -> None:
    forest = FOREST.replace("{column: dbh_cm, unit: cm}", "{column: dbh_mm, unit: mm}")
    path = written(tmp_path, trees(STAND, cm="200"), header=HEADER.replace("dbh_cm", "dbh_mm"))
    done = inventory([path], forest_file(tmp_path, forest), (), load_cn())
    assert done.measured[0].trees.plots_tc_ha["A1"] == 10 * TREE_TC_HA


def test_an_equation_of_volume_takes_density_expansion_and_roots_from_the_table(
    tmp_path: Path,
) -> None:
    forest = FOREST.replace("    cf: 0.5\n", "    table: 杉木\n").replace(
        "gives: kg, a: 0.5, b: 2, r: 0.25", "gives: dm3, a: 0.5, b: 2"
    )
    done = run(tmp_path, forest=forest)
    # 200 dm3; WD 0.307, BEF 1.634, R 0.246, CF 0.52 of the shipped table.
    tc = F("0.2") * F("0.307") * F("1.634") * F("1.246") * F("0.52")
    assert done.measured[0].trees.plots_tc_ha["A1"] == 10 * tc / F("0.06")


def test_the_design_asks_for_more_plots_the_finer_the_aim(tmp_path: Path) -> None:
    counts = []
    for aim in ("0.2", "0.1", "0.05"):
        needed = run(tmp_path, forest=f"{FOREST}design: {{relative_error: {aim}}}\n").needed
        assert needed is not None
        counts.append(needed.plots)
    assert counts == sorted(counts)
    assert counts[0] < counts[2]


# --- pools --------------------------------------------------------------------------------------


def test_dead_wood_and_litter_are_shares_that_the_project_asks_for(tmp_path: Path) -> None:
    bare = run(tmp_path)
    assert any(one.code == "pools-not-counted" for one in bare.findings)
    pools = "pools: {dead_wood: {default: temperate}, litter: {ratio: 0.03, source: a survey}}\n"
    with_pools = run(tmp_path, forest=FOREST + pools)
    # AR-TOOL12, temperate: 8 % (own knowledge).
    assert with_pools.measured[0].stock.estimate.total == (
        bare.measured[0].stock.estimate.total * (1 + F("0.08") + F("0.03"))
    )
    assert not any(one.code == "pools-not-counted" for one in with_pools.findings)
    assert any("AR-TOOL12" in one.en for one in with_pools.findings)  # K, and told


def plots_file(folder: Path, *rows: str) -> Path:
    return written(folder, list(rows), "plots.csv", "plot,stratum,area,dead,litter")


PLOTS = FOREST.replace(
    "plots: {area_m2: 600}",
    "plots: {plot: plot, stratum: stratum, area: {column: area, unit: m2},"
    " dead_wood: {column: dead, unit: t d.m./ha, cf: 0.47},"
    " litter: {column: litter, unit: tC/ha}}",
)


def test_pools_measured_on_the_plots_are_added_plot_by_plot(tmp_path: Path) -> None:
    listed = plots_file(tmp_path, *(f"{plot},{plot[0]},600,2,1.5" for plot in STAND))
    path = written(tmp_path, trees(STAND))
    done = inventory([path], forest_file(tmp_path, PLOTS), [listed], load_cn())
    assert done.measured[0].stock.plots_tc_ha["A1"] == (10 * TREE_TC_HA + 2 * F("0.47") + F("1.5"))


def test_a_plot_without_a_tree_counts_as_bare(tmp_path: Path) -> None:
    listed = plots_file(tmp_path, *(f"{plot},{plot[0]},600,0,0" for plot in (*STAND, "B4")))
    path = written(tmp_path, trees(STAND))
    done = inventory([path], forest_file(tmp_path, PLOTS), [listed], load_cn())
    assert done.measured[0].stock.plots_tc_ha["B4"] == 0
    assert done.measured[0].stock.samples[1].mean == F(15, 4) * TREE_TC_HA


def test_a_pool_below_zero_is_refused(tmp_path: Path) -> None:
    rows = [f"{plot},{plot[0]},600,2,1" for plot in STAND]
    listed = plots_file(tmp_path, rows[0].replace(",2,1", ",-2,1"), *rows[1:])
    path = written(tmp_path, trees(STAND))
    with pytest.raises(ForestError) as error:
        inventory([path], forest_file(tmp_path, PLOTS), [listed], load_cn())
    assert [(one.code, one.place) for one in error.value.findings] == [
        ("pool-below-zero", "plots.csv:2")
    ]


# --- bad input: never a number ------------------------------------------------------------------


def changed(at: int, old: str, new: str) -> list[str]:
    rows = trees(STAND)
    assert old in rows[at]
    rows[at] = rows[at].replace(old, new)
    return rows


def test_a_plot_in_two_strata_is_told_with_both_lines(tmp_path: Path) -> None:
    found = refused(tmp_path, changed(3, "A1,A", "A1,B"))
    assert found == [("plot-in-two-strata", "trees.csv:5")]


def test_a_tree_counted_twice_is_told_with_its_line(tmp_path: Path) -> None:
    rows = trees(STAND)
    assert refused(tmp_path, [*rows, rows[0]]) == [("tree-counted-twice", "trees.csv:53")]


def test_a_species_nobody_gave_an_equation_for_is_told(tmp_path: Path) -> None:
    found = refused(tmp_path, changed(1, "fir", "oak"))
    assert found == [("species-without-equation", "trees.csv:3")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (",20,15", ",-20,15", "tree-impossible"),
        (",20,15", ",0,15", "tree-impossible"),
        (",20,15", ",2000,15", "tree-impossible"),
        (",20,15", ",20,130", "tree-impossible"),
        (",20,15", ",20,0.1", "tree-impossible"),
        (",20,15", ",,15", "not-a-number"),
        (",20,15", ",twenty,15", "not-a-number"),
        (",20,15", ',"20,5",15', "not-a-number"),
        (",20,15", ",200,15", "tree-ten-times-the-others"),
        ("fir", "", "cell-empty"),
    ],
)
def test_a_tree_that_cannot_be_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    assert (code, "trees.csv:4") in refused(tmp_path, changed(2, old, new))


def test_millimetres_read_as_centimetres_are_noticed(tmp_path: Path) -> None:
    found = refused(tmp_path, trees(STAND, cm="210"))
    assert ("unit-of-trees", "trees.csv") in found


def test_a_plot_with_more_carbon_than_any_forest_is_told(tmp_path: Path) -> None:
    # 3,000 trees of 20 cm on 600 m2 are 6,250 tC/ha; no forest has above 2,600.
    found = refused(tmp_path, trees({**STAND, "A1": 3000}))
    assert found == [("more-carbon-than-any-forest", "trees.csv:2")]


def test_a_header_that_names_another_unit_is_refused(tmp_path: Path) -> None:
    wrong = FOREST.replace("{column: dbh_cm, unit: cm}", "{column: dbh_cm, unit: mm}")
    with pytest.raises(MeterFileError, match="dbh_cm"):
        run(tmp_path, forest=wrong)


@pytest.mark.parametrize(
    ("header", "unit"),
    [("dbh_mm", "mm"), ("DBH (cm)", "cm"), ("树高（米）", "m"), ("m", None), ("DIA", None)],
)
def test_a_header_says_its_unit_or_none(header: str, unit: str | None) -> None:
    assert unit_in_header(header) == unit


def test_a_stratum_with_two_plots_is_refused(tmp_path: Path) -> None:
    rows = trees({"A1": 1, "A2": 1, "A3": 1, "B1": 1, "B2": 1})
    assert ("stratum-with-too-few-plots", "") in refused(tmp_path, rows)


def test_a_plot_in_a_stratum_without_area_is_refused(tmp_path: Path) -> None:
    found = refused(tmp_path, trees({**STAND, "C1": 3}))
    assert found == [("plot-in-no-stratum", "trees.csv:53")]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = changed(1, "fir", "oak")
    rows[5] = rows[5].replace(",20,", ",-1,")
    assert {code for code, _ in refused(tmp_path, [*rows, rows[0]])} == {
        "species-without-equation",
        "tree-impossible",
        "tree-counted-twice",
    }


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _header_only(path: Path) -> None:
    path.write_text(HEADER + "\n")


def _short_row(path: Path) -> None:
    path.write_text(HEADER + "\nA1,A,1\n")


def _latin(path: Path) -> None:
    path.write_bytes(HEADER.encode() + b"\nA1,A,1,f\xefr,20,15,1\n")


def _other_columns(path: Path) -> None:
    path.write_text(HEADER.replace("species", "kind") + "\nA1,A,1,fir,20,15,1\n")


def _twice(path: Path) -> None:
    path.write_text(HEADER.replace("h_m", "plot") + "\nA1,A,1,fir,20,15,1\n")


def _broken_zip(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"x" * 40)


def _cut_off(path: Path) -> None:
    path.write_bytes(gzip.compress(HEADER.encode() * 500)[:60])


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (_empty, "file-empty"),
        (_header_only, "header-only"),
        (_short_row, "line-columns"),
        (_latin, "file-encoding"),
        (_other_columns, "columns-missing"),
        (_twice, "column-twice"),
        (_broken_zip, "file-binary"),
        (_cut_off, "file-truncated"),
    ],
)
def test_a_file_that_is_no_table_of_trees_says_why(
    tmp_path: Path, damage: Callable[[Path], None], code: str
) -> None:
    path = tmp_path / "trees.csv"
    damage(path)
    with pytest.raises(MeterFileError) as error:
        inventory([path], forest_file(tmp_path), (), load_cn())
    assert error.value.code == code


# --- measured again -----------------------------------------------------------------------------

PERIOD = """
fire_factors: {comf: 0.45, ef_ch4: 4.7, ef_n2o: 0.26, gwp_ch4: 28, gwp_n2o: 265}
periods:
  - days: {first: 2021-06-04, last: 2026-06-03, applied: 2026-06-04,
           crediting_first: 2021-01-01, crediting_last: 2060-12-31}
    first_verification: no
    fires: [{stratum: B, area_ha: 2, shoot_t_ha: 30}]
"""


def twice(folder: Path, forest: str = FOREST, later: list[str] | None = None) -> Inventory:
    before = written(folder, trees(STAND, cm="20"), "before.csv")
    grown = trees(STAND, cm="24") if later is None else later
    after = written(folder, grown, "after.csv")
    return inventory([before, after], forest_file(folder, forest), (), load_cn())


def test_a_remeasurement_gives_the_change_less_the_deduction_and_the_fire(tmp_path: Path) -> None:
    done = twice(tmp_path, FOREST + PERIOD)
    grown = F(24 * 24, 20 * 20) - 1
    change = TREE_TC_HA * (12 * 120 + 5 * 40) * grown * F(44, 12)
    fire = 2 * 30 * F("0.45") * (F("4.7") * 28 + F("0.26") * 265) / 1000
    part = done.changes[0].change
    assert part.change == change
    assert part.fire == fire
    assert part.credit == change * F("0.94") - fire
    assert done.settled is not None
    assert done.settled.credited == (int(change * F("0.94") - fire),)


def test_the_first_verification_counts_no_fire(tmp_path: Path) -> None:
    forest = (FOREST + PERIOD).replace("first_verification: no", "first_verification: yes")
    assert twice(tmp_path, forest).changes[0].change.fire == 0


def test_a_forest_that_shrank_owes_nothing_less_than_its_loss(tmp_path: Path) -> None:
    done = twice(tmp_path, later=trees(STAND, cm="18"))
    assert done.changes[0].change.credit is not None
    assert done.changes[0].change.credit < done.changes[0].change.change < 0
    assert done.settled is not None
    assert done.settled.credited == (0,)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("first: 2021-06-04", "first: 2021-06-03", "outside-five-years"),
        ("crediting_last: 2060-12-31", "crediting_last: 2026-06-02", "outside-crediting-period"),
        ("applied: 2026-06-04", "applied: 2026-06-03", "period-not-over"),
        ("area_ha: 2,", "area_ha: 41,", "fire-impossible"),
        ("stratum: B, area_ha: 2", "stratum: Z, area_ha: 2", "fire-impossible"),
    ],
)
def test_a_period_or_a_fire_that_cannot_be_is_refused(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    forest = FOREST + PERIOD
    assert old in forest
    with pytest.raises(ForestError) as error:
        twice(tmp_path, forest.replace(old, new))
    assert code in [one.code for one in error.value.findings]


def test_other_plots_are_no_remeasurement_until_the_stocks_are_taken_apart(tmp_path: Path) -> None:
    later = trees({**STAND, "B4": 5}, cm="24")
    with pytest.raises(ForestError) as error:
        twice(tmp_path, later=later)
    assert [one.code for one in error.value.findings] == ["plots-not-the-same"]
    apart = twice(tmp_path, FOREST + "change: apart\n", later)
    before, after = (one.stock.total_tco2 for one in apart.measured)
    assert apart.changes[0].change.change == after - before


def test_what_no_tree_does_between_two_measurements_is_told(tmp_path: Path) -> None:
    later = trees(STAND, cm="24")
    later[0] = later[0].replace(",24,", ",19,")
    found = {one.code: one.place for one in twice(tmp_path, later=later).findings}
    assert found["tree-shrank"] == "after.csv:2"


def test_more_trees_are_never_less_carbon(tmp_path: Path) -> None:
    fewer = run(tmp_path).measured[0].stock.estimate.total
    more = run(tmp_path, trees({**STAND, "A1": 11})).measured[0].stock.estimate.total
    assert more > fewer
