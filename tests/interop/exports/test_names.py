"""Names go out and come back: each is made, and read by the function that stands beside it."""

from hashlib import sha256

import pytest

from openccer.interop.exports.names import (
    digest_of,
    digest_uri,
    published,
    serial_id,
    serials,
    version_of,
    year_of,
)
from openccer.kernel.ids import BatchId, Digest
from openccer.ledger.blocks import Block

BATCH = BatchId("OW-1.2025.1")


def test_a_block_is_named_by_its_batch_and_its_ends():
    name = serial_id(Block(BATCH, 1, 19))
    assert name == "OW-1.2025.1:000000001-000000019"
    assert serials(name) == (BATCH, 1, 19)


def test_a_reversed_name_is_read_as_it_stands():
    assert serials("OW-1.2025.1:000000019-000000000") == (BATCH, 19, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OW-1.2025.1",
        "OW-1.2025.1:1-19",
        "OW-1.2025:000000001-000000019",
        "OW-1.2025.1:000000001-0000000190",
    ],
)
def test_another_text_names_no_block(text: str):
    assert serials(text) is None


def test_the_id_of_a_batch_has_its_year():
    assert year_of(BATCH) == 2025
    assert year_of("OW-1.2025") is None


def test_a_document_is_named_as_the_rfc_has_it():
    # RFC 6920, section 8.1: the name of the text "Hello World!".
    digest = Digest(sha256(b"Hello World!").hexdigest())
    name = "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"
    assert digest_uri(digest) == name
    assert digest_of(name) == digest
    assert digest_of(name[:-1]) is None


def test_a_methodology_has_a_version_where_its_code_says_one():
    known = published("CCER-01-002-V01")
    assert known is not None
    assert known.code == "CCER-01-002-V01"
    assert version_of("CCER-01-002-V01") == "V01"
    assert version_of("CCER-SF6") is None
    assert published("CCER-01-002") is None
