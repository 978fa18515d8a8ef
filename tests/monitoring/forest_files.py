"""A small project of two strata and its trees, as files a test may damage."""

from pathlib import Path

HEADER = "plot,stratum,tree,species,dbh_cm,h_m,status"

FOREST = """\
title: {zh: 示例林场, en: Example forest}
trees:
  plot: plot
  stratum: stratum
  tree: tree
  species: species
  dbh: {column: dbh_cm, unit: cm}
  height: {column: h_m, unit: m}
  alive: {column: status, values: ["1"]}
plots: {area_m2: 600}
strata:
  - {name: A, area_ha: 120}
  - {name: B, area_ha: 40}
species:
  - names: [fir, 杉木]
    cf: 0.5
    equation: {form: "a D^b", gives: kg, a: 0.5, b: 2, r: 0.25, least_cm: 5, most_cm: 40,
               source: made for the test, known: U}
"""
# A tree of D cm is 0.5 x D^2 x 1.25 kg; a plot of 600 m2 is 1/0.06 of a hectare; half is carbon.
PER_TREE_OF_20CM = "250 * 0.5 / 1000 / 0.06"


def trees(counts: dict[str, int], *, cm: str = "20", h: str = "15") -> list[str]:
    """Rows of so many equal trees for each plot; the stratum is the first letter of the plot."""
    return [
        f"{plot},{plot[0]},{at},fir,{cm},{h},1"
        for plot, count in counts.items()
        for at in range(1, count + 1)
    ]


STAND = {"A1": 10, "A2": 12, "A3": 14, "B1": 4, "B2": 5, "B3": 6}


def written(folder: Path, rows: list[str], name: str = "trees.csv", header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def forest_file(folder: Path, text: str = FOREST) -> Path:
    path = folder / "forest.yaml"
    path.write_text(text, encoding="utf-8")
    return path
