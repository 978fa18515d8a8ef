"""A certificate as a file and as a QR code: what both checkers take from it with the key alone."""

import json
import subprocess
import sys
from hashlib import sha256

import pytest

from openccer.kernel import canonical
from openccer.proof import certificate
from openccer.proof.bundle import CertifiedBlock, certificate_from
from openccer.proof.note import Checkpoint
from openccer.proof.statement import (
    BATCH,
    SERIAL,
    batch_values,
    certificate_values,
    qr_text,
    serial_values,
    sign_statement,
)
from openccer.proof.strict import Wrong
from proof.papers import NOTE, PAPER, QR, by_hand, judged, paper, scanned
from proof.world import BATCH as ISSUE
from proof.world import GOOD, KEYS, ROOT, SIGNERS, Draft

NOW = Checkpoint(origin="registry.example/log", size=7, root=bytes(32))


def test_a_certificate_is_good_by_both_checkers_with_the_key_alone():
    found = judged(PAPER, {"registry": KEYS["registry"]})
    assert found.ok
    assert [step.name for step in found.steps][-1] == "statement"
    assert len(found.steps) == 11


def test_a_bundle_is_still_judged_by_its_ten_steps():
    assert len(judged(GOOD, KEYS).steps) == 10


def test_a_statement_says_what_the_event_says():
    # Worked by hand from tests/proof/world.py: entry 5 of 7 surrenders serials 1 to 4 of steel.
    lines = NOTE.split("\n")
    assert lines[:9] == [
        *("openccer-certificate/1", "registry.example/log", "S-0001", "surrender", "steel"),
        *(f"{ISSUE}:1-4", "4", "surrender:", "2026-05-06"),
    ]
    assert lines[9:11] == ["5", "7"]


def test_a_qr_text_is_one_line_of_ascii_that_says_the_same():
    assert QR.isascii()
    assert "\n" not in QR
    found = scanned(QR)
    assert found is not None
    assert found.fields["tonnes"] == "4"
    assert found.fields["account"] == "steel"


def test_a_serial_and_a_batch_have_a_qr_text_too():
    buckets = {"held": 1, "exchange": 3, "reserved": 0, "frozen": 0, "cancelled": 6}
    for kind, values in (
        (SERIAL, serial_values(f"{ISSUE}:000000001", "steel", "cancelled", NOW)),
        (BATCH, batch_values(ISSUE, 10, buckets, NOW)),
    ):
        found = scanned(qr_text(sign_statement(SIGNERS["registry"], kind, values)))
        assert found is not None
        assert (found.kind, dict(found.fields)) == (kind, values)


def surrender_of(**changes):
    draft = Draft()
    event = draft.event("registry", 5)
    event.update(changes)
    entry = canonical.to_bytes(draft.entries["registry"][5])
    return certificate_from(entry, "S-0001"), event


def test_a_purpose_and_a_beneficiary_stand_in_ascii():
    said, event = surrender_of(purpose="public_good", beneficiary="示例活动 A:1")
    values = certificate_values(said, event, NOW)
    assert values["purpose"] == "public_good:%E7%A4%BA%E4%BE%8B%E6%B4%BB%E5%8A%A8%20A%3A1"


@pytest.mark.parametrize(("length", "stands"), [(400, True), (401, False)])
def test_a_field_longer_than_a_qr_code_bears_stands_as_its_digest(length, stands):
    said, event = surrender_of(beneficiary="x" * (length - len("surrender:")))
    whole = "surrender:" + "x" * (length - len("surrender:"))
    digest = "sha256:" + sha256(whole.encode()).hexdigest()
    assert certificate_values(said, event, NOW)["purpose"] == (whole if stands else digest)


def test_many_blocks_stand_as_their_digest_and_the_checkers_agree():
    blocks = [{"batch": ISSUE, "first": n, "last": n} for n in range(1, 5)]

    def widen(draft: Draft) -> Draft:
        for number in range(2, 40):
            issued = draft.entries["registry"][2]["events"]
            issued.append(json.loads(json.dumps(issued[0]).replace(ISSUE, f"{ISSUE[:-1]}{number}")))
        return draft

    draft = widen(Draft())
    event = draft.event("registry", 5)
    event["blocks"] = blocks + [
        {"batch": f"{ISSUE[:-1]}{number}", "first": 1, "last": 1} for number in range(2, 40)
    ]
    event["tonnes"] = 42
    event["movements"] = [
        {
            "debit": {"account": "steel", "bucket": "held"},
            "credit": {"account": "steel", "bucket": "cancelled"},
            "block": block,
            "why": "test",
        }
        for block in event["blocks"]
    ]
    raw = paper(draft)
    assert judged(raw).ok
    assert json.loads(raw)["statement"].split("\n")[5].startswith("sha256:")


def test_nothing_is_written_that_does_not_fit_together():
    other = by_hand(NOTE, GOOD)
    with pytest.raises(Wrong):
        certificate.build(NOTE.replace("steel", "wind"), other)


def test_a_joined_block_is_named_as_the_event_names_it():
    said, _ = surrender_of()
    assert said.blocks == (CertifiedBlock(batch=ISSUE, first=1, last=4),)


def command(*given: str) -> tuple[int, str]:
    line = [sys.executable, "-I", str(ROOT / "tools/verify.py"), *given]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_the_stand_alone_command_checks_a_file_and_a_qr_text(tmp_path):
    path, key = tmp_path / "cert.json", f"registry={KEYS['registry']}"
    path.write_bytes(PAPER)
    assert command(str(path), "--key", key)[0] == 0
    code, said = command("--qr", QR, "--key", key)
    assert code == 0
    assert "S-0001" in said
    code, said = command("--qr", QR.replace("steel", "wind"), "--key", key)
    assert code == 1
    assert "不成立" in said
    assert json.loads(command("--qr", QR, "--key", key, "--json")[1])["ok"] is True


def test_the_stand_alone_command_says_what_is_mistyped(tmp_path):
    key = f"registry={KEYS['registry']}"
    assert command()[0] == 2
    assert command("--qr", QR)[0] == 2
    assert command("a", "--qr", QR, "--key", key)[0] == 2
    assert command(str(tmp_path / "none"), "--key", key)[0] == 2
