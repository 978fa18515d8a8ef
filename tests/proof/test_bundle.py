"""A good bundle is good for both verifiers; what `build` is given wrong, it refuses to write."""

import json
import subprocess
import sys

import pytest

from openccer.kernel import canonical, merkle
from openccer.proof import bundle
from openccer.proof.check import STEPS, check
from openccer.proof.strict import MAX_BYTES, Wrong
from proof.world import BATCH, GOOD, KEYS, PARTIAL, ROOT, Draft, drafted, verdicts


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", str(ROOT / "tools/verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("raw", [GOOD, PARTIAL], ids=["complete", "partial"])
@pytest.mark.parametrize("keys", [None, KEYS], ids=["no-keys", "keys"])
def test_a_good_bundle_passes_all_ten_steps(raw, keys):
    ours, _ = verdicts(raw, keys)
    assert [(step.name, step.ok) for step in ours.steps] == [(name, True) for name in STEPS]
    assert ours.ok


def test_the_summary_says_where_every_credit_is():
    # By hand: 10 issued; 8 to the exchange, 5 of them delivered, 4 of these surrendered.
    _, theirs = verdicts(GOOD)
    expected = {
        "issued": 10,
        "held": 2 + 1,
        "exchange": 3,
        "reserved": 0,
        "frozen": 0,
        "cancelled": 4,
    }
    assert theirs["summary"]["batches"] == {BATCH: expected}


def test_a_partial_bundle_claims_no_totals():
    ours, _ = verdicts(PARTIAL)
    assert ours.summary["batches"] == {}


def test_without_trusted_keys_the_verdict_asks_to_compare_them():
    ours, theirs = verdicts(GOOD)
    for detail in (ours.steps[1].detail_en, theirs["steps"][1]["detail"]["en"]):
        assert "compare the key" in detail
        assert KEYS["registry"] in detail


@pytest.mark.parametrize("name", ["registry", "exchange"])
def test_one_log_alone_can_be_exported(name):
    raw = bundle.build(logs=[Draft().source(name)])
    ours, _ = verdicts(raw, {name: KEYS[name]})
    assert ours.ok


def test_an_empty_log_can_be_exported():
    draft = Draft()
    draft.entries["exchange"] = []
    raw = bundle.build(logs=[draft.source("exchange")])
    assert verdicts(raw)[0].ok


def test_a_trusted_key_for_an_absent_log_is_a_failure():
    raw = bundle.build(logs=[Draft().source("registry")])
    assert verdicts(raw, KEYS)[0].failed == ("signatures",)


@pytest.mark.parametrize("keep", [{0}, {6}, {0, 3, 6}, set()])
@pytest.mark.parametrize("old", [0, 1, 2, 3, 4, 5, 6])
def test_every_earlier_size_and_choice_of_entries_is_provable(keep, old):
    draft = Draft()
    draft.keep["registry"], draft.earlier["registry"] = keep, old
    draft.certificate, draft.evidence = None, []
    assert verdicts(draft.bundle())[0].ok


def test_build_refuses_evidence_nobody_refers_to():
    with pytest.raises(bundle.BadBundle, match="no entry shown refers"):
        drafted(lambda draft: draft.evidence.append("something else"))


def test_build_refuses_a_checkpoint_of_another_log():
    draft = Draft()
    source = draft.source("registry")
    draft.entries["registry"].pop()
    shorter = draft.source("registry")
    mixed = bundle.LogSource(
        name="registry",
        key=source.key,
        checkpoint=source.checkpoint,
        tree=shorter.tree,
        entries=shorter.entries,
    )
    with pytest.raises(bundle.BadBundle, match="not of these leaves"):
        bundle.build(logs=[mixed])


def test_build_refuses_an_unknown_certificate_number():
    with pytest.raises(bundle.BadBundle, match="no certificate"):
        bundle.certificate_from(canonical.to_bytes(Draft().entries["registry"][5]), "S-0002")


def test_what_is_read_is_what_was_built():
    read = bundle.read(GOOD)
    assert [log.name for log in read.logs] == ["registry", "exchange"]
    assert read.certificate is not None
    assert read.certificate.blocks == (bundle.CertifiedBlock(batch=BATCH, first=1, last=4),)
    assert [e.name for e in read.evidence] == ["report.json"]
    leaves = [merkle.leaf_hash(e.entry) for e in read.logs[0].entries]
    assert merkle.root(leaves).hex() == check(GOOD).summary["registry"]["root"]


def test_a_file_over_the_limit_is_refused_unread():
    with pytest.raises(Wrong, match="256 MiB"):
        bundle.read(b" " * (MAX_BYTES + 1))


def test_the_command_prints_ten_lines_and_a_verdict(tmp_path):
    path = tmp_path / "proof.json"
    path.write_bytes(GOOD)
    keys = [part for name, key in KEYS.items() for part in ("--key", f"{name}={key}")]
    done = run(str(path), *keys)
    assert done.returncode == 0
    assert done.stdout.count("✓") == 10
    assert done.stdout.endswith("结论：成立 GOOD\n")
    assert done.stderr == ""


def test_the_command_prints_the_verdict_as_json(tmp_path):
    path = tmp_path / "proof.json"
    path.write_bytes(GOOD)
    done = run(str(path), "--json")
    found = json.loads(done.stdout)
    ours = check(GOOD).plain()
    assert found["ok"] is True
    assert found.keys() == ours.keys()
    assert found["summary"] == json.loads(json.dumps(ours["summary"]))
    assert [s.keys() for s in found["steps"]] == [s.keys() for s in ours["steps"]]


def test_the_command_refuses_with_1_and_cannot_read_with_2(tmp_path):
    path = tmp_path / "proof.json"
    path.write_bytes(GOOD[:-1])
    refused = run(str(path))
    assert refused.returncode == 1
    assert "REFUSED" in refused.stdout
    assert run(str(tmp_path / "absent.json")).returncode == 2
    assert run(str(tmp_path)).returncode == 2
    assert run(str(path), "--key", "registy=x").returncode == 2
    assert run(str(path), "--key", "registry").returncode == 2
    assert run().returncode == 2
