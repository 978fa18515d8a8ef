"""The signing keys of the logs: made once, whole or not at all."""

from pathlib import Path

import pytest

from openccer.app.proofs import signers
from openccer.store.sqlite import StoreTrouble


def counting(size: int) -> bytes:
    return bytes(range(size))


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = signers(tmp_path / "keys", counting)
    again = signers(tmp_path / "keys", lambda size: bytes(size))
    assert {log: key.vkey for log, key in first.items()} == {
        log: key.vkey for log, key in again.items()
    }
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize("content", ["", "00", "zz" * 32])
def test_a_damaged_key_is_trouble_and_is_not_replaced(tmp_path: Path, content: str) -> None:
    signers(tmp_path, counting)
    (tmp_path / "registry.seed").write_text(content)
    with pytest.raises(StoreTrouble, match="no signing key"):
        signers(tmp_path, counting)
    assert (tmp_path / "registry.seed").read_text() == content


def test_a_key_half_written_is_made_anew(tmp_path: Path) -> None:
    tmp_path.joinpath("registry.new").write_text("00")
    assert signers(tmp_path, counting)["registry"].seed == counting(32)
