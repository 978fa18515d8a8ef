"""The logs published as files, and checked from the files alone."""

import subprocess
import sys

import pytest

from cli.test_contract import VERIFY, answer, demo, run  # noqa: F401  (demo is the fixture)


@pytest.fixture
def published(demo, tmp_path):  # noqa: F811
    """The folder, the keys as options, and what was said."""
    db = ("--db", demo["database"])
    keys = answer("log", "checkpoint", *db)["keys"]
    said = answer("log", "publish", *db, "--out", tmp_path / "www")
    options = [part for log, key in keys.items() for part in ("--key", f"{log}={key}")]
    return tmp_path / "www", options, said


def test_the_published_logs_are_checked_from_the_files_alone(demo, published):  # noqa: F811
    folder, keys, said = published
    found = answer("log", "check-tiles", folder, *keys)
    assert found["ok"] is True
    assert {log: one["size"] for log, one in found["logs"].items()} == {
        log: one["size"] for log, one in said["logs"].items()
    }
    again = answer("log", "publish", "--db", demo["database"], "--out", folder)
    assert {one["written"] for one in again["logs"].values()} == {0}


def test_the_stand_alone_checker_reads_the_same_files(published):
    folder, keys, _ = published
    key = next(key for key in keys if key.startswith("registry="))
    line = [sys.executable, "-I", str(VERIFY), "--tiles", str(folder / "registry"), "--key", key]
    assert subprocess.run(line, capture_output=True, check=False).returncode == 0
    old = [*line, "--earlier", str(folder / "registry" / "checkpoint")]
    assert subprocess.run(old, capture_output=True, check=False).returncode == 0
    none = [*line[:-3], str(folder / "nowhere"), *line[-2:]]
    assert subprocess.run(none, capture_output=True, check=False).returncode == 2


def test_a_changed_file_is_refused_and_publishing_over_it_is_trouble(demo, published):  # noqa: F811
    folder, keys, _ = published
    tile = next((folder / "exchange" / "tile" / "0").rglob("000.p/*"))
    tile.write_bytes(bytes(len(tile.read_bytes())))
    found = answer("log", "check-tiles", folder, *keys, code=1)
    assert found["logs"]["registry"]["ok"] is True
    assert "tile/0" in found["logs"]["exchange"]["error"]["en"]
    shown = answer("log", "publish", "--db", demo["database"], "--out", folder, code=3)
    assert "differs" in shown["error"]["message"]["en"]


def test_what_is_missing_or_mistyped_is_said(published, tmp_path):
    folder, keys, _ = published
    assert run("log", "check-tiles", folder).exit_code == 2
    assert run("log", "check-tiles", folder, *keys[:2]).exit_code == 2
    assert run("log", "check-tiles", tmp_path / "nowhere", *keys).exit_code == 2
    assert run("log", "check-tiles", folder, *keys, "--earlier", "registry").exit_code == 2
    assert run("log", "check-tiles", folder, *keys, "--earlier", "registry=none").exit_code == 2
    kept = f"registry={folder / 'exchange' / 'checkpoint'}"
    assert run("log", "check-tiles", folder, *keys, "--earlier", kept).exit_code == 1
