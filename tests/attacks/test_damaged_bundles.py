"""Every good proof with its damaged siblings. Both verifiers must refuse each at the same steps.

First what anyone can do to a finished file; then what an operator who holds the keys could sign.
`verdicts` itself compares the two verifiers step by step.
"""

import base64
import json
import subprocess
import sys
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openccer.kernel import canonical, merkle
from openccer.proof.check import check
from openccer.proof.note import Signer, sign_checkpoint
from proof.world import (
    BATCH,
    GOOD,
    KEYS,
    ORIGINS,
    PARTIAL,
    ROOT,
    SIGNERS,
    Draft,
    drafted,
    edited,
    issued,
    movement,
    transfer,
    verdicts,
    verify,
)

THIEF = Signer(name="registry.example", seed=b"\x99" * 32)


def registry(top: Any) -> Any:
    return top["logs"][0]


def swap(items: list[Any], i: int, k: int) -> None:
    items[i], items[k] = items[k], items[i]


def rewrite(top: Any, seq: int, **changes: Any) -> None:
    shown = registry(top)["entries"][seq]
    shown["entry"] = canonical.to_bytes({**json.loads(shown["entry"]), **changes}).decode()


def flip_in_note(top: Any, line: int, place: int) -> None:
    lines = registry(top)["checkpoint"].split("\n")
    old = lines[line][place]
    lines[line] = lines[line][:place] + ("B" if old == "A" else "A") + lines[line][place + 1 :]
    registry(top)["checkpoint"] = "\n".join(lines)


def sign_again(top: Any, signer: Signer, **changes: Any) -> None:
    """A checkpoint over what the old one said, but for the changes."""
    log = registry(top)
    origin, size, root, *_ = log["checkpoint"].split("\n")
    said = {"origin": origin, "size": int(size), "root": base64.b64decode(root), **changes}
    log["checkpoint"] = sign_checkpoint(signer, said["origin"], said["size"], said["root"])
    log["origin"], log["size"], log["key"] = said["origin"], said["size"], signer.vkey


def stolen(top: Any) -> None:
    """Another key signs everything again."""
    log = registry(top)
    origin, size, root, *_ = log["earlier"].split("\n")
    log["earlier"] = sign_checkpoint(THIEF, origin, int(size), base64.b64decode(root))
    sign_again(top, THIEF)


def put(path: str, value: Any) -> Any:
    """Sets registry.path to the value."""

    def change(top: Any) -> None:
        *names, last = path.split(".")
        target = registry(top)
        for name in names:
            target = target[int(name)] if name.isdigit() else target[name]
        target[int(last) if last.isdigit() else last] = value

    return change


def certificate(**changes: Any) -> Any:
    return lambda top: top["certificate"].update(changes)


FILE_DAMAGE = {
    "wrong leaf": (lambda t: rewrite(t, 2, actor="someone"), "trees"),
    "another day": (lambda t: rewrite(t, 0, day="2020-01-01"), "trees"),
    "swapped entries": (lambda t: swap(registry(t)["entries"], 1, 2), "trees entries"),
    "dropped entry": (lambda t: registry(t)["entries"].pop(6), "trees"),
    "dropped first entry": (lambda t: registry(t)["entries"].pop(0), "trees"),
    "duplicated entry": (
        lambda t: registry(t)["entries"].append(registry(t)["entries"][6]),
        "trees entries",
    ),
    "size x2 in the field": (put("size", 14), "signatures"),
    "size -1 in the field": (put("size", 6), "signatures"),
    "root bit flip": (lambda t: flip_in_note(t, 2, 5), "signatures"),
    "size in the note": (
        lambda t: put("checkpoint", registry(t)["checkpoint"].replace("\n7\n", "\n14\n"))(t),
        "signatures",
    ),
    "signature bit flip": (lambda t: flip_in_note(t, 4, 60), "signatures"),
    "key id flip": (lambda t: flip_in_note(t, 4, 20), "signatures"),
    "other key": (put("key", SIGNERS["exchange"].vkey), "signatures"),
    "key of a thief, not signed by it": (put("key", THIEF.vkey), "signatures"),
    "other origin in the field": (put("origin", "other.example/log"), "signatures"),
    "other origin, signed": (
        lambda t: sign_again(t, SIGNERS["registry"], origin="other.example/log"),
        "consistency",
    ),
    "size x2, signed": (lambda t: sign_again(t, SIGNERS["registry"], size=14), "trees consistency"),
    # The proof from 3 to 7 also fits 6: what lies right of the fourth leaf is one hash to it.
    "size -1, signed": (lambda t: sign_again(t, SIGNERS["registry"], size=6), "trees"),
    "another root, signed": (
        lambda t: sign_again(t, SIGNERS["registry"], root=b"\x00" * 32),
        "trees consistency",
    ),
    "swapped checkpoints": (
        lambda t: put("checkpoint", t["logs"][1]["checkpoint"])(t),
        "signatures",
    ),
    "a proof in a complete log": (put("entries.0.proof", ["ab" * 32]), "trees"),
    "consistency missing": (put("consistency", []), "consistency"),
    "consistency altered": (put("consistency.0", "ab" * 32), "consistency"),
    "consistency longer": (
        lambda t: registry(t)["consistency"].append("ab" * 32),
        "consistency",
    ),
    "consistency of nothing": (put("earlier", None), "consistency"),
    "earlier is now": (
        lambda t: put("earlier", registry(t)["checkpoint"])(t),
        "consistency",
    ),
    "earlier is now, no proof": (
        lambda t: registry(t).update(earlier=registry(t)["checkpoint"], consistency=[]),
        "consistency",
    ),
    "earlier is garbage": (put("earlier", "three\nlines\n"), "consistency"),
    "entry that is no JSON": (put("entries.3.entry", "{"), "trees entries"),
    "evidence changed": (
        lambda t: t["evidence"][0].update(text=t["evidence"][0]["text"].replace("10", "11")),
        "evidence",
    ),
    "evidence nobody refers to": (
        lambda t: t["evidence"].append(
            {"digest": sha256(b"x").hexdigest(), "name": "report.txt", "text": "x"}
        ),
        "evidence",
    ),
    "evidence twice": (lambda t: t["evidence"].append(t["evidence"][0]), "evidence"),
    "evidence under another name": (
        lambda t: t["evidence"][0].update(name="design.json"),
        "evidence",
    ),
    "certificate +1 tonne": (certificate(tonnes=5), "certificate"),
    "certificate number": (certificate(number="S-0002"), "certificate"),
    "certificate without number": (certificate(number=""), "certificate"),
    "certificate seq": (certificate(seq=4), "certificate"),
    "certificate kind": (certificate(kind="cancel"), "certificate"),
    "certificate unknown kind": (certificate(kind=""), "certificate"),
    "certificate account": (certificate(account="wind"), "certificate"),
    "certificate day": (certificate(day="2026-05-07"), "certificate"),
    "certificate tag": (certificate(event_tag="credits-surrendered/2"), "certificate"),
    "certificate instrument": (certificate(instrument="OW-0002.2025"), "certificate"),
    "certificate of another log": (certificate(log="exchange"), "certificate"),
    "certificate blocks": (
        certificate(blocks=[{"batch": BATCH, "first": 2, "last": 5}]),
        "certificate",
    ),
    "certificate without blocks": (certificate(blocks=[]), "certificate"),
    "certificate first>last": (
        certificate(blocks=[{"batch": BATCH, "first": 4, "last": 1}]),
        "form",
    ),
    "certificate true tonnes": (certificate(tonnes=True), "form"),
    "unknown field": (lambda t: t.update(extra=1), "form"),
    "unknown field in a log": (put("extra", 1), "form"),
    "missing field": (lambda t: t.pop("evidence"), "form"),
    "other format": (lambda t: t.update(format="openccer-proof/2"), "form"),
    "other about": (lambda t: t["about"].update(en="All is well."), "form"),
    "negative size": (put("size", -1), "form"),
    "huge size": (put("size", 2**53 + 1), "form"),
    "true size": (put("size", True), "form"),
    "seq as text": (put("entries.0.seq", "0"), "form"),
    "upper-case hash": (put("consistency.0", "AB" * 32), "form"),
    "long proof": (put("consistency", ["ab" * 32] * 129), "form"),
    "no logs": (lambda t: t.update(logs=[]), "form"),
    "logs swapped": (lambda t: swap(t["logs"], 0, 1), "form"),
    "one log twice": (lambda t: t["logs"].__setitem__(1, t["logs"][0]), "form"),
    "unknown log": (put("name", "bank"), "form"),
    "logs not a list": (lambda t: t.update(logs={}), "form"),
    "deep nesting": (lambda t: t.update(evidence=json.loads("[" * 40 + "]" * 40)), "form"),
}


@pytest.mark.parametrize("name", FILE_DAMAGE)
def test_a_damaged_file_is_refused_at_its_step(name):
    change, expected = FILE_DAMAGE[name]
    ours, _ = verdicts(edited(change))
    assert not ours.ok
    assert " ".join(ours.failed) == expected


def test_another_key_signs_consistently_and_only_the_trusted_key_tells():
    raw = edited(stolen)
    assert verdicts(raw)[0].ok, "no key is given, so the file proves only itself"
    ours, _ = verdicts(raw, KEYS)
    assert ours.failed == ("signatures",)


@pytest.mark.parametrize("old", [1, 2, 3, 4, 5, 6])
def test_a_consistency_proof_cut_short_is_refused(old):
    draft = Draft()
    draft.earlier["registry"] = old
    whole = draft.bundle()
    for kept in range(len(registry(json.loads(whole))["consistency"])):
        short = registry(json.loads(whole))["consistency"][:kept]
        raw = edited(put("consistency", short), whole)
        assert verdicts(raw)[0].failed == ("consistency",)


PARTIAL_DAMAGE = {
    "proof dropped": (put("entries.1.proof", []), "trees"),
    "proof altered": (put("entries.1.proof.0", "ab" * 32), "trees"),
    "proof longer": (lambda t: registry(t)["entries"][1]["proof"].append("ab" * 32), "trees"),
    "proof shorter": (lambda t: registry(t)["entries"][1]["proof"].pop(), "trees"),
    "proof of another index": (put("entries.1.seq", 4), "trees entries"),
    "index past the end": (put("entries.1.seq", 2**53), "trees entries"),
    "entries swapped": (lambda t: swap(registry(t)["entries"], 0, 1), "entries"),
    "entry twice": (
        lambda t: registry(t)["entries"].append(registry(t)["entries"][1]),
        "entries credits certificate",
    ),
    "the certified entry dropped": (lambda t: registry(t)["entries"].pop(1), "certificate"),
    "the evidenced entry dropped": (lambda t: registry(t)["entries"].pop(0), "evidence"),
}


@pytest.mark.parametrize("name", PARTIAL_DAMAGE)
def test_a_damaged_partial_file_is_refused_at_its_step(name):
    change, expected = PARTIAL_DAMAGE[name]
    ours, _ = verdicts(edited(change, PARTIAL))
    assert " ".join(ours.failed) == expected


JUNK = {
    "truncated": GOOD[:-1],
    "half": GOOD[: len(GOOD) // 2],
    "empty": b"",
    "extra newline": GOOD + b"\n",
    "extra bytes": GOOD + b"{}",
    "leading space": b" " + GOOD,
    "space inside": GOOD.replace(b'"logs":', b'"logs": ', 1),
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "keys not sorted": GOOD.replace(b'"first":1,"last":4', b'"last":4,"first":1', 1),
    "duplicate key": GOOD.replace(b'"first":1', b'"first":1,"first":1', 1),
    "escaped": GOOD.replace(b'"size"', b'"\\u0073ize"', 1),
    "float": GOOD.replace(b'"tonnes":4}', b'"tonnes":4.0}', 1),
    "exponent": GOOD.replace(b'"size":7', b'"size":7e0', 1),
    "negative zero": GOOD.replace(b'"seq":0', b'"seq":-0', 1),
    "NaN": GOOD.replace(b'"size":7', b'"size":NaN', 1),
    "Infinity": GOOD.replace(b'"size":7', b'"size":-Infinity', 1),
    "huge integer": GOOD.replace(b'"size":7', b'"size":' + b"9" * 100_000, 1),
    "lone surrogate": GOOD.replace(b'"name":"report.json"', b'"name":"\\ud800"', 1),
    "invalid UTF-8": GOOD.replace(b'"name":"report.json"', b'"name":"\xff"', 1),
    "overlong UTF-8": GOOD.replace(b'"name":"report.json"', b'"name":"\xc0\x80"', 1),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "deep lists": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nested 500": b"[" * 500 + b"]" * 500,
    "a number": b"1",
    "null": b"null",
    "a list": b"[]",
    "text": b'"proof"',
}


@pytest.mark.parametrize("name", JUNK)
def test_junk_is_refused_for_its_form(name):
    raw = JUNK[name]
    assert raw != GOOD
    ours, _ = verdicts(raw)
    assert ours.failed == ("form",)
    assert all(step.ok is None for step in ours.steps[1:])


def moves(*movements: Any, tag: str = "credits-moved/1") -> Any:
    """The letter of entry 6 moves credits instead."""

    def change(draft: Draft) -> None:
        event = {"tag": tag, "movements": list(movements)}
        draft.entries["registry"][6]["events"] = [event]

    return change


def pays(*transfers: Any) -> Any:
    def change(draft: Draft) -> None:
        draft.event("exchange", 2)["transfers"] += transfers

    return change


def event(changed: Any) -> Any:
    """The event of entry 6 is this one."""
    return lambda draft: draft.entries["registry"][6].update(events=[changed])


def field(log: str, seq: int, /, **changes: Any) -> Any:
    return lambda draft: draft.entries[log][seq].update(changes)


def bad_block(first: Any, last: Any) -> Any:
    return moves(movement("wind/held", "steel/held", first, last))


def link(log: str, act_id: str) -> Any:
    return field("registry", 4, linked=[{"log": log, "act_id": act_id}])


def two_bearers(draft: Draft) -> None:
    extra = {"tag": "letter-filed/1", "certificate": "S-0001"}
    draft.entries["registry"][6]["events"] = [extra]


def uncancelled(draft: Draft) -> None:
    draft.event("registry", 5)["movements"].pop()


SIGNED_FRAUD = {
    "issue of a known batch": (event(issued(BATCH, 10, "wind")), "credits"),
    "issue to two that overlap": (
        event(
            {
                **issued("OW-0002.2025.1", 9, "wind"),
                "movements": [
                    movement("issuer/unissued", "wind/held", 1, 5, "OW-0002.2025.1"),
                    movement("issuer/unissued", "steel/held", 5, 9, "OW-0002.2025.1"),
                ],
            }
        ),
        "credits",
    ),
    "issue with a gap": (
        event(
            {
                **issued("OW-0002.2025.1", 9, "wind"),
                "movements": [movement("issuer/unissued", "wind/held", 2, 9, "OW-0002.2025.1")],
            }
        ),
        "credits",
    ),
    "issue of one more": (
        event({**issued("OW-0002.2025.1", 9, "wind"), "batch": {"id": BATCH + "1", "tonnes": 9}}),
        "credits",
    ),
    "issue of fewer": (
        event(
            {
                **issued("OW-0002.2025.1", 9, "wind"),
                "batch": {"id": "OW-0002.2025.1", "tonnes": 10},
            }
        ),
        "credits",
    ),
    "issue of true tonnes": (
        event(
            {
                **issued("OW-0002.2025.1", 1, "wind"),
                "batch": {"id": "OW-0002.2025.1", "tonnes": True},
            }
        ),
        "credits",
    ),
    "issue without batch": (event({**issued("OW-0002.2025.1", 9, "w"), "batch": None}), "credits"),
    "credits from the issuer": (moves(movement("issuer/unissued", "wind/held", 1, 1)), "credits"),
    "credits back to the issuer": (
        moves(movement("wind/held", "issuer/unissued", 9, 9)),
        "credits",
    ),
    "credits not held": (moves(movement("wind/held", "steel/held", 8, 9)), "credits"),
    "credits of another": (moves(movement("steel/held", "wind/held", 9, 9)), "credits"),
    "credits beyond the batch": (moves(movement("wind/held", "steel/held", 10, 11)), "credits"),
    "credits of no batch": (
        moves(movement("wind/held", "steel/held", 1, 1, "OW-0009.2025.1")),
        "credits",
    ),
    "double cancel": (moves(movement("steel/held", "steel/cancelled", 4, 5)), "credits"),
    "cancelled comes back": (moves(movement("steel/cancelled", "steel/held", 1, 4)), "credits"),
    "cancelled moves on": (moves(movement("steel/cancelled", "wind/cancelled", 1, 1)), "credits"),
    "negative block": (bad_block(-9, -9), "credits"),
    "block from zero": (bad_block(0, 9), "credits"),
    "first>last": (bad_block(10, 9), "credits"),
    "block of text": (bad_block("9", "9"), "credits"),
    "block of true": (bad_block(True, 9), "credits"),
    "unknown bucket": (moves(movement("wind/held", "wind/pocket", 9, 9)), "credits"),
    "unissued of another": (moves(movement("wind/held", "wind/unissued", 9, 9)), "credits"),
    "movements not a list": (event({"tag": "x/1", "movements": None}), "credits"),
    "movement without why": (
        moves({k: v for k, v in movement("wind/held", "a/held", 9, 9).items() if k != "why"}),
        "credits",
    ),
    "movements in the exchange log": (
        lambda d: d.event("exchange", 1).update(movements=[]),
        "credits",
    ),
    "transfers in the registry log": (event({"tag": "x/1", "transfers": []}), "money"),
    "below zero": (pays(transfer("steel/CNY/available", "wind/CNY/available", 10001)), "money"),
    "locked nothing": (pays(transfer("steel/CNY/locked", "wind/CNY/available", 1)), "money"),
    "outside's namesake": (pays(transfer("outsider/CNY/locked", "w/CNY/locked", 1)), "money"),
    "one asset into another": (
        pays(transfer("steel/CNY/available", "steel/USD/available", 1)),
        "money",
    ),
    "negative amount": (pays(transfer("steel/CNY/available", "a/CNY/available", -1)), "money"),
    "true amount": (pays(transfer("steel/CNY/available", "a/CNY/available", True)), "money"),
    "unknown money bucket": (pays(transfer("steel/CNY/available", "a/CNY/hidden", 1)), "money"),
    "link to nowhere": (link("exchange", "trade-9"), "links"),
    "link to no log": (link("bank", "trade-1"), "links"),
    "link to one that does not link back": (link("exchange", "cash-1"), "links"),
    "link to itself": (link("registry", "deliver-1"), "links"),
    "link forgotten": (field("registry", 4, linked=[]), "links"),
    "act twice": (field("registry", 6, act_id="deposit-1"), "entries"),
    "entry of the other log": (field("registry", 6, log="exchange"), "entries"),
    "entry of another seq": (field("registry", 6, seq=5), "entries"),
    "entry with a field more": (field("registry", 6, extra=1), "entries"),
    "entry with a float": (field("registry", 6, act={"tag": "x/1", "price": 1.5}), "entries"),
    "entry with a huge integer": (field("registry", 6, act={"tag": "x/1", "n": 2**60}), "entries"),
    "entry without a tag": (field("registry", 6, act={}), "entries"),
    "event without a tag": (event({}), "entries"),
    "no such day": (field("registry", 6, day="2026-02-30"), "entries"),
    "instant without offset": (
        field("registry", 6, recorded_at="2026-05-07T09:30:00"),
        "entries",
    ),
    "instant out of range": (
        field("registry", 6, recorded_at="2026-05-07T24:00:00+08:00"),
        "entries",
    ),
    "short rulebook digest": (field("registry", 6, rulebook="ab"), "entries"),
    "two events of one certificate": (two_bearers, "certificate"),
    "certificate that cancelled less": (uncancelled, "certificate"),
}


def built(change: Any) -> bytes:
    """The fraud signed; `build` reads the entries it writes, so a bad one is put in by hand."""
    draft = Draft()
    change(draft)
    try:
        return draft.bundle()
    except ValueError:
        return by_hand(draft)


def by_hand(draft: Draft) -> bytes:
    top = json.loads(GOOD)
    for log in top["logs"]:
        name = log["name"]
        stored = [canonical.to_bytes(one) for one in draft.entries[name]]
        leaves = [merkle.leaf_hash(one) for one in stored]
        root, old = merkle.root(leaves), draft.earlier[name]
        log["checkpoint"] = sign_checkpoint(SIGNERS[name], ORIGINS[name], len(leaves), root)
        log["consistency"] = [h.hex() for h in merkle.consistency_proof(leaves, old)] if old else []
        for shown, raw in zip(log["entries"], stored, strict=True):
            shown["entry"] = raw.decode()
    return canonical.to_bytes(top)


@pytest.mark.parametrize("name", SIGNED_FRAUD)
def test_a_signed_fraud_is_refused_at_its_step(name):
    change, expected = SIGNED_FRAUD[name]
    ours, _ = verdicts(built(change))
    assert ours.failed == (expected,)


PARTIAL_FRAUD = {
    "cancelled again later": moves(movement("steel/held", "steel/cancelled", 4, 4)),
    "cancelled comes back": moves(movement("steel/cancelled", "steel/held", 1, 4)),
    "cancelled credits are held": moves(movement("wind/held", "steel/held", 4, 5)),
    "out of cancelled, never seen to go in": moves(movement("wind/cancelled", "wind/held", 9, 10)),
    "beyond the issue shown": moves(movement("wind/held", "steel/held", 9, 11)),
    "issue with a gap": event(
        {
            **issued("OW-0002.2025.1", 9, "wind"),
            "movements": [movement("issuer/unissued", "wind/held", 2, 9, "OW-0002.2025.1")],
        }
    ),
}


@pytest.mark.parametrize("name", PARTIAL_FRAUD)
def test_a_partial_log_that_contradicts_itself_is_refused(name):
    def change(draft: Draft) -> None:
        PARTIAL_FRAUD[name](draft)
        draft.keep["registry"] = {1, 2, 5, 6}

    assert verdicts(drafted(change))[0].failed == ("credits",)


def test_a_batch_that_moved_before_it_was_issued_is_refused():
    def change(draft: Draft) -> None:
        event(issued(BATCH, 10, "wind"))(draft)
        draft.keep["registry"] = {1, 5, 6}

    assert verdicts(drafted(change))[0].failed == ("credits",)


def test_a_partial_log_that_changes_one_asset_into_another_is_refused():
    def change(draft: Draft) -> None:
        pays(transfer("steel/CNY/available", "steel/USD/available", 1))(draft)
        draft.keep["exchange"] = {2}

    assert verdicts(drafted(change))[0].failed == ("money",)


def test_the_last_entry_cannot_claim_a_place_past_the_end():
    def change(draft: Draft) -> None:
        draft.keep["registry"] = {1, 5, 6}

    raw = edited(put("entries.2.seq", 7), drafted(change))
    assert verdicts(raw)[0].failed == ("trees", "entries")


def test_a_partial_log_that_may_be_true_is_not_refused():
    def change(draft: Draft) -> None:
        moves(movement("stranger/exchange", "wind/held", 5, 10))(draft)
        draft.keep["registry"] = {1, 2, 5, 6}

    assert verdicts(drafted(change))[0].ok


def test_a_money_fold_sees_each_moment_not_only_the_end():
    def change(draft: Draft) -> None:
        pays(
            transfer("steel/CNY/available", "wind/CNY/available", 20000),
            transfer("wind/CNY/available", "steel/CNY/available", 20000),
        )(draft)

    assert verdicts(drafted(change))[0].failed == ("money",)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), mask=st.integers(1, 255))
@example(place=0, mask=1)
@example(place=len(GOOD) - 1, mask=1)
def test_any_changed_byte_is_refused_by_both(place, mask):
    raw = bytearray(GOOD)
    raw[place] ^= mask
    assert not verdicts(bytes(raw), KEYS)[0].ok


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, len(PARTIAL) - 1), mask=st.integers(1, 255))
def test_any_changed_byte_of_a_partial_bundle_is_refused_by_both(place, mask):
    raw = bytearray(PARTIAL)
    raw[place] ^= mask
    assert not verdicts(bytes(raw), KEYS)[0].ok


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_never_crash_a_verifier(raw):
    assert not verdicts(raw)[0].ok


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**54) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for name, inner in inside if isinstance(value, (dict, list)) else ():
        found += (
            places(inner, (*path, name)) if isinstance(inner, (dict, list)) else [(*path, name)]
        )
    return found


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_value_put_in_any_place_is_refused_alike(data):
    top = json.loads(data.draw(st.sampled_from([GOOD, PARTIAL])))
    *path, last = data.draw(st.sampled_from(places(top)))
    value, target = data.draw(JSON), top
    for name in path:
        target = target[name]
    if canonical.to_bytes(target[last]) != canonical.to_bytes(value):
        target[last] = value
        ours, _ = verdicts(canonical.to_bytes(top), KEYS)
        absent = last == "certificate" or (last in ("evidence", "entries") and value == [])
        assert not ours.ok or absent


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_value_signed_into_any_entry_is_judged_alike(data):
    draft = Draft()
    entries = draft.entries[data.draw(st.sampled_from(["registry", "exchange"]))]
    *path, last = data.draw(st.sampled_from(places(entries)))
    target: Any = entries
    for name in path:
        target = target[name]
    target[last] = data.draw(JSON)
    if all(isinstance(one, dict) for one in entries):
        verdicts(by_hand(draft))


def test_the_command_survives_junk(tmp_path):
    path = tmp_path / "proof.json"
    for name in ("empty", "deep lists", "huge integer", "lone surrogate", "invalid UTF-8"):
        path.write_bytes(JUNK[name])
        command = [sys.executable, "-I", str(ROOT / "tools/verify.py"), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr + done.stdout


def test_a_file_over_the_limit_is_refused_by_the_command_too(monkeypatch):
    monkeypatch.setattr(verify, "MAX_FILE", 100)
    assert verify.verify(GOOD, {})["steps"][0]["ok"] is False
    assert check(GOOD).ok
