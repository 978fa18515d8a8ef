#!/usr/bin/env python3
"""Check an OpenCCER proof bundle without trusting OpenCCER. 独立核验 OpenCCER 证明文件。

    python3 tools/verify.py FILE [--key registry=VKEY] [--key exchange=VKEY] [--json]
    python3 tools/verify.py --qr TEXT --key registry=VKEY [--json]
    python3 tools/verify.py --tiles DIR --key registry=VKEY [--earlier CHECKPOINT] [--json]

FILE is a bundle or a certificate; TEXT is what a QR code of a certificate, serial or batch says;
DIR is a published log, with its checkpoint in it.
Exit: 0 good, 1 refused, 2 mistyped or unreadable. Python 3.9 or later, standard library only, and
nothing of OpenCCER: this file was written from docs/proof.md, a second time, on purpose.

How to read it, from top to bottom:
  1. words        Bad: one thing that is wrong, in Chinese and English
  2. strict JSON  what may be in the file at all (step 1, form)
  3. Ed25519      signature verification, RFC 8032 section 5.1
  4. notes        C2SP signed-note and tlog-checkpoint (step 2, signatures)
  5. trees        RFC 6962 section 2.1: roots and proofs (steps 3 and 4)
  6. entries      what one act of a log looks like (step 5)
  7. ledgers      where every credit is, what every account has (steps 7 and 8)
  8. the steps    ten functions step_*, in the order of the printed lines
  9. statements   what a certificate or a QR code says, and that the key signed it
  10. tiles       a log published as files (C2SP tlog-tiles): the root, from its entries
  11. the command
A bundle has one or more of the logs "registry" (credits), "exchange" (money) and "policy" (reviews
of policy records). A log shown with all its entries is complete: its root is recomputed and its
sums are checked from zero. Of a partial log each shown entry is proved to be in the signed tree,
and only what the shown entries contradict by themselves can be found wrong.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from bisect import bisect
from datetime import date
from typing import Any
from urllib.parse import quote

FORMAT = "openccer-proof/1"
ABOUT = {
    "zh": "本文件无须信任其出具系统即可核验：python3 tools/verify.py 本文件。"
    "每本日志由其运营机构签名，请将公钥与该机构公布的公钥逐字比对。",
    "en": "This file can be checked without trusting the system that wrote it: "
    "python3 tools/verify.py FILE. Each log is signed by its operator: compare its key, letter by "
    "letter, with the one that operator publishes.",
}
PAPER = "openccer-certificate/1"
ABOUT_PAPER = {
    "zh": "本证书只需运营机构公布的公钥即可离线核验："
    "python3 tools/verify.py 本文件 --key registry=公钥。",
    "en": "This certificate can be checked offline with the operator's published key alone: "
    "python3 tools/verify.py FILE --key registry=KEY.",
}
STATEMENTS = {
    PAPER: ["origin", "number", "kind", "account", "blocks", "tonnes", "purpose", "day", "seq"],
    "openccer-serial/1": ["origin", "serial", "account", "bucket"],
    "openccer-batch/1": [
        *("origin", "batch", "tonnes", "held", "exchange", "reserved", "frozen", "cancelled")
    ],
}
LOGS = ["registry", "exchange", "policy"]
ISSUES = ("credits-issued/", "units-recorded/")
BUCKETS = ["held", "exchange", "reserved", "frozen", "cancelled"]
MAX_FILE = 256 * 1024 * 1024
MAX_INT = 2**53
MAX_DEPTH = 32
MAX_ITEMS = 1_000_000


# 1. Words


class Bad(Exception):
    """One thing that is wrong."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def need(holds: object, zh: str, en: str) -> None:
    if not holds:
        raise Bad(zh, en[:300])


# 2. Strict JSON


def parse(raw: bytes) -> Any:
    """The value of canonical JSON bytes: sorted keys, no spaces, UTF-8, integers only."""

    def integer(text: str) -> int:
        need(len(text) < 18 and abs(int(text)) <= MAX_INT, "整数超过 2^53", "integer beyond 2^53")
        return int(text)

    def refuse(text: str) -> None:
        raise Bad(f"不允许的数 {text[:20]}", f"not an integer: {text[:20]}")

    need(len(raw) <= MAX_FILE, "文件过大", "larger than 256 MiB")
    try:
        value = json.loads(
            raw.decode("utf-8"), parse_int=integer, parse_float=refuse, parse_constant=refuse
        )
        need(not deeper(value, MAX_DEPTH), "嵌套过深", f"nested deeper than {MAX_DEPTH}")
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        same = again.encode("utf-8") == raw  # a key given twice is lost here, and so found
    except RecursionError:
        raise Bad("嵌套过深", f"nested deeper than {MAX_DEPTH}") from None
    except ValueError as error:
        raise Bad("不是 UTF-8 JSON", f"not JSON in UTF-8: {error}"[:200]) from None
    need(same, "不是规范编码", "not the canonical encoding of what it says")
    return value


def deeper(value: Any, left: int) -> bool:
    inside = value.values() if type(value) is dict else value if type(value) is list else ()
    return any(left == 0 or deeper(inner, left - 1) for inner in inside)


def shape(value: Any, where: str, **tests: Any) -> Any:
    """The object, if it has exactly these fields and each is of its type or passes its test."""
    need(type(value) is dict, f"{where} 应为对象", f"{where}: not an object")
    odd = ", ".join(sorted(set(value) ^ set(tests)))[:200]
    need(not odd, f"{where} 缺少或多出字段 {odd}", f"{where}: missing or unknown fields {odd}")
    for name, test in tests.items():
        fits = type(value[name]) is test if isinstance(test, type) else test(value[name])
        fits = fits and not (test is list and len(value[name]) > MAX_ITEMS)
        need(fits, f"{where}.{name} 不合格", f"{where}.{name} is not what it must be")
    return value


def words(value: Any) -> bool:
    return type(value) is str and value != ""


def count(value: Any, least: int = 0) -> bool:
    return type(value) is int and value >= least


def positive(value: Any) -> bool:
    return count(value, 1)


def hex32(value: Any) -> bool:
    return type(value) is str and re.fullmatch("[0-9a-f]{64}", value) is not None


def path(value: Any) -> bool:
    return type(value) is list and len(value) <= 128 and all(hex32(one) for one in value)


def day(value: Any) -> bool:
    try:
        shaped = type(value) is str and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
        return bool(shaped and date.fromisoformat(value))
    except ValueError:
        return False


def instant(value: Any) -> bool:
    clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    pattern = rf"(.{{10}})T{clock}:[0-5][0-9](?:\.[0-9]{{6}})?[+-]{clock}"
    found = re.fullmatch(pattern, value) if type(value) is str else None
    return found is not None and day(found.group(1))


def read_form(raw: bytes) -> Any:
    """The bundle, every field of the right kind. What it says is not yet believed."""
    fixed = {"format": lambda v: v == FORMAT, "about": lambda v: v == ABOUT}
    top = shape(parse(raw), "bundle", **fixed, logs=list, evidence=list, certificate=lambda v: True)
    for log in top["logs"]:
        shape(
            log, "log", name=str, origin=str, key=str, size=count, checkpoint=str,
            earlier=lambda v: v is None or type(v) is str, consistency=path, entries=list,
        )  # fmt: skip
        for one in log["entries"]:
            shape(one, f"{log['name']} entry", seq=count, entry=str, proof=path)
    names = [log["name"] for log in top["logs"]]
    in_order = bool(names) and names == [name for name in LOGS if name in names]
    need(in_order, "日志名称或次序不对", "logs: registry, exchange, policy")
    for one in top["evidence"]:
        shape(one, "evidence", digest=hex32, name=str, text=str)
    if top["certificate"] is not None:
        shape(
            top["certificate"], "certificate", number=str, kind=str, account=str, instrument=str,
            blocks=list, tonnes=positive, day=day, seq=count, event_tag=str, log=str,
        )  # fmt: skip
        for block in top["certificate"]["blocks"]:
            serials(block)
    return top


# 3. Ed25519 (RFC 8032, section 5.1)

P = 2**255 - 19  # the field
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1
ZERO = (0, 1, 1, 0)  # points are (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z (5.1.4)


def add(p: Any, q: Any) -> Any:
    """Section 5.1.4, addition; it is complete, so it doubles too."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def decode(raw: bytes) -> Any:
    """Section 5.1.3. None for 32 bytes that are no point, or a point spelt another way."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def encode(p: Any) -> bytes:
    """Section 5.1.2."""
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    packed: bytes = (y | (x & 1) << 255).to_bytes(32, "little")
    return packed


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
assert BASE is not None


def good_key(public: bytes) -> bool:
    """A point of the curve whose multiples by 8 are not nothing (else one signature fits many)."""
    point = decode(public)
    for _ in range(3):
        point = point and add(point, point)
    return bool(point and encode(point) != encode(ZERO))


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Section 5.1.7: is [S]B = R + [k]A? Compared as the bytes of R, which excludes bad ones.

    The equation without the cofactor, which the section calls sufficient, as OpenSSL does.
    """
    key = decode(public) if len(public) == 32 else None
    s = int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % L
    minus = (P - key[0], key[1], key[2], P - key[3])
    table = (ZERO, BASE, minus, add(BASE, minus))  # [S]B + [k](-A), both bits at a time
    total = ZERO
    for i in reversed(range(253)):
        total = add(total, total)
        total = add(total, table[(s >> i & 1) | (k >> i & 1) << 1])
    return encode(total) == signature[:32]


# 4. Notes (C2SP signed-note and tlog-checkpoint)


def from_base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Bad("不是 base64", "not base64") from None
    need(base64.b64encode(raw).decode() == text, "base64 写法不规范", "not canonical base64")
    return raw


def verifier_key(text: str) -> tuple[str, bytes, bytes]:
    """(name, key id, public key) of `name+hex8+base64(0x01 || public key)`."""
    found = re.fullmatch(r"([!-*,-~]{1,128})\+([0-9a-f]{8})\+(.+)", text)
    if found is None:
        raise Bad("公钥应写作 名称+编号+base64", "a key is written name+hex8+base64")
    name, raw = found.group(1), from_base64(found.group(3))
    need(len(raw) == 33 and raw[0] == 1, "不是 Ed25519 公钥", "not an Ed25519 key")
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    need(key_id.hex() == found.group(2), "公钥编号不符", "the key id is not of this name and key")
    need(good_key(raw[1:]), "公钥不是可用的曲线点", "the key is no usable point of the curve")
    return name, key_id, raw[1:]


def open_note(note: str, key: str) -> str:
    """The text that this key signed: it, a blank line, one signature line."""
    name, key_id, public = verifier_key(key)
    found = re.fullmatch(r"(.+\n)\n— ([!-*,-~]{1,128}) ([A-Za-z0-9+/=]+)\n", note, re.DOTALL)
    if found is None or len(note) > 65536:
        raise Bad("签名文本写法不对", "not a text, a blank line and one signature")
    raw = from_base64(found.group(3))
    ours = found.group(2) == name and raw[:4] == key_id
    need(ours, "由另一把密钥签名", "signed by another key")
    good = ed25519_verify(public, found.group(1).encode("utf-8"), raw[4:])
    need(good, "签名不成立", "the signature does not fit the text")
    return found.group(1)


def open_checkpoint(note: str, key: str) -> tuple[str, int, bytes]:
    """(origin, size, root) that this key signed, in three lines."""
    shape = r"([!-~](?:[ -~]{0,126}[!-~])?)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]+)\n"
    found = re.fullmatch(shape, open_note(note, key))
    if found is None:
        raise Bad("检查点应为三行", "a checkpoint is three lines: origin, size, root")
    size, root = int(found.group(2)), from_base64(found.group(3))
    need(len(root) == 32 and size <= MAX_INT, "根或条数不对", "not a root, or not a size")
    return found.group(1), size, root


# 5. Trees (RFC 6962, section 2.1)


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(hashes: list[bytes]) -> bytes:
    """Level by level: neighbours are joined, an odd last one is carried up as it is."""
    level = list(hashes) or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def left_size(n: int) -> int:
    """The largest power of two smaller than n: the leaves of the left half."""
    return 1 << ((n - 1).bit_length() - 1)


def root_of_path(hash_: bytes, m: int, n: int, proof: list[bytes]) -> bytes:
    """The root that leaf m of n has with this audit path (2.1.1, read backwards)."""
    if n == 1 or not proof:
        need(n == 1 and not proof, "证明长度不对", "the proof is too short or too long")
        return hash_
    k = left_size(n)
    if m < k:
        return node(root_of_path(hash_, m, k, proof[:-1]), proof[-1])
    return node(proof[-1], root_of_path(hash_, m - k, n - k, proof[:-1]))


def two_roots(m: int, n: int, proof: list[bytes], old: bytes, whole: bool) -> Any:
    """The roots of the first m and of all n leaves, from a proof (2.1.2, read backwards)."""
    if m == n:
        need(len(proof) == (0 if whole else 1), "证明长度不对", "the proof has a wrong length")
        return (old, old) if whole else (proof[0], proof[0])
    need(proof, "证明太短", "the proof is too short")
    k = left_size(n)
    if m <= k:
        then, now = two_roots(m, k, proof[:-1], old, whole)
        return then, node(now, proof[-1])
    then, now = two_roots(m - k, n - k, proof[:-1], old, False)
    return node(proof[-1], then), node(proof[-1], now)


# 6. Entries


def read_entry(text: str) -> Any:
    entry = shape(
        parse(text.encode("utf-8")), "entry", log=words, seq=count, act_id=words, actor=words,
        day=day, rulebook=hex32, recorded_at=instant, linked=list, act=dict, events=list,
    )  # fmt: skip
    for link in entry["linked"]:
        shape(link, "linked", log=words, act_id=words)
    for one in [entry["act"], *entry["events"]]:
        need(type(one) is dict and words(one.get("tag")), "缺少标签", "an act or event has no tag")
    return entry


def digests(value: Any, found: dict[str, set[str]]) -> None:
    """Collects digest -> the names it goes by: a field report_digest calls it "report"."""
    for name, inner in value.items() if type(value) is dict else enumerate(value):
        if type(inner) in (dict, list):
            digests(inner, found)
        elif type(name) is str and name.endswith("digest") and type(inner) is str:
            stem = name[: -len("digest")].rstrip("_") or "evidence"
            found.setdefault(inner, set()).add(stem)


# 7. Ledgers


def serials(block: Any) -> tuple[str, int, int]:
    """(batch, first, last) of a block: counted from 1, the first not after the last."""
    shape(block, "block", batch=words, first=positive, last=positive)
    need(block["first"] <= block["last"], "编号首大于尾", "first after last")
    return block["batch"], block["first"], block["last"]


def place_of(side: Any) -> tuple[str, str]:
    shape(side, "movement", account=words, bucket=str)
    place = (side["account"], side["bucket"])
    known = side["account"] != "issuer" and side["bucket"] in BUCKETS
    need(known or place == ("issuer", "unissued"), "无此科目", f"no such place: {place}")
    return place


def movements(event: Any) -> list[Any]:
    """[(from, to, batch, first, last), ...] of an event."""
    found = event.get("movements", [])
    need(type(found) is list and len(found) <= MAX_ITEMS, "应为列表", "movements: not a list")
    for one in found:
        shape(one, "movement", debit=dict, credit=dict, block=dict, why=str)
    return [(place_of(m["debit"]), place_of(m["credit"]), *serials(m["block"])) for m in found]


# Sets of serials are sorted lists of ranges (first, last) that neither overlap nor touch.
def take(ranges: list[Any], first: int, last: int) -> bool:
    """Takes first..last out of the set; False, and nothing done, unless all are in it."""
    i = bisect(ranges, (first, MAX_INT)) - 1
    if i < 0 or ranges[i][1] < last:
        return False
    rest = [(ranges[i][0], first - 1), (last + 1, ranges[i][1])]
    ranges[i : i + 1] = [(a, b) for a, b in rest if a <= b]
    return True


def meets(ranges: list[Any], first: int, last: int) -> bool:
    """Whether any of first..last is in the set."""
    i = bisect(ranges, (last, MAX_INT))
    return bool(i and ranges[i - 1][1] >= first)


def put(ranges: list[Any], first: int, last: int) -> bool:
    """Puts first..last into the set; False, and nothing done, if any is there already."""
    if meets(ranges, first, last):
        return False
    i = bisect(ranges, (last, MAX_INT))
    if i < len(ranges) and ranges[i][0] == last + 1:
        last = ranges.pop(i)[1]
    if i and ranges[i - 1][1] == first - 1:
        first = ranges.pop(i - 1)[0]
        i -= 1
    ranges.insert(i, (first, last))
    return True


class Credits:
    """For every batch and place, the set of serials there; `gone` is what is cancelled."""

    def __init__(self, complete: bool) -> None:
        self.complete = complete
        self.issued: dict[str, int] = {}
        self.at: dict[Any, list[Any]] = {}
        self.gone: dict[str, list[Any]] = {}

    def event(self, event: Any) -> None:
        moves = movements(event)
        if event["tag"].startswith(ISSUES):
            self.issue(event.get("batch"), moves)
        for source, target, batch, first, last in moves:
            if event["tag"].startswith(ISSUES):
                put(self.at.setdefault((batch, target), []), first, last)
            else:
                issuer = "issuer" in (source[0], target[0])
                need(not issuer, "只有签发可动用发行人", "only an issue touches the issuer")
                self.move(source, target, batch, first, last)

    def issue(self, batch: Any, moves: list[Any]) -> None:
        known = type(batch) is dict and words(batch.get("id")) and positive(batch.get("tonnes"))
        need(known, "签发事件缺少批次", "an issue without its batch")
        name, covered = batch["id"], 0
        need(name not in self.gone, "批次已有", f"{name} was issued or moved before")
        for source, target, of, first, last in moves:
            good = source[0] == "issuer" and target[1] == "held" and of == name
            need(good, "签发应自发行人至持有", "an issue moves its batch from the issuer to held")
            need(first == covered + 1, "签发有缺口或重叠", "an issue with a gap or an overlap")
            covered = last
        need(covered == batch["tonnes"], "编号与吨数不符", f"{name}: serials and tonnes differ")
        self.issued[name], self.gone[name] = covered, []

    def move(self, source: Any, target: Any, batch: str, first: int, last: int) -> None:
        what = f"{batch}:{first}-{last}"
        gone = self.gone.setdefault(batch, [])
        fresh = source[1] != "cancelled" and not meets(gone, first, last)
        need(fresh, "已注销的不得再动", f"{what}: cancelled is final")
        most = self.issued.get(batch, 0 if self.complete else MAX_INT)
        need(last <= most, "超出批次或未签发", f"{what}: no such credits were issued")
        if self.complete:
            held = take(self.at.get((batch, source), []), first, last)
            need(held, f"{what} 不在该处", f"{what}: not all at {source}")
            put(self.at.setdefault((batch, target), []), first, last)
        if target[1] == "cancelled":
            put(gone, first, last)

    def totals(self) -> Any:
        found = {b: {"issued": n, **dict.fromkeys(BUCKETS, 0)} for b, n in self.issued.items()}
        for (batch, place), ranges in self.at.items():
            found[batch][place[1]] += sum(last - first + 1 for first, last in ranges)
        for batch, n in self.issued.items():
            even = sum(found[batch].values()) == 2 * n
            need(even, f"{batch} 合计不符", f"{batch} does not sum to what was issued")
        return found


class Money:
    """What each account has of each asset in each bucket."""

    def __init__(self, complete: bool) -> None:
        self.complete = complete
        self.has: dict[Any, int] = {}

    def event(self, event: Any) -> None:
        found = event.get("transfers", [])
        need(type(found) is list and len(found) <= MAX_ITEMS, "应为列表", "transfers: not a list")
        for one in found:
            shape(one, "transfer", debit=dict, credit=dict, amount=count, why=str)
            for side, sign in (("debit", -1), ("credit", 1)):
                where = shape(one[side], "transfer", account=words, asset=words, bucket=str)
                known = where["bucket"] in ("available", "locked")
                need(known, "无此科目", f"no bucket {where['bucket']}")
                place = (where["asset"], where["account"], where["bucket"])
                self.has[place] = self.has.get(place, 0) + sign * one["amount"]
                short = self.complete and self.has[place] < 0 and where["account"] != "outside"
                need(not short, "透支", f"{place} would be below zero")
            same = one["debit"]["asset"] == one["credit"]["asset"]
            need(same, "两边币种不同", "a transfer from one asset into another")

    def totals(self) -> Any:
        for asset in {place[0] for place in self.has}:
            total = sum(n for place, n in self.has.items() if place[0] == asset)
            need(total == 0, f"{asset} 合计不为零", f"{asset} does not sum to zero")
        return self.has


# 8. The steps


class Step:
    """A printed line: what is wrong, else why nothing could be judged, else what was found."""

    def __init__(self) -> None:
        self.wrong: list[Any] = []
        self.blocked: list[Any] = []
        self.said: list[Any] = []

    def attempt(self, place: str, action: Any, *given: Any) -> Any:
        try:
            return action(*given)
        except Bad as error:
            self.wrong.append((f"{place}：{error.zh}", f"{place}: {error.en}"))

    def plain(self, name: str) -> Any:
        ok = False if self.wrong else None if self.blocked else True
        lines = self.wrong or self.blocked or self.said
        more = f" (+{len(lines) - 3})" if len(lines) > 3 else ""
        zh, en = "；".join(z for z, _ in lines[:3]), "; ".join(e for _, e in lines[:3])
        return {"name": name, "ok": ok, "detail": {"zh": zh + more, "en": en + more}}


def step_form(step: Step, case: Any) -> None:
    names = ", ".join(case["logs"])
    step.said.append((f"格式规范，含 {names}", f"canonical, with {names}"))


def step_signatures(step: Step, case: Any) -> None:
    def opened(log: Any) -> Any:
        origin, size, root = open_checkpoint(log["checkpoint"], log["key"])
        need(origin == log["origin"], "属另一来源", "the checkpoint is of another origin")
        need(size == log["size"], "条数不同", "the checkpoint is of another size")
        return root

    for name in case["trusted"]:
        here = name in case["logs"]
        step.attempt(name, need, here, "给了公钥但无此日志", "a key is given, the log is not here")
    for name, log in case["logs"].items():
        log["root"], key = step.attempt(name, opened, log), log["key"]
        zh, en = f"{name} 由所信任的公钥签名", f"{name}: signed by the trusted key"
        if name not in case["trusted"]:
            zh = f"{name} 签名成立；请将公钥与运营机构公布的比对：{key}"
            en = f"{name}: signed; compare the key with the operator's own: {key}"
        same = case["trusted"].get(name, key) == key
        step.attempt(name, need, same, "不是所信任的公钥", "the key is not the trusted one")
        step.said.append((zh, en))


def step_trees(step: Step, case: Any) -> None:
    def whole(log: Any) -> None:
        need(not any(e["proof"] for e in log["entries"]), "不应带证明", "proofs in a complete log")
        root = tree_root([leaf(e["entry"].encode("utf-8")) for e in log["entries"]])
        need(root == log["root"], "算不出签名的根", "the entries do not give the signed root")

    def inside(log: Any, e: Any) -> None:
        need(e["seq"] < log["size"], "超出日志", "is beyond the end of the log")
        proof = [bytes.fromhex(one) for one in e["proof"]]
        root = root_of_path(leaf(e["entry"].encode("utf-8")), e["seq"], log["size"], proof)
        need(root == log["root"], "不在签名的树内", "is not in the signed tree")

    for name, log in signed_logs(step, case):
        if log["complete"]:
            step.attempt(name, whole, log)
        for e in () if log["complete"] else log["entries"]:
            step.attempt(f"{name} {e['seq']}", inside, log, e)
        shown = f"{len(log['entries'])}/{log['size']}"
        step.said.append((f"{name} {shown} 条在签名树内", f"{name}: {shown} in the signed tree"))


def signed_logs(step: Step, case: Any) -> Any:
    for name, log in case["logs"].items():
        if log["root"] is None:
            step.blocked.append((f"{name}：没有签名的根", f"{name}: no signed root to compare"))
        else:
            yield name, log


def step_consistency(step: Step, case: Any) -> None:
    def extends(name: str, log: Any) -> None:
        if log["earlier"] is None:
            need(not log["consistency"], "有证明而无先前检查点", "a proof without a checkpoint")
            step.said.append((f"{name} 无先前检查点", f"{name}: no earlier checkpoint"))
            return
        origin, size, root = open_checkpoint(log["earlier"], log["key"])
        smaller = origin == log["origin"] and 0 < size < log["size"]
        need(smaller, "先前检查点不属此日志或不更小", "not an earlier checkpoint of this log")
        proof = [bytes.fromhex(one) for one in log["consistency"]]
        roots = two_roots(size, log["size"], proof, root, True)
        need(roots == (root, log["root"]), "并非延续", "the log does not continue the earlier one")
        step.said.append((f"{name} 前 {size} 条未变", f"{name}: first {size} entries unchanged"))

    for name, log in signed_logs(step, case):
        step.attempt(name, extends, name, log)


def step_entries(step: Step, case: Any) -> None:
    def at_its_place(name: str, e: Any, entry: Any, seen: set[str]) -> None:
        there = entry["log"] == name and entry["seq"] == e["seq"]
        need(there, "写的是另一位置", "says it stands elsewhere")
        need(entry["act_id"] not in seen, "行为出现两次", f"act {entry['act_id']} stands twice")

    for name, log in case["logs"].items():
        seen: set[str] = set()
        for i, e in enumerate(log["entries"]):
            place = f"{name} {e['seq']}"
            after = (
                e["seq"] == i
                if log["complete"]
                else not i or log["entries"][i - 1]["seq"] < e["seq"]
            )
            step.attempt(place, need, after, "次序不对", "is out of order")
            entry = step.attempt(place, read_entry, e["entry"])
            if entry is None:
                case["unreadable"] = True
                continue
            step.attempt(place, at_its_place, name, e, entry, seen)
            seen.add(entry["act_id"])
            log["read"].append(entry)
        step.said.append((f"{name} {len(seen)} 条", f"{name}: {len(seen)} entries"))


def step_links(step: Step, case: Any) -> None:
    links = {
        (name, entry["act_id"]): [(link["log"], link["act_id"]) for link in entry["linked"]]
        for name, log in case["logs"].items()
        for entry in log["read"]
    }
    for me, partners in links.items():
        place = "/".join(me)
        once = len(set(partners)) == len(partners) and me not in partners
        step.attempt(place, need, once, "关联重复或指向自身", "links twice, or to itself")
        for other in partners:
            name = "/".join(other)
            log = case["logs"].get(other[0], {"complete": other[0] not in LOGS})
            there = other in links or not log["complete"]
            step.attempt(place, need, there, f"{name} 不存在", f"its partner {name} is not there")
            back = me in links.get(other, [me])
            step.attempt(place, need, back, f"{name} 未回指", f"{name} does not name it back")
    met = sum(other in links for partners in links.values() for other in partners)
    hidden = sum(len(partners) for partners in links.values()) - met
    en = f"{met} links name each other; {hidden} lead to entries not shown"
    step.said.append((f"{met} 个关联互指，{hidden} 个指向未出示的条目", en))


def fold(step: Step, case: Any, home: str, field: str, kind: Any) -> Any:
    """Runs a ledger over its own log; its totals, or None when they cannot be had."""
    log = case["logs"].get(home, {"complete": False})
    ledger = kind(log["complete"])
    for name, i, event in case["events"]():
        if name == home:
            step.attempt(f"{home} {i}", ledger.event, event)
        else:
            step.attempt(f"{name} {i}", need, field not in event, "不属此日志", f"{field} here")
    if log["complete"] and not step.wrong:
        return step.attempt(home, ledger.totals)
    en = f"the {home} log is not complete: only each event by itself was checked"
    step.said.append((f"{home} 日志不完整，仅逐条核查", en))
    return None


def step_credits(step: Step, case: Any) -> None:
    batches = fold(step, case, "registry", "movements", Credits)
    if batches is not None:
        case["batches"] = dict(sorted(batches.items()))
        total = sum(one["issued"] for one in batches.values())
        en = f"{total} t in {len(batches)} batches, every serial in one place"
        step.said.append((f"{len(batches)} 批 {total} 吨，每个编号只在一处", en))


def step_money(step: Step, case: Any) -> None:
    has = fold(step, case, "exchange", "transfers", Money)
    if has is not None:
        en = f"{len(has)} balances sum to zero, none below zero but outside"
        step.said.append((f"{len(has)} 个余额合计为零，外部之外无透支", en))


def step_evidence(step: Step, case: Any) -> None:
    named: dict[str, set[str]] = {}
    digests([entry for log in case["logs"].values() for entry in log["read"]], named)
    seen: set[str] = set()

    def referred(digest: str, name: str, text: str) -> None:
        same = hashlib.sha256(text.encode("utf-8")).hexdigest() == digest
        need(same, "内容与摘要不符", "the text is not the one of this digest")
        need(digest in named and digest not in seen, "无条目引用或重复", "no entry refers to it")
        ending = ".json" if text[:1] in ("{", "[") else ".txt"
        good = name in {stem + ending for stem in named[digest]}
        need(good, "名称与引用不符", "its name is not the one it is referred to by")

    for one in case["evidence"]:
        step.attempt(one["digest"][:16], referred, one["digest"], one["name"], one["text"])
        seen.add(one["digest"])
    en = f"{len(seen)} texts are the ones the entries name"
    step.said.append((f"{len(seen)} 份证据与条目所引一致", en))


def step_certificate(step: Step, case: Any) -> None:
    paper = case["certificate"]
    if paper is None:
        step.said.append(("无证书", "no certificate in this bundle"))
        return

    def supported() -> None:
        registry = case["logs"].get("registry", {"read": []})["read"]
        found = [(e, v) for e in registry for v in e["events"] if v.get("certificate") == number]
        one = len(found) == 1 and number and paper["log"] == "registry"
        need(one, "须恰有一个登记事件载有此号", "not exactly one registry event has this number")
        entry, event = found[0]
        theirs = [entry["seq"], entry["day"], event["tag"]]
        theirs += [event.get("account"), event.get("blocks"), event.get("tonnes")]
        ours = [paper[k] for k in ("seq", "day", "event_tag", "account", "blocks", "tonnes")]
        need(json.dumps(ours) == json.dumps(theirs), "与事件不同", "not what the event says")
        kind = paper["kind"] in ("surrender", "cancel")
        kind = kind and event["tag"].startswith("credits-" + paper["kind"])
        need(kind, "种类与事件不同", "kind is not that of the event")
        of = {block["batch"].rpartition(".")[0] for block in paper["blocks"]}
        need(of <= {paper["instrument"]}, "产品与批次不同", "a block is of another instrument")
        stated: dict[str, list[Any]] = {}
        moved: dict[str, list[Any]] = {}
        sets = [(stated, *serials(block)) for block in paper["blocks"]]
        sets += [(moved, *m[2:]) for m in movements(event) if m[1][1] == "cancelled"]
        apart = [put(to.setdefault(batch, []), a, b) for to, batch, a, b in sets]
        total = sum(b - a + 1 for ranges in stated.values() for a, b in ranges)
        need(all(apart) and total == paper["tonnes"], "编号数与吨数不符", "blocks against tonnes")
        need(stated == moved, "事件注销的不是这些编号", "the event cancelled other credits")

    number = paper["number"]
    step.attempt(number[:40], supported)
    words = f"{number}: {paper['account']}, {paper['tonnes']} t"
    step.said.append((f"证书 {words}", f"certificate {words}"))


STEPS = [
    step_form, step_signatures, step_trees, step_consistency, step_entries,
    step_links, step_credits, step_money, step_evidence, step_certificate,
]  # fmt: skip


def verify(raw: bytes, trusted: dict[str, str]) -> Any:
    """The verdict on these bytes; `trusted` are the operators' published keys by log name."""
    first = Step()
    top = first.attempt("bundle", read_form, raw)
    case: Any = {**(top or {}), "trusted": trusted, "unreadable": False, "batches": {}}
    logs = case["logs"] = {log["name"]: log for log in case.get("logs", [])}
    for log in logs.values():
        log.update(read=[], root=None, complete=len(log["entries"]) == log["size"])
    case["events"] = lambda: (
        (name, e["seq"], event)
        for name in logs
        for e in logs[name]["read"]
        for event in e["events"]
    )
    steps = []
    for number, run in enumerate(STEPS):
        step = first if number == 0 else Step()
        if top is None or (case["unreadable"] and number > 4):
            step.blocked.append(("未进行：前面的步骤未通过", "not run: there is nothing to judge"))
        else:
            run(step, case)
        steps.append(step.plain(run.__name__[len("step_") :]))
    summary: Any = {
        name: {
            "size": log["size"],
            "shown": len(log["entries"]),
            "root": log["root"] and log["root"].hex(),
            "key": log["key"],
        }
        for name, log in logs.items()
    }
    if top is not None:
        summary["batches"] = case["batches"]
    return {"ok": all(step["ok"] for step in steps), "steps": steps, "summary": summary}


# 9. Statements


def open_statement(note: str, key: str) -> tuple[str, dict[str, str]]:
    """(kind, fields) that this key signed: the kind, then one field a line, in visible ASCII."""
    kind, *lines = open_note(note, key)[:-1].split("\n")
    need(kind in STATEMENTS, "不是所知的声明", "not a statement of a known kind")
    names = [*STATEMENTS[kind], "size", "root"]
    need(len(lines) == len(names), "不是所知的声明", "not a statement of a known kind")
    spelt = all(re.fullmatch("[!-~]{1,600}", line) for line in lines)
    need(spelt, "声明的字段写法不对", "a field of the statement is spelt otherwise")
    return kind, {name: lines[i] for i, name in enumerate(names)}


def short(field: str) -> str:
    """A field of more than 400 characters stands as its digest, so that it fits a QR code."""
    return field if len(field) <= 400 else "sha256:" + hashlib.sha256(field.encode()).hexdigest()


def stated(note: str, raw: bytes) -> str:
    """The certificate's number, if the statement is what its entry and its checkpoint say."""
    top = read_form(raw)
    log, paper = next((x for x in top["logs"] if x["name"] == "registry"), None), top["certificate"]
    if log is None or paper is None:
        raise Bad("没有证书或登记日志", "no certificate, or no registry log, to state it of")
    kind, fields = open_statement(note, log["key"])
    events = [v for e in log["entries"] for v in read_entry(e["entry"])["events"]]
    event = next(v for v in events if v.get("certificate") == paper["number"])
    origin, size, root = open_checkpoint(log["checkpoint"], log["key"])
    use = quote(str(event.get("purpose", paper["kind"])))
    whom = quote(str(event.get("beneficiary", event.get("year", ""))))
    blocks = [f"{quote(b['batch'])}:{b['first']}-{b['last']}" for b in paper["blocks"]]
    expected = {
        **{name: str(paper[name]) for name in ("kind", "tonnes", "day", "seq")},
        **{"origin": quote(origin), "size": str(size), "root": base64.b64encode(root).decode()},
        **{name: short(quote(paper[name])) for name in ("number", "account")},
        **{"blocks": short(",".join(blocks)), "purpose": short(f"{use}:{whom}")},
    }
    same = kind == PAPER and fields == expected
    need(same, "声明与条目或检查点不同", "the statement is not what entry and checkpoint say")
    return str(paper["number"])


def judge(raw: bytes, trusted: dict[str, str]) -> Any:
    """The verdict on a bundle, or on a certificate: the bundle in it, and its statement."""
    first, last = Step(), Step()
    top = first.attempt("file", parse, raw)
    if type(top) is not dict or top.get("format") != PAPER:
        return verify(raw, trusted)

    def whole() -> Any:
        fixed = {"format": lambda v: v == PAPER, "about": lambda v: v == ABOUT_PAPER}
        return shape(top, "certificate", **fixed, statement=str, bundle=lambda v: True)

    if first.attempt("file", whole) is None:
        verdict = verify(b"", trusted)  # nothing of it can be judged
        verdict["steps"][0] = first.plain("form")
    else:
        inner = json.dumps(top["bundle"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        verdict = verify(inner.encode("utf-8"), trusted)
    if verdict["ok"]:
        number = last.attempt("statement", stated, top["statement"], inner.encode("utf-8"))
        last.said.append((f"证书 {number} 的声明成立", f"the statement of {number} is the log's"))
    else:
        last.blocked.append(("未进行：前面的步骤未通过", "not run: a step before it did not pass"))
    step = last.plain("statement")
    return {**verdict, "ok": verdict["ok"] and step["ok"], "steps": [*verdict["steps"], step]}


def judge_qr(text: str, key: str) -> Any:
    """{"ok", "kind", "fields"} of a QR text that this key signed, else {"ok", "error"}."""
    try:
        parts = text.split(" ")
        need(all(re.fullmatch("[!-~]+", one) for one in parts), "写法不对", "not words of ASCII")
        note = "\n".join(parts[:-1]) + f"\n\n— {verifier_key(key)[0]} {parts[-1]}\n"
        kind, fields = open_statement(note, key)
        return {"ok": True, "kind": kind, "fields": fields}
    except Bad as error:
        return {"ok": False, "error": {"zh": error.zh, "en": error.en}}


# 10. Tiles (C2SP tlog-tiles; an entry of more than 65,535 bytes stands in large/)


def tile(folder: str, kind: str, number: int, width: int = 256) -> tuple[bytes, bool]:
    """A tile of `width` hashes or entries, and True; or the full one that took its place, False."""
    digits = f"{number:0{-(-len(str(number)) // 3) * 3}d}"
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = os.path.join(folder, kind, *("x" + one for one in groups[:-1]), groups[-1])
    partial = os.path.join(path + ".p", str(width))
    gone = width < 256 and not os.path.isfile(partial)
    try:
        with open(path if gone or width == 256 else partial, "rb") as file:
            return file.read(), not gone
    except OSError as error:
        raise Bad(f"缺少 {path}", f"cannot read {path}: {error.strerror}") from None


def tiled(folder: str, key: str, earlier: str | None) -> tuple[int, bytes]:
    """(size, root) of the log, if its entries give the signed root and its tiles are theirs."""

    def spans(count: int) -> Any:
        return [(n, min(256, count - n * 256)) for n in range((count + 255) // 256)]

    note = read_text(os.path.join(folder, "checkpoint"))
    origin, size, root = open_checkpoint(note, key)
    hashes: list[bytes] = []
    for number, width in spans(size):
        (raw, exact), at = tile(folder, "tile/entries", number, width), 0
        for seq in range(number * 256, number * 256 + width):
            entry = raw[at + 2 : at + 2 + int.from_bytes(raw[at : at + 2], "big")]
            need(len(raw) >= at + 2 + len(entry) > at + 1, "条目太短", f"entry {seq} is cut")
            at += 2 + len(entry)
            hashes.append(leaf(entry or tile(folder, "large", seq)[0]))
        need(at == len(raw) or not exact, "条目太长", f"bundle {number} is too long")
    need(tree_root(hashes) == root, "算不出签名的根", "the entries do not give the signed root")
    level, row = 0, hashes
    while row:
        for number, width in spans(len(row)):
            ours = b"".join(row[number * 256 : number * 256 + width])
            raw, exact = tile(folder, f"tile/{level}", number, width)
            same = raw.startswith(ours) and (not exact or raw == ours)
            need(same, f"tile/{level} 第 {number} 块不符", f"tile/{level} {number}: not of these")
        full = range(0, len(row) // 256 * 256, 256)
        level, row = level + 1, [tree_root(row[i : i + 256]) for i in full]
    if earlier is not None:
        name, then, old = open_checkpoint(earlier, key)
        same = name == origin and then <= size and tree_root(hashes[:then]) == old
        need(same, "并非延续", "the log does not continue the earlier one")
    return size, root


def judge_tiles(folder: str, key: str, earlier: str | None) -> Any:
    """{"ok", "size", "root"} of a published log, else {"ok", "error"}."""
    try:
        size, root = tiled(folder, key, earlier)
        return {"ok": True, "size": size, "root": root.hex()}
    except Bad as error:
        return {"ok": False, "error": {"zh": error.zh, "en": error.en}}


# 11. The command


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="verify.py", description=ABOUT["zh"] + " " + ABOUT["en"])
    parser.add_argument("file", nargs="?", help="证明文件或证书 the proof bundle or certificate")
    parser.add_argument("--qr", metavar="TEXT", help="二维码的文字 what a QR code says")
    parser.add_argument("--tiles", metavar="DIR", help="公开的日志文件夹 a published log")
    parser.add_argument("--earlier", metavar="FILE", help="先前的检查点 a checkpoint kept before")
    parser.add_argument("--key", action="append", default=[], metavar="LOG=VKEY")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    given = parser.parse_args(arguments)
    keys = dict(one.partition("=")[::2] for one in given.key)
    if len(keys) != len(given.key) or not set(keys) <= set(LOGS) or not all(keys.values()):
        parser.error("--key registry=VKEY, --key exchange=VKEY or --key policy=VKEY, each once")
    for log, key in keys.items():
        try:
            verifier_key(key)
        except Bad as error:
            parser.error(f"--key {log}: {error.zh} {error.en}")
    if sum(one is not None for one in (given.file, given.qr, given.tiles)) != 1:
        parser.error("一个文件、--qr 或 --tiles，取其一 a file, --qr or --tiles: one of them")
    if given.file is None and len(keys) != 1:
        parser.error("须给一把 --key LOG=VKEY; give one --key LOG=VKEY")
    try:
        if given.qr is not None:
            return print_found(judge_qr(given.qr, *keys.values()), given.json)
        if given.tiles is not None:
            kept = read_text(given.earlier) if given.earlier else None
            return print_found(judge_tiles(given.tiles, *keys.values(), kept), given.json)
        with open(given.file, "rb") as file:
            raw = file.read(MAX_FILE + 1)
    except OSError as error:
        print(f"无法读取 cannot read {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return print_verdict(judge(raw, keys), given.json)


def read_text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def print_found(found: Any, as_json: bool) -> int:
    """What a QR text or a published log says, a line each; or why it is refused."""
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    elif found["ok"]:
        said = {"kind": found["kind"], **found["fields"]} if "kind" in found else found
        print("\n".join(f"  {name:10} {value}" for name, value in said.items() if name != "ok"))
        print("此密钥签署了以上内容；根可与该机构公布的检查点比对")
        print("the key signed this; compare the root with the checkpoint the operator publishes")
    else:
        print(f"✗ {found['error']['zh']}\n  {found['error']['en']}")
    if not as_json:
        print("结论：成立 GOOD" if found["ok"] else "结论：不成立 REFUSED")
    return 0 if found["ok"] else 1


def print_verdict(verdict: Any, as_json: bool) -> int:
    if as_json:
        print(json.dumps(verdict, ensure_ascii=False, indent=1))
        return 0 if verdict["ok"] else 1
    for number, step in enumerate(verdict["steps"], 1):
        mark = {True: "✓", False: "✗", None: "·"}[step["ok"]]
        detail = step["detail"]
        print(f"{mark} {number:2} {step['name']:12} {detail['zh']}\n{'':17}{detail['en']}")
    print("结论：成立 GOOD" if verdict["ok"] else "结论：不成立 REFUSED")
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
