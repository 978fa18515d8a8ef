"""Break it on purpose: each fault of faults.yaml, alone in a copy, must make its tests fail.

First the same tests are green on the untouched copy; and a broken copy must still import and load
the rulebook, so that a fault is caught by a test and not by a syntax error.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from warm import NOT_LOADED

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


class Copy:
    """A copy of the code and its tests, and the process that tests it as it stands."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_to(folder)
        self._warm = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "warm.py"), str(self.folder)],
            env={name: value for name, value in os.environ.items() if "PYTEST" not in name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def test(self, chosen: list[str], keep: bool = False) -> tuple[int, str]:
        """The exit code of pytest on these tests, and the end of what it said.

        `keep` the bytecode, of a copy that is as it was, for later runs.
        """
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        self._warm.stdin.write(json.dumps([chosen, keep]) + "\n")
        self._warm.stdin.flush()
        code, said = json.loads(self._warm.stdout.readline())
        return code, said

    def close(self) -> None:
        assert self._warm.stdin is not None
        self._warm.stdin.close()
        self._warm.wait()


def what_went_wrong(copy: Copy, fault: dict[str, Any]) -> str:
    """Empty when the fault was caught as it should be."""
    path = copy.folder / "src" / "openccer" / fault["file"]
    before = path.read_text(encoding="utf-8")
    if before.count(fault["old"]) != 1:
        return f"{fault['why']}: the old text stands {before.count(fault['old'])} times"
    path.write_text(before.replace(fault["old"], fault["new"]), encoding="utf-8")
    try:
        code, said = copy.test(fault["tests"])
    finally:
        path.write_text(before, encoding="utf-8")
    if code == GREEN:
        return f"{fault['why']}: no test noticed"
    if code == NOT_LOADED:
        return f"{fault['why']}: it does not even load: {said}"
    if code != RED:
        return f"{fault['why']}: pytest ended with {code}: {said}"
    return ""


def one_copy(copy: Copy, green: list[list[str]], faults: list[dict[str, Any]]) -> list[str]:
    """What went wrong in this half: not green before, or a fault that was not caught."""
    answers = [(chosen, *copy.test(chosen, keep=True)) for chosen in green]
    red = [f"not green before: {chosen}: {said}" for chosen, code, said in answers if code != GREEN]
    return red or [wrong for fault in faults if (wrong := what_went_wrong(copy, fault))]


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
    copies = [Copy(tmp_path / name) for name in ("one", "two")]
    try:
        with ThreadPoolExecutor(2) as pool:
            halves = [
                pool.submit(one_copy, copies[n], distinct(FAULTS)[n::2], FAULTS[n::2])
                for n in (0, 1)
            ]
            assert [wrong for half in halves for wrong in half.result()] == []
    finally:
        for copy in copies:
            copy.close()
