"""Runs chosen tests of a copy of the project, again and again, each time in a fresh child process.

The parent has imported what is not ours and forgotten what is: a child begins with the libraries in
place, and reads our code as it stands at that moment. Started by test_faults.py; asked by lines of
JSON on stdin, the arguments of one pytest run; answers by lines of JSON: the exit code, the tests
that failed, and the end of what was said.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

NOT_LOADED = 70  # no code of pytest's


class Failed:
    """A plugin that notes which tests fail."""

    def __init__(self) -> None:
        self.tests: list[str] = []

    def pytest_runtest_logreport(self, report) -> None:  # type: ignore[no-untyped-def]
        if report.failed:
            self.tests.append(report.nodeid)


def forget_ours() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "openccer"]:
        del sys.modules[name]


def child(folder: Path, chosen: list[str], said: int) -> tuple[int, list[str]]:
    """In the child: load, so that a fault is caught by a test and not by a syntax error; test."""
    for stream in (1, 2):
        os.dup2(said, stream)
    sys.dont_write_bytecode = True  # of a planted fault nothing is kept
    try:
        facade = importlib.import_module("openccer.app.facade")
        assert Path(str(facade.__file__)).is_relative_to(folder), "the copy is not what is tested"
        importlib.import_module("openccer.rulebook.load").load_cn()
    except BaseException:
        traceback.print_exc()
        return NOT_LOADED, []
    import pytest

    quick, failed = ["-q", "-m", "not slow", "-p", "no:cacheprovider", "--no-header"], Failed()
    return int(pytest.main([*quick, *chosen], plugins=[failed])), failed.tests


def answer(folder: Path, chosen: list[str]) -> tuple[int, list[str], str]:
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as failed:
        pid = os.fork()
        if pid == 0:
            code, tests = child(folder, chosen, said.fileno())
            json.dump(tests, failed)
            for stream in (sys.stdout, sys.stderr, failed):
                stream.flush()
            os._exit(code)
        _, status = os.waitpid(pid, 0)
        for file in (said, failed):
            file.seek(0)
        tests = json.loads(failed.read() or "[]")
        return os.waitstatus_to_exitcode(status), tests, said.read()[-500:]


def main(folder: Path) -> None:
    os.chdir(folder)
    sys.path.insert(0, str(folder / "src"))
    for name in ("pytest", "hypothesis.stateful", "openccer.cli.main"):
        importlib.import_module(name)
    forget_ours()
    for line in sys.stdin:
        print(json.dumps(answer(folder, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
