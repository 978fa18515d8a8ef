"""Break it on purpose: each fault of faults.yaml, alone in a copy, must make its tests fail.

First the same tests are green on the untouched copy; and a broken copy must still import and load
the rulebook, so that a fault is caught by a test and not by a syntax error.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FAULTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8")
)
GREEN, RED = 0, 1  # pytest: all passed, some failed; anything else is trouble of another kind
LOADS = "import openccer.app.facade; from openccer.rulebook.load import load_cn; load_cn()"


def copy_to(folder: Path) -> Path:
    """The code and its tests, without what other runs left behind."""
    litter = shutil.ignore_patterns("__pycache__", ".hypothesis", "*.db")
    for name in ("src", "tests", "tools", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=litter)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def python(folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """Run Python on the copy and on nothing else."""
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    env = inherited | {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *given], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def pytest_on(folder: Path, chosen: list[str]) -> subprocess.CompletedProcess[str]:
    quick = ("-x", "-q", "-m", "not slow", "-p", "no:cacheprovider", "--no-header")
    return python(folder, "-m", "pytest", *quick, *chosen)


def what_went_wrong(folder: Path, fault: dict[str, Any]) -> str:
    """Empty when the fault was caught as it should be."""
    path = folder / "src" / "openccer" / fault["file"]
    before = path.read_text(encoding="utf-8")
    if before.count(fault["old"]) != 1:
        return f"{fault['why']}: the old text stands {before.count(fault['old'])} times"
    path.write_text(before.replace(fault["old"], fault["new"]), encoding="utf-8")
    try:
        loaded = python(folder, "-c", LOADS)
        if loaded.returncode:
            return f"{fault['why']}: it does not even load: {loaded.stderr[-300:]}"
        answer = pytest_on(folder, fault["tests"])
    finally:
        path.write_text(before, encoding="utf-8")
    if answer.returncode == GREEN:
        return f"{fault['why']}: no test noticed"
    if answer.returncode != RED:
        return f"{fault['why']}: pytest ended with {answer.returncode}: {answer.stdout[-300:]}"
    return ""


def one_copy(folder: Path, faults: list[dict[str, Any]]) -> list[str]:
    return [wrong for fault in faults if (wrong := what_went_wrong(folder, fault))]


def distinct(faults: list[dict[str, Any]]) -> list[list[str]]:
    """Each choice of tests once."""
    return [list(chosen) for chosen in dict.fromkeys(tuple(fault["tests"]) for fault in faults)]


def test_the_list_of_faults_is_well_formed() -> None:
    assert len(FAULTS) >= 20
    assert all(set(fault) == {"why", "file", "old", "new", "tests"} for fault in FAULTS)
    assert len({fault["why"] for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["why"])
def test_the_place_of_every_fault_is_still_there(fault: dict[str, Any]) -> None:
    """A fault whose place has moved would be a fault that is no longer planted."""
    text = (ROOT / "src" / "openccer" / fault["file"]).read_text(encoding="utf-8")
    assert text.count(fault["old"]) == 1
    assert fault["old"] != fault["new"]


@pytest.mark.slow
def test_every_planted_fault_is_caught(tmp_path: Path) -> None:
    copies = [copy_to(tmp_path / name) for name in ("one", "two")]
    for place in (0, 1):
        where = python(copies[place], "-c", "import openccer; print(openccer.__file__)").stdout
        assert where.startswith(str(copies[place])), "the copy is not what is tested"
    with ThreadPoolExecutor(2) as pool:
        green = pool.map(lambda chosen: pytest_on(copies[0], chosen), distinct(FAULTS))
        for chosen, answer in zip(distinct(FAULTS), green, strict=True):
            assert answer.returncode == GREEN, f"not green before: {chosen}: {answer.stdout[-500:]}"
        halves = [pool.submit(one_copy, copies[n], FAULTS[n::2]) for n in (0, 1)]
        assert [wrong for half in halves for wrong in half.result()] == []
