"""Trees measured twice: those that shrank, changed species or rose from the dead are told."""

from collections.abc import Iterator, Sequence

from openccer.mrv.case_model import Finding
from openccer.mrv.exact import shown
from openccer.mrv.forest import Plot, Tree
from openccer.rulebook.model import Title


def odd_growth(before: Sequence[Plot], after: Sequence[Plot]) -> list[Finding]:
    """What no tree does between two measurements. It changes no number."""
    early = {(plot.id, tree.id): tree for plot in before for tree in plot.trees}
    found: list[Finding] = []
    for plot in after:
        for tree in plot.trees:
            old = early.get((plot.id, tree.id))
            name = Title(f"样地 {plot.id} 林木 {tree.id}", f"plot {plot.id}, tree {tree.id}")
            for code, said in _odd(old, tree) if old else ():
                found.append(
                    Finding(code, f"{name.zh}：{said.zh}", f"{name.en}: {said.en}", tree.place)
                )
    return found


def _odd(old: Tree, tree: Tree) -> Iterator[tuple[str, Title]]:
    if tree.alive and not old.alive:
        yield "tree-back-from-the-dead", Title("上次已死，此次存活", "dead before and alive now")
    if old.species != tree.species:
        pair = f"{old.species} → {tree.species}"
        yield "tree-of-another-species", Title(f"树种变化 {pair}", f"another species: {pair}")
    if tree.alive and old.alive and tree.dbh_cm < old.dbh_cm:
        pair = f"{shown(old.dbh_cm):f} → {shown(tree.dbh_cm):f} cm"
        yield "tree-shrank", Title(f"胸径变小 {pair}", f"its diameter shrank: {pair}")
