"""The numbers of the house style, read from the code itself, so that they cannot go stale.

Import directions are kept by import-linter; this file counts lines, names calls and looks at tags.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from openccer.app import acts

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "openccer"
MODULES = sorted(SRC.rglob("*.py"))
PURE = ("kernel", "policy", "rulebook", "ledger", "mandate", "mrv", "registry", "market")
BELOW_APP = (*PURE, "compliance", "proof", "monitoring", "store")

MAX_FUNCTION, MAX_FILE = 50, 400

CLOCKS = frozenset({"now", "today", "utcnow"})
DICE = frozenset({"uuid1", "uuid4", "random", "randint", "choice", "shuffle"})
FORBIDDEN_CALLS = CLOCKS | DICE | {"round", "float", "print", "eval", "exec"}
FORBIDDEN_MODULES = frozenset({"random", "secrets", "uuid"})

# What stands on purpose, one line each, with its reason. The list may only get shorter.
ALLOWED_CALLS: frozenset[tuple[str, str]] = frozenset()


def name_of(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def below_app() -> list[Path]:
    return [path for path in MODULES if path.relative_to(SRC).parts[0] in BELOW_APP]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def is_table(path: Path) -> bool:
    """Methodologies, and files that are one table of data, may be longer."""
    return "methodologies" in path.parts or path.name in ("messages.py", "errors.py")


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_fit_on_a_screen(path: Path) -> None:
    long = [
        f"{node.name}: {length(node)} lines"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) >= MAX_FUNCTION
    ]
    assert not long or is_table(path)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_are_no_longer_than_four_hundred_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE or is_table(path)


def calls(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", "")), node.lineno


@pytest.mark.parametrize("path", below_app(), ids=name_of)
def test_below_the_door_there_is_no_clock_no_dice_no_rounding_and_no_float(path: Path) -> None:
    found = {
        f"{name} in line {line}"
        for name, line in calls(path)
        if name in FORBIDDEN_CALLS and (name_of(path), name) not in ALLOWED_CALLS
    }
    assert not found


@pytest.mark.parametrize("path", below_app(), ids=name_of)
def test_below_the_door_there_is_no_number_with_a_binary_point(path: Path) -> None:
    """A float may still be named, where one is refused; none is written."""
    floats = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert not floats


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert all(alias.name != "*" for alias in node.names), "imports are explicit"
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_are_absolute_and_explicit(path: Path) -> None:
    assert all(imported(path)) or not list(imported(path))


@pytest.mark.parametrize("path", below_app(), ids=name_of)
def test_below_the_door_nothing_imports_chance(path: Path) -> None:
    assert not FORBIDDEN_MODULES & set(imported(path))


def test_a_jurisdiction_is_data_only() -> None:
    assert not list((SRC / "jurisdictions").rglob("*.py"))
    assert list((SRC / "jurisdictions").rglob("*.yaml"))


PACKAGES = sorted(
    {path.parent for path in MODULES if "jurisdictions" not in path.parts} - {SRC}, key=name_of
)


@pytest.mark.parametrize("folder", PACKAGES, ids=name_of)
def test_every_package_has_a_map_and_no_code_in_it(folder: Path) -> None:
    body = tree(folder / "__init__.py").body
    assert len(body) == 1, "a docstring and nothing else"
    assert len(ast.get_docstring(tree(folder / "__init__.py")) or "") > 10


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_trouble_is_never_swallowed(path: Path) -> None:
    """No bare `except`, and no `except Exception` whose body is only `pass`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            broad = getattr(node.type, "id", "") in ("Exception", "BaseException")
            assert not (broad and isinstance(node.body[0], ast.Pass))


# --- acts and events ----------------------------------------------------------------------------

TAG = re.compile(r"[a-z]+(-[a-z]+)*/[1-9][0-9]*")
TAGGED: list[type] = [*get_args(acts.Act), *get_args(acts.Event)]


@pytest.mark.parametrize("kind", TAGGED, ids=lambda kind: kind.__name__)
def test_every_act_and_event_is_a_frozen_record_with_a_tag(kind: type) -> None:
    assert TAG.fullmatch(kind.TAG)  # type: ignore[attr-defined]
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert hasattr(kind, "__slots__")
    words = "-".join(re.findall("[A-Z][a-z]*", kind.__name__)).lower()
    assert kind.TAG.split("/")[0] == words, "a tag is the name"  # type: ignore[attr-defined]


def test_tags_are_unique() -> None:
    tags = [kind.TAG for kind in TAGGED]  # type: ignore[attr-defined]
    assert len(tags) == len(set(tags))


def test_every_act_has_a_line_in_the_table_of_acts_and_someone_to_answer_it() -> None:
    assert set(acts.KIND_OF) == set(get_args(acts.Act))
    assert set(acts._ANSWER_OF) == set(get_args(acts.Act))
    assert set(acts._FOLD_OF) == set(get_args(acts.Event))


def test_partners_name_each_other_with_the_same_terms() -> None:
    for kind in acts.KINDS:
        if kind.partner is not None:
            other = acts.KIND_OF[kind.partner]
            assert other.partner is kind.act
            assert other.terms == kind.terms
            assert set(kind.logs).isdisjoint(other.logs)


# --- what must not be written down --------------------------------------------------------------

MACHINE_PATH = re.compile(r"(?<![\w./:~-])/(?:work|root|tmp|home|mnt|opt|Users)(?:/|\b)")
TEXTS = ("*.py", "*.md", "*.yaml", "*.toml", "*.html", "*.css", "*.svg", "*.json", "*.txt")


def texts() -> list[Path]:
    folders = [ROOT / name for name in ("src", "docs", "tools", "bench")]
    inside = [path for folder in folders for kind in TEXTS for path in folder.rglob(kind)]
    return sorted({*inside, *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"})


def test_no_path_of_anyones_machine_is_written_down() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in texts()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert not found
