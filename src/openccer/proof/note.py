"""Signed checkpoints in the C2SP formats signed-note and tlog-checkpoint, signed with Ed25519.

A checkpoint says what a log was: its origin, how many entries, their root. Anyone with the
operator's verifier key can open one. Parsing is stricter than C2SP asks: exactly one signature,
exactly three lines, so that no byte of a checkpoint can be changed and still be accepted.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from openccer.proof.strict import MAX_INTEGER, Wrong

ED25519 = b"\x01"
MAX_NOTE = 64 * 1024

_NAME = re.compile(r"[!-*,-~]{1,128}")  # visible ASCII; "+" separates the parts of a key
_ORIGIN = re.compile(r"[!-~](?:[ -~]{0,126}[!-~])?")  # one line, spaces only inside
_SIGNATURE = re.compile(r"— ([!-*,-~]{1,128}) ([A-Za-z0-9+/=]{1,200})\n")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")

# Ordinates of the eight points of small order on Curve25519's Edwards form. With one of them as
# a key, one signature fits many texts; libraries differ in whether they notice.
_FIELD = 2**255 - 19
_Y_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _FIELD - 1, _Y_OF_ORDER_8, _FIELD - _Y_OF_ORDER_8})


class BadNote(Wrong):
    """The note, or the key it is opened with, is not what it must be; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log was at one size."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A name and an Ed25519 public key; its text is `name+key id+base64`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that `text` spells; BadNote for anything but the one spelling of a sound key."""
        parts = text.split("+", 2)  # base64 has "+" of its own
        if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not _KEY_ID.fullmatch(parts[1]):
            raise BadNote("公钥应写作 名称+编号+base64", "a key is written name+hex8+base64")
        raw = _from_base64(parts[2], "公钥", "the key")
        if len(raw) != 33 or raw[:1] != ED25519:
            raise BadNote("不是 Ed25519 公钥", "not an Ed25519 key: 0x01 and 32 bytes")
        key = cls(name=parts[0], public=raw[1:])
        if key.key_id.hex() != parts[1]:
            raise BadNote("公钥编号与公钥不符", "the key id is not the one of this name and key")
        ordinate = int.from_bytes(key.public, "little") & (2**255 - 1)
        if ordinate >= _FIELD or ordinate in _SMALL_ORDER:
            raise BadNote("公钥不是可用的曲线点", "the key is no usable point of the curve")
        return key

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(ED25519 + self.public)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A name and a 32-byte Ed25519 seed. The same seed and text always give the same note."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise BadNote("名称不可用", f"not a key name: {self.name[:80]!r}")
        if len(self.seed) != 32:
            raise BadNote("种子应为 32 字节", "a seed is 32 bytes")

    @classmethod
    def generate(cls, name: str, randomness: Callable[[int], bytes]) -> Self:
        """A new key from 32 bytes of the caller's randomness (`os.urandom`, in earnest)."""
        return cls(name=name, seed=randomness(32))

    @property
    def key(self) -> VerifierKey:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return VerifierKey(name=self.name, public=public.public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The verifier key to publish."""
        return str(self.key)

    def sign(self, text: str, most: int = MAX_NOTE // 2) -> str:
        """The note: the text of at most so many bytes, a blank line, one signature."""
        if not text.endswith("\n") or len(text.encode()) > most:
            raise BadNote("文本须以换行结尾", "a note's text ends with a newline and is short")
        raw = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n— {self.name} {to_base64(self.key.key_id + raw)}\n"


def sign_checkpoint(signer: Signer, origin: str, size: int, root: bytes) -> str:
    """The signed statement that the log `origin` had `size` entries with this root."""
    if not is_origin(origin) or not 0 <= size <= MAX_INTEGER or len(root) != 32:
        raise BadNote("检查点内容不可用", "not an origin, a size and a root of 32 bytes")
    return signer.sign(f"{origin}\n{size}\n{to_base64(root)}\n")


def open_note(note: str, vkey: str, most: int = MAX_NOTE) -> str:
    """The text of a note that this key, and nobody else, has signed; BadNote with the reason."""
    key = VerifierKey.parse(vkey)
    if len(note) > most:
        raise BadNote("签名文本过长", "the note is too long")
    head, blank, tail = note.rpartition("\n\n")
    line = _SIGNATURE.fullmatch(tail)
    if not blank or not head or line is None:
        raise BadNote(
            "应为正文、空行和一行签名", "expected a text, a blank line and one signature line"
        )
    raw = _from_base64(line[2], "签名", "the signature")
    if line[1] != key.name or raw[:4] != key.key_id:
        raise BadNote("由另一把密钥签名", "signed by another key")
    if len(raw) != 68:
        raise BadNote("签名长度不对", "a signature is 4 and 64 bytes")
    text = head + "\n"
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
    except (InvalidSignature, ValueError):
        raise BadNote("签名不成立", "the signature does not fit the text") from None
    return text


def open_checkpoint(note: str, vkey: str) -> Checkpoint:
    """The checkpoint this key signed; BadNote with the exact reason otherwise."""
    lines = open_note(note, vkey).split("\n")
    if len(lines) != 4:
        raise BadNote(
            "检查点应为三行", "a checkpoint is three lines: its origin, its size, its root"
        )
    origin, size, root, _ = lines
    if not is_origin(origin):
        raise BadNote("来源名不可用", "the origin is not a name")
    if not _SIZE.fullmatch(size) or int(size) > MAX_INTEGER:
        raise BadNote("条数写法不对", "the size is not a plain decimal number up to 2^53")
    raw = _from_base64(root, "根", "the root")
    if len(raw) != 32:
        raise BadNote("根应为 32 字节", "a root is 32 bytes")
    return Checkpoint(origin=origin, size=int(size), root=raw)


def is_origin(text: str) -> bool:
    return _ORIGIN.fullmatch(text) is not None


def to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _from_base64(text: str, zh: str, en: str) -> bytes:
    """The bytes, if `text` is the one spelling of them."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or to_base64(raw) != text:
        raise BadNote(f"{zh}的 base64 写法不规范", f"{en} is not canonical base64")
    return raw
