"""Runs chosen tests of a copy of the project, again and again, each time in a fresh child process.

The parent has imported what is not ours and forgotten what is: a child begins with the libraries in
place, and reads our code as it stands at that moment. Started by test_faults.py; asked by lines of
JSON on stdin, the arguments of one pytest run and whether its bytecode may be kept; answers by
lines of JSON, code and output. Bytecode of a planted fault is never kept.
"""

import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

NOT_LOADED = 70  # no code of pytest's


def forget_ours() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "openccer"]:
        del sys.modules[name]


def child(folder: Path, chosen: list[str], keep: bool, said: int) -> int:
    """In the child: load, so that a fault is caught by a test and not by a syntax error; test."""
    for stream in (1, 2):
        os.dup2(said, stream)
    sys.dont_write_bytecode = not keep
    try:
        facade = importlib.import_module("openccer.app.facade")
        assert Path(str(facade.__file__)).is_relative_to(folder), "the copy is not what is tested"
        importlib.import_module("openccer.rulebook.load").load_cn()
    except BaseException:
        traceback.print_exc()
        return NOT_LOADED
    import pytest

    quick = ["-x", "-q", "-m", "not slow", "-p", "no:cacheprovider", "--no-header"]
    return int(pytest.main([*quick, *chosen]))


def answer(folder: Path, chosen: list[str], keep: bool) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        pid = os.fork()
        if pid == 0:
            code = child(folder, chosen, keep, said.fileno())
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(code)
        _, status = os.waitpid(pid, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read()[-500:]


def main(folder: Path) -> None:
    os.chdir(folder)
    sys.path.insert(0, str(folder / "src"))
    for name in ("pytest", "hypothesis.stateful", "openccer.cli.main"):
        importlib.import_module(name)
    forget_ours()
    for line in sys.stdin:
        print(json.dumps(answer(folder, *json.loads(line))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
