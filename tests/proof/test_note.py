"""Signed notes against published ones, and the two Ed25519 verifiers against RFC 8032."""

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from openccer.proof.note import (
    BadNote,
    Checkpoint,
    Signer,
    VerifierKey,
    open_checkpoint,
    open_note,
    sign_checkpoint,
)
from proof.world import verify

# The example of the Go package golang.org/x/mod/sumdb/note: key, text and signature.
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_NOTE = (
    PETER_TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
    "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of C2SP signed-note.
FOO_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
    "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# A checkpoint of the Go checksum database, and its published key.
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_NOTE = (
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWE"
    "PWL+o3GeoWwOoAw=\n"
)

SIGNER = Signer(name="registry.example", seed=bytes(32))
NOTE = sign_checkpoint(SIGNER, "registry.example/log", 7, b"\x07" * 32)

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def test_the_go_example_is_opened_and_signed_alike():
    signer = Signer(name="PeterNeumann", seed=PETER_SEED)
    assert signer.vkey == PETER_KEY
    assert open_note(PETER_NOTE, PETER_KEY) == PETER_TEXT
    assert signer.sign(PETER_TEXT) == PETER_NOTE


def test_the_c2sp_example_is_opened():
    assert open_note(FOO_NOTE, FOO_KEY) == "This is an example message.\n"


def test_a_checkpoint_of_the_go_checksum_database_is_opened_by_both():
    root = base64.b64decode("mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=")
    origin = "go.sum database tree"
    assert open_checkpoint(GO_NOTE, GO_KEY) == Checkpoint(origin=origin, size=6476701, root=root)
    assert verify.open_checkpoint(GO_NOTE, GO_KEY) == (origin, 6476701, root)


@settings(deadline=None)
@given(size=st.integers(0, 2**53), root=st.binary(min_size=32, max_size=32))
def test_what_is_signed_is_opened(size, root):
    note = sign_checkpoint(SIGNER, "a.example/log", size, root)
    expected = Checkpoint(origin="a.example/log", size=size, root=root)
    assert open_checkpoint(note, SIGNER.vkey) == expected
    assert verify.open_checkpoint(note, SIGNER.vkey) == ("a.example/log", size, root)
    assert note == sign_checkpoint(SIGNER, "a.example/log", size, root)


def test_a_key_is_made_of_the_randomness_given():
    signer = Signer.generate("a.example", lambda count: b"\x05" * count)
    assert signer == Signer(name="a.example", seed=b"\x05" * 32)
    assert "\\x05" not in repr(signer)
    assert str(VerifierKey.parse(signer.vkey)) == signer.vkey


@pytest.mark.parametrize(
    "change",
    [
        lambda n: n.replace("\n7\n", "\n07\n"),
        lambda n: n.replace("\n7\n", "\n+7\n"),
        lambda n: n.replace("\n7\n", "\n7 \n"),
        lambda n: n.replace("\n7\n", "\n٧\n"),
        lambda n: n.replace("\n7\n", "\n9007199254740993\n"),
        lambda n: n.replace("\n7\n", "\n7\nmore\n"),
        lambda n: n.replace("\n", "\r\n"),
        lambda n: n.rstrip("\n"),
        lambda n: n + "\n",
        lambda n: "\n" + n,
        lambda n: n.replace("— ", "- "),
        lambda n: n.replace("— ", "—  "),
        lambda n: n + n.splitlines()[-1] + "\n",
        lambda n: n.replace("registry.example/log", "registry.example/lop"),
        lambda n: n.replace("— registry", "— Registry"),
        lambda n: n.replace("=\n\n", "\n\n"),
        lambda n: n.replace("c=\n\n", "d=\n\n"),
        lambda n: n[:-5] + "AA==\n",
        lambda n: n.replace("\n\n", "\n"),
        lambda n: "",
        lambda n: n * 1000,
    ],
)
def test_a_damaged_checkpoint_is_refused_by_both(change):
    damaged = change(NOTE)
    assert damaged != NOTE
    with pytest.raises(BadNote):
        open_checkpoint(damaged, SIGNER.vkey)
    with pytest.raises(verify.Bad):
        verify.open_checkpoint(damaged, SIGNER.vkey)


@pytest.mark.parametrize("text", ["a\n7\n", "a\n07\nAAAA\n", "a b", f"a\n7\n{'A' * 44}", "\n7\n"])
def test_what_is_signed_but_no_checkpoint_is_refused_by_both(text):
    note = SIGNER.sign(text + "\n")
    assert open_note(note, SIGNER.vkey) == text + "\n"
    with pytest.raises(BadNote):
        open_checkpoint(note, SIGNER.vkey)
    with pytest.raises(verify.Bad):
        verify.open_checkpoint(note, SIGNER.vkey)


def test_an_empty_text_is_no_note():
    with pytest.raises(BadNote, match="expected a text"):
        open_note(SIGNER.sign("\n"), SIGNER.vkey)


def spelt(name: str, raw: bytes) -> str:
    """A key text with a fitting id, whatever the key."""
    key_id = sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(raw).decode()}"


# The points of small order, and spellings that are no point: RFC 8032, section 5.1.3.
BAD_POINTS = [
    (0).to_bytes(32, "little"),
    (1).to_bytes(32, "little"),
    (2**255 - 20).to_bytes(32, "little"),
    (1 | 1 << 255).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    (2**255 - 18).to_bytes(32, "little"),
    (2**255 - 1).to_bytes(32, "little"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
]


@pytest.mark.parametrize("point", BAD_POINTS)
def test_a_bad_point_is_no_key(point):
    key = spelt("a", b"\x01" + point)
    with pytest.raises(BadNote, match="no usable point"):
        open_checkpoint(NOTE, key)
    with pytest.raises(verify.Bad, match="no usable point"):
        verify.open_checkpoint(NOTE, key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a",
        "a+b+c",
        SIGNER.vkey + "=",
        SIGNER.vkey.upper(),
        SIGNER.vkey.replace("registry", "Registry"),
        " " + SIGNER.vkey,
        spelt("a", b"\x02" + SIGNER.key.public),
        spelt("a", b"\x01" + SIGNER.key.public[:-1]),
        spelt("a b", b"\x01" + SIGNER.key.public),
    ],
)
def test_a_key_written_otherwise_is_refused_by_both(key):
    with pytest.raises(BadNote):
        open_checkpoint(NOTE, key)
    with pytest.raises(verify.Bad):
        verify.open_checkpoint(NOTE, key)


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032(public, message, signature):
    key, text, raw = (bytes.fromhex(part) for part in (public, message, signature))
    assert verify.ed25519_verify(key, text, raw)
    assert not verify.ed25519_verify(key, text + b"!", raw)
    order = 2**252 + 27742317777372353535851937790883648493
    more = raw[:32] + (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    assert not verify.ed25519_verify(key, text, more), "S may not be written larger than L"
    for bit in range(0, 512, 37):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not verify.ed25519_verify(key, text, bytes(flipped))


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_it_agrees_with_the_library(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.ed25519_verify(public, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verify.ed25519_verify(public, message, bytes(flipped))
    assert not verify.ed25519_verify(public, message + b"\x00", signature)
