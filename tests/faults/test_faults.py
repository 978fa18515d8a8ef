"""Break it on purpose: each fault of faults.yaml, alone in a copy, must make its tests fail.

A broken copy must still import and load the rulebook, so that a fault is caught by a test and not
by a syntax error. And each test that caught one must pass on the copy when it is whole again.
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


def copy_to(folder: Path) -> Path:
    """The code and its tests, with their bytecode, without what other runs left behind."""
    litter = shutil.ignore_patterns(".hypothesis", "*.db")
    for name in ("src", "tests", "tools", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=litter)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


class Copy:
    """A copy of the code and its tests, and the process that tests it as it stands."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_to(folder)
        inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
        self._warm = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "warm.py"), str(self.folder)],
            env=inherited | {"HYPOTHESIS_PROFILE": "fixed"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def test(self, chosen: list[str]) -> tuple[int, list[str], str]:
        """The exit code of pytest on these tests, those that failed, the end of what it said."""
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        self._warm.stdin.write(json.dumps(chosen) + "\n")
        self._warm.stdin.flush()
        code, failed, said = json.loads(self._warm.stdout.readline())
        return code, failed, said

    def close(self) -> None:
        assert self._warm.stdin is not None
        self._warm.stdin.close()
        self._warm.wait()


def caught_by(copy: Copy, fault: dict[str, Any]) -> tuple[list[str], str]:
    """The test that fails with this fault in place; or what went wrong."""
    path = copy.folder / "src" / "openccer" / fault["file"]
    before = path.read_text(encoding="utf-8")
    if before.count(fault["old"]) != 1:
        return [], f"{fault['why']}: the old text stands {before.count(fault['old'])} times"
    path.write_text(before.replace(fault["old"], fault["new"]), encoding="utf-8")
    try:
        code, failed, said = copy.test(["-x", *fault["tests"]])
    finally:
        path.write_text(before, encoding="utf-8")
    if code == GREEN:
        return [], f"{fault['why']}: no test noticed"
    if code == NOT_LOADED:
        return [], f"{fault['why']}: it does not even load: {said}"
    if code != RED:
        return [], f"{fault['why']}: pytest ended with {code}: {said}"
    return failed, ""


def one_copy(copy: Copy, faults: list[dict[str, Any]]) -> list[str]:
    """What went wrong in this half: a fault that was not caught, or a test that always fails."""
    answers = [caught_by(copy, fault) for fault in faults]
    tests = sorted({test for failed, _ in answers for test in failed})
    code, failed, said = copy.test(tests)
    always = [f"it fails without a fault, too: {test}" for test in failed]
    unasked = [] if code in (GREEN, RED) else [f"the whole copy: {code}: {said}"]
    return [*(wrong for _, wrong in answers if wrong), *always, *unasked]


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
            halves = [pool.submit(one_copy, copies[n], FAULTS[n::2]) for n in (0, 1)]
            assert [wrong for half in halves for wrong in half.result()] == []
    finally:
        for copy in copies:
            copy.close()
