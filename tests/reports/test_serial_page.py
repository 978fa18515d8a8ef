"""The public page of a credit and of a batch, made from a real log with hostile names in it."""

import base64
import json
import shutil
import subprocess
from datetime import date
from functools import cache
from typing import Any

import pytest
from PIL import Image

from openccer.app.acts import EXCHANGE, REGISTRY
from openccer.app.extracts import of_trace
from openccer.app.proofs import ORIGINS, Prover, sign_logs
from openccer.app.trace import trace
from openccer.kernel.ids import BatchId, Serial
from openccer.proof.note import Signer
from openccer.reports.certificates import FORMS, Issued, issued
from openccer.reports.pdf import PdfTrouble
from openccer.reports.serials import credit_page
from proof.papers import judged, scanned
from reports.page_samples import HOSTILE, Page
from reports.scan import read, scan
from world import World

KEYS = {log: Signer(name=ORIGINS[log], seed=log.encode() * 4) for log in (REGISTRY, EXCHANGE)}
BATCH = BatchId("OW-EXAMPLE-1.2025.1")
FIRST = Serial.of(BATCH, 1)


@cache
def world() -> tuple[World, Prover]:
    assert {len(key.seed) for key in KEYS.values()} == {32}
    hostile = {"open-emitter-account": {"name": HOSTILE}, "publish-design": {"name": HOSTILE}}
    world = World.after("surrender-credits", {**hostile, "surrender-credits": {"tonnes": 4_990}})
    world.do(
        "cancel-credits",
        day=date(2026, 10, 13),
        actor="power-desk",
        account="example-power",
        beneficiary=HOSTILE,
    )
    sign_logs(world.app.store, KEYS)
    return world, Prover(world.app.store, KEYS)


@cache
def made(subject: Serial | BatchId) -> tuple[dict[str, Any], bytes, str]:
    played, prover = world()
    found = trace(played.app.store, played.app.rulebook, subject)
    proof = prover.bundle(keep=of_trace(played.app.store, found))
    return found, proof, credit_page(found, proof, "openccer-serial/1 example", played.app.rulebook)


@cache
def papers() -> list[Issued]:
    _, prover = world()
    return [issued(prover, seq, number) for seq, number in prover.certificates()]


SUBJECTS = [FIRST, BATCH]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_page_is_well_formed_in_both_languages_and_loads_nothing(subject):
    _, _, text = made(subject)
    page = Page(text)
    assert page.faults == []
    assert page.languages() == {"zh-CN", "en"}
    counts = [sum(a.get("lang") == lang for _, a in page.seen) for lang in ("zh-CN", "en")]
    assert abs(counts[0] - 1 - counts[1]) <= 1
    tags = {tag for tag, _ in page.seen}
    assert not tags & {"script", "link", "iframe", "img", "object"}
    assert "<script" not in text
    assert "alert(1)" in page.text


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_page_tells_birth_holders_end_and_proof(subject):
    found, proof, text = made(subject)
    said = Page(text).text
    for move in found["movements"]:
        assert f"registry#{move['seq']}" in said
        assert move["day"] in said
    assert "CERT-surrender-credits" in said
    assert "OW-EXAMPLE-1" in said
    for log in json.loads(proof)["logs"]:
        assert log["checkpoint"].split("\n")[2] in said
        for shown in log["entries"]:
            if shown["seq"] in {act["seq"] for act in found["acts"] if log["name"] == REGISTRY}:
                assert all(one[:8] in said for one in shown["proof"])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_proof_beside_the_page_is_good_by_both_checkers(subject):
    found, proof, _ = made(subject)
    assert judged(proof, {log: key.vkey for log, key in KEYS.items()}).ok
    shown = {(log["name"], e["seq"]) for log in json.loads(proof)["logs"] for e in log["entries"]}
    assert {(act["log"], act["seq"]) for act in (*found["acts"], *found["linked"])} <= shown
    assert {("registry", move["seq"]) for move in found["movements"]} <= shown


def test_a_batch_is_counted_by_place_and_a_serial_is_in_one():
    # 6,000 t were issued, 5,000 bought: 4,990 of them surrendered, 10 cancelled by the buyer.
    places = {(p["account"], p["bucket"]): p["tonnes"] for p in made(BATCH)[0]["places"]}
    assert places == {
        ("example-power", "cancelled"): 5_000,
        ("example-wind", "exchange"): 1_000,
    }
    assert [p["tonnes"] for p in made(FIRST)[0]["places"]] == [1]


def test_every_surrender_and_cancellation_has_its_certificate():
    assert [paper.certified.number for paper in papers()] == [
        "CERT-surrender-credits",
        "CERT-cancel-credits",
    ]
    assert [paper.certified.tonnes.count for paper in papers()] == [4_990, 10]


@pytest.mark.parametrize("n", [0, 1])
def test_the_code_on_the_certificate_is_read_by_a_stranger_and_checks(n):
    paper = papers()[n]
    page = FORMS["html"](paper).decode()
    assert "<script" not in page
    text = scan(page)
    assert text == paper.certified.qr
    statement = scanned(text, KEYS[REGISTRY].vkey)
    assert statement is not None
    assert statement.fields["number"] == paper.certified.number
    assert statement.fields["tonnes"] == str(paper.certified.tonnes.count)
    root = world()[1].checkpoint(REGISTRY).root
    assert base64.b64decode(statement.fields["root"]) == root


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler reads the PDF back")
def test_the_code_on_paper_is_read_too(tmp_path):
    paper = papers()[0]
    try:
        (tmp_path / "a.pdf").write_bytes(FORMS["pdf"](paper))
    except PdfTrouble as trouble:
        pytest.skip(str(trouble))
    subprocess.run(["pdftoppm", "-r", "200", "-png", "a.pdf", "a"], cwd=tmp_path, check=True)
    pages = sorted(tmp_path.glob("a-*.png"))
    assert len(pages) == 1
    assert read(Image.open(pages[0])) == paper.certified.qr


@pytest.mark.parametrize("n", [0, 1])
def test_the_file_of_the_certificate_checks_alone(n):
    assert judged(FORMS["json"](papers()[n]), {REGISTRY: KEYS[REGISTRY].vkey}).ok
