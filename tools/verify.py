#!/usr/bin/env python3
"""Check an OpenCCER proof bundle without trusting OpenCCER. 独立核验 OpenCCER 证明文件。

    python3 tools/verify.py BUNDLE [--key registry=VKEY] [--key exchange=VKEY] [--json]

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
  9. the command
A bundle has one or both of the logs "registry" (credits) and "exchange" (money). A log shown with
all its entries is complete: its root is recomputed and its sums are checked from zero. Of a partial
log each shown entry is proved to be in the signed tree, and only what the shown entries contradict
by themselves can be found wrong.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from datetime import date

FORMAT = "openccer-proof/1"
ABOUT = {
    "zh": "本文件无须信任其出具系统即可核验：python3 tools/verify.py 本文件。"
    "每本日志由其运营机构签名，请将公钥与该机构公布的公钥逐字比对。",
    "en": "This file can be checked without trusting the system that wrote it: "
    "python3 tools/verify.py FILE. Each log is signed by its operator: compare its key, letter by "
    "letter, with the one that operator publishes.",
}
LOGS = ["registry", "exchange"]
BUCKETS = ["held", "exchange", "frozen", "cancelled"]
MAX_FILE = 256 * 1024 * 1024
MAX_INT = 2**53
MAX_DEPTH = 32
MAX_ITEMS = 1_000_000


# ---------------------------------------------------------------- 1. words


class Bad(Exception):
    """One thing that is wrong."""

    def __init__(self, zh, en):
        super().__init__(en)
        self.zh, self.en = zh, en


def need(condition, zh, en):
    if not condition:
        raise Bad(zh, en)


# ---------------------------------------------------------------- 2. strict JSON


def parse(raw):
    """The value of canonical JSON bytes: sorted keys, no spaces, UTF-8, integers only."""

    def integer(text):
        need(len(text) < 18 and abs(int(text)) <= MAX_INT, "整数超过 2^53", "integer beyond 2^53")
        return int(text)

    def refuse(text):
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
        raise Bad("不是 UTF-8 JSON", f"not JSON in UTF-8: {str(error)[:80]}") from None
    need(same, "不是规范编码", "not the canonical encoding of what it says")
    return value


def deeper(value, left):
    inside = value.values() if isinstance(value, dict) else value if is_list(value) else ()
    return any(left == 0 or deeper(inner, left - 1) for inner in inside)


def is_list(value):
    return isinstance(value, list)


def is_text(value):
    return isinstance(value, str)


def some_text(value):
    return isinstance(value, str) and value != ""


def count_from(least):
    return lambda value: type(value) is int and value >= least


def is_hex(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def is_hexes(value):
    return is_list(value) and len(value) <= 128 and all(is_hex(one) for one in value)


def is_items(value):
    return is_list(value) and len(value) <= MAX_ITEMS


def is_day(value):
    if not is_text(value) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def is_instant(value):
    clock = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    pattern = rf"(.{{10}})T{clock}:[0-5][0-9](?:\.[0-9]{{6}})?[+-]{clock}"
    found = re.fullmatch(pattern, value) if is_text(value) else None
    return found is not None and is_day(found.group(1))


def is_tagged(value):
    return isinstance(value, dict) and some_text(value.get("tag"))


def shape(value, where, **tests):
    """The object, if it has exactly these fields and each passes its test."""
    need(isinstance(value, dict), f"{where} 应为对象", f"{where}: not an object")
    odd = ", ".join(sorted(set(value) ^ set(tests)))[:200]
    need(not odd, f"{where} 缺少或多出字段 {odd}", f"{where}: missing or unknown fields {odd}")
    for name, test in tests.items():
        need(test(value[name]), f"{where}.{name} 不合格", f"{where}.{name} is not what it must be")
    return value


def form(raw):
    """The bundle, every field of the right kind. What it says is not yet believed."""
    top = shape(
        parse(raw),
        "bundle",
        format=lambda v: v == FORMAT,
        about=lambda v: v == ABOUT,
        logs=lambda v: is_list(v) and len(v) in (1, 2),
        evidence=is_items,
        certificate=lambda v: v is None or isinstance(v, dict),
    )
    text_or_none = lambda v: v is None or is_text(v)  # noqa: E731
    for i, log in enumerate(top["logs"]):
        where = f"logs[{i}]"
        shape(
            log, where, name=is_text, origin=is_text, key=is_text, size=count_from(0),
            checkpoint=is_text, earlier=text_or_none, consistency=is_hexes, entries=is_items,
        )  # fmt: skip
        for k, one in enumerate(log["entries"]):
            place = f"{where}.entries[{k}]"
            shape(one, place, seq=count_from(0), entry=is_text, proof=is_hexes)
    names = [log["name"] for log in top["logs"]]
    need(names in (LOGS, LOGS[:1], LOGS[1:]), "日志名称或次序不对", "logs: registry, exchange")
    for i, one in enumerate(top["evidence"]):
        shape(one, f"evidence[{i}]", digest=is_hex, name=is_text, text=is_text)
    if top["certificate"] is not None:
        shape(
            top["certificate"], "certificate", number=is_text, kind=is_text, account=is_text,
            instrument=is_text, blocks=is_items, tonnes=count_from(1), day=is_day,
            seq=count_from(0), event_tag=is_text, log=is_text,
        )  # fmt: skip
        for block in top["certificate"]["blocks"]:
            serials(block)
    return top


# ---------------------------------------------------------------- 3. Ed25519 (RFC 8032, 5.1)

P = 2**255 - 19  # the field
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1
ZERO = (0, 1, 1, 0)  # points are (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z (5.1.4)


def add(p, q):
    """Section 5.1.4, addition; it is complete, so it doubles too."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def decode(raw):
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


def encode(p):
    """Section 5.1.2."""
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
assert BASE is not None


def good_key(public):
    """A point of the curve whose multiples by 8 are not nothing (else one signature fits many)."""
    point = decode(public)
    for _ in range(3):
        point = point and add(point, point)
    return point is not None and encode(point) != encode(ZERO)


def ed25519_verify(public, message, signature):
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


# ---------------------------------------------------------------- 4. notes (C2SP)


def from_base64(text):
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Bad("不是 base64", "not base64") from None
    need(base64.b64encode(raw).decode() == text, "base64 写法不规范", "not canonical base64")
    return raw


def verifier_key(text):
    """(name, key id, public key) of `name+hex8+base64(0x01 || public key)`."""
    found = re.fullmatch(r"([!-*,-~]{1,128})\+([0-9a-f]{8})\+(.+)", text)
    need(found, "公钥应写作 名称+编号+base64", "a key is written name+hex8+base64")
    name, key_id, raw = found.group(1), found.group(2), from_base64(found.group(3))
    need(len(raw) == 33 and raw[0] == 1, "不是 Ed25519 公钥", "not an Ed25519 key")
    identity = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    need(identity.hex() == key_id, "公钥编号不符", "the key id is not of this name and key")
    need(good_key(raw[1:]), "公钥不是可用的曲线点", "the key is no usable point of the curve")
    return name, identity, raw[1:]


def open_checkpoint(note, key):
    """(origin, size, root) that this key signed: three lines, a blank one, one signature."""
    name, identity, public = verifier_key(key)
    found = re.fullmatch(
        r"(([!-~](?:[ -~]{0,126}[!-~])?)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/=]+)\n)"
        r"\n— ([!-*,-~]{1,128}) ([A-Za-z0-9+/=]+)\n",
        note,
    )
    need(found, "检查点写法不对", "not three lines, a blank one and one signature")
    text, origin, size, root, signer, line = found.groups()
    raw, root = from_base64(line), from_base64(root)
    ours = signer == name and raw[:4] == identity
    need(ours, "由另一把密钥签名", "signed by another key")
    need(len(root) == 32 and int(size) <= MAX_INT, "根或条数不对", "not a root, or not a size")
    good = ed25519_verify(public, text.encode("utf-8"), raw[4:])
    need(good, "签名不成立", "the signature does not fit the text")
    return origin, int(size), root


# ---------------------------------------------------------------- 5. trees (RFC 6962, 2.1)


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(hashes):
    """Level by level: neighbours are joined, an odd last one is carried up as it is."""
    level = list(hashes) or [hashlib.sha256(b"").digest()]
    while len(level) > 1:
        pairs = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def left_size(n):
    """The largest power of two smaller than n: the leaves of the left half."""
    return 1 << ((n - 1).bit_length() - 1)


def root_of_path(hash_, m, n, path):
    """The root that leaf m of n has with this audit path (2.1.1, read backwards)."""
    if n == 1 or not path:
        need(n == 1 and not path, "证明长度不对", "the proof is too short or too long")
        return hash_
    k = left_size(n)
    if m < k:
        return node(root_of_path(hash_, m, k, path[:-1]), path[-1])
    return node(path[-1], root_of_path(hash_, m - k, n - k, path[:-1]))


def two_roots(m, n, path, old, whole):
    """The roots of the first m and of all n leaves, from a proof (2.1.2, read backwards)."""
    if m == n:
        need(len(path) == (0 if whole else 1), "证明长度不对", "the proof has a wrong length")
        return (old, old) if whole else (path[0], path[0])
    need(path, "证明太短", "the proof is too short")
    k = left_size(n)
    if m <= k:
        then, now = two_roots(m, k, path[:-1], old, whole)
        return then, node(now, path[-1])
    then, now = two_roots(m - k, n - k, path[:-1], old, False)
    return node(path[-1], then), node(path[-1], now)


# ---------------------------------------------------------------- 6. entries


def read_entry(text):
    entry = shape(
        parse(text.encode("utf-8")), "entry", log=some_text, seq=count_from(0), act_id=some_text,
        actor=some_text, day=is_day, rulebook=is_hex, recorded_at=is_instant, act=is_tagged,
        linked=lambda v: is_list(v) and len(v) <= 1000,
        events=lambda v: is_items(v) and all(is_tagged(event) for event in v),
    )  # fmt: skip
    for link in entry["linked"]:
        shape(link, "linked", log=some_text, act_id=some_text)
    return entry


def digests(value, found):
    """Collects digest -> the names it goes by: a field report_digest calls it "report"."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in inside:
        if isinstance(inner, (dict, list)):
            digests(inner, found)
        elif is_text(name) and name.endswith("digest") and is_text(inner):
            stem = name[: -len("digest")].rstrip("_") or "evidence"
            found.setdefault(inner, set()).add(stem)


# ---------------------------------------------------------------- 7. ledgers


def serials(block):
    """(batch, first, last) of a block: counted from 1, the first not after the last."""
    shape(block, "block", batch=some_text, first=count_from(1), last=count_from(1))
    need(block["first"] <= block["last"], "编号首大于尾", "first after last")
    return block["batch"], block["first"], block["last"]


def credit_place(side):
    shape(side, "movement", account=some_text, bucket=is_text)
    place = (side["account"], side["bucket"])
    known = side["account"] != "issuer" and side["bucket"] in BUCKETS
    need(known or place == ("issuer", "unissued"), "无此科目", f"no such place: {place}"[:200])
    return place


def movements(event):
    """[(from, to, batch, first, last), ...] of an event."""
    found = event.get("movements", [])
    need(is_list(found), "movements 应为列表", "movements: not a list")
    for one in found:
        shape(one, "movement", debit=bool, credit=bool, block=bool, why=is_text)
    return [
        (credit_place(m["debit"]), credit_place(m["credit"]), *serials(m["block"])) for m in found
    ]


def take(ranges, first, last):
    """The sorted disjoint ranges without first..last, all of which must be in one of them."""
    for i, (start, end) in enumerate(ranges):
        if start <= first and last <= end:
            rest = [(start, first - 1), (last + 1, end)]
            return ranges[:i] + [r for r in rest if r[0] <= r[1]] + ranges[i + 1 :]
    return None


def put(ranges, first, last):
    """The ranges with first..last, joined to its neighbours."""
    before = [r for r in ranges if r[1] < first]
    after = [r for r in ranges if r[0] > last]
    if before and before[-1][1] == first - 1:
        first = before.pop()[0]
    if after and after[0][0] == last + 1:
        last = after.pop(0)[1]
    return [*before, (first, last), *after]


class Credits:
    """For every batch and place, the set of serials there, as ranges."""

    def __init__(self, complete):
        self.complete, self.issued, self.at, self.gone = complete, {}, {}, {}

    def event(self, event):
        moves = movements(event)
        if event["tag"].startswith("credits-issued/"):
            self.issue(event.get("batch"), moves)
            return
        for source, target, batch, first, last in moves:
            issuer = "issuer" in (source[0], target[0])
            need(not issuer, "只有签发可动用发行人", "only an issue touches the issuer")
            self.move(source, target, batch, first, last)

    def issue(self, batch, moves):
        known = isinstance(batch, dict) and some_text(batch.get("id"))
        known = known and count_from(1)(batch.get("tonnes"))
        need(known, "签发事件缺少批次", "an issue without its batch")
        name, tonnes, covered = batch["id"], batch["tonnes"], 0
        need(name not in self.issued and name not in self.gone, "批次已有", f"{name} issued again")
        for source, target, of, first, last in moves:
            good = source[0] == "issuer" and target[1] == "held" and of == name
            need(good, "签发应自发行人至持有", "an issue moves its batch from the issuer to held")
            need(first == covered + 1, "签发有缺口或重叠", "an issue with a gap or an overlap")
            covered = last
        need(covered == tonnes, "编号与吨数不符", f"{name}: serials and tonnes differ")
        self.issued[name], self.gone[name] = tonnes, []
        for _, target, _, first, last in moves:
            here = self.at.setdefault((name, target), [])
            self.at[name, target] = put(here, first, last)

    def move(self, source, target, batch, first, last):
        words = f"{batch}:{first}-{last}"[:200]
        need(source[1] != "cancelled", "已注销的不得再动", f"{words}: cancelled is final")
        gone = self.gone.setdefault(batch, [])
        again = any(a <= last and first <= b for a, b in gone)
        need(not again, "已注销的不得再动", f"{words}: cancelled is final")
        outside = last > self.issued.get(batch, 0 if self.complete else MAX_INT)
        need(not outside, "超出批次或未签发", f"{words}: no such credits were issued")
        if self.complete:
            left = take(self.at.get((batch, source), []), first, last)
            need(left is not None, f"{words} 不在该处", f"{words}: not all at {source}"[:200])
            self.at[batch, source] = left
            self.at[batch, target] = put(self.at.get((batch, target), []), first, last)
        if target[1] == "cancelled":
            self.gone[batch] = put(gone, first, last)

    def totals(self):
        found = {b: {"issued": n, **dict.fromkeys(BUCKETS, 0)} for b, n in self.issued.items()}
        for (batch, place), ranges in self.at.items():
            found[batch][place[1]] += sum(last - first + 1 for first, last in ranges)
        for batch, counts in found.items():
            even = sum(counts[bucket] for bucket in BUCKETS) == counts["issued"]
            need(even, f"{batch} 合计不符", f"{batch} does not sum to what was issued")
        return found


class Money:
    """What each account has of each asset in each bucket, as one signed total."""

    def __init__(self, complete):
        self.complete, self.has = complete, {}

    def event(self, event):
        found = event.get("transfers", [])
        need(is_list(found), "transfers 应为列表", "transfers: not a list")
        for one in found:
            shape(one, "transfer", debit=bool, credit=bool, amount=count_from(0), why=is_text)
            for side, sign in (("debit", -1), ("credit", 1)):
                where = shape(
                    one[side], "transfer", account=some_text, asset=some_text,
                    bucket=lambda v: v in ("available", "locked"),
                )  # fmt: skip
                place = (where["asset"], where["account"], where["bucket"])
                self.has[place] = self.has.get(place, 0) + sign * one["amount"]
                short = self.complete and self.has[place] < 0 and where["account"] != "outside"
                need(not short, "透支", f"{place} below zero"[:200])
            same = one["debit"]["asset"] == one["credit"]["asset"]
            need(same, "两边币种不同", "a transfer from one asset into another")

    def totals(self):
        for asset in {place[0] for place in self.has}:
            total = sum(amount for place, amount in self.has.items() if place[0] == asset)
            need(total == 0, f"{asset} 合计不为零", f"{asset} does not sum to zero")
        return self.has
