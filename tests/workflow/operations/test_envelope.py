"""The encrypted file: what goes in comes out, at any size and from any place; what was touched does not open."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.operations import envelope
from workflow.operations.envelope import MAGIC, EnvelopeReader, EnvelopeWriter
from workflow.operations.errors import ArchiveDamaged, NotAnArchive, WrongPassphrase

PASSPHRASE = "mười hai chữ trở lên"


COST = dict(envelope._COST)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(envelope, "_CHUNK", 64)


def test_guessing_a_passphrase_costs_64_mib_and_real_time(monkeypatch):
    assert 128 * COST["n"] * COST["r"] == 64 * 1024 * 1024
    monkeypatch.setattr(envelope, "_COST", COST)

    assert opened(sealed(b"x")).read() == b"x"


def sealed(plain, piece=50):
    file = io.BytesIO()
    writer = EnvelopeWriter(file, PASSPHRASE)
    for start in range(0, len(plain), piece):
        writer.write(plain[start : start + piece])
    writer.finish()
    return file.getvalue()


def opened(content, passphrase=PASSPHRASE):
    return io.BufferedReader(EnvelopeReader(io.BytesIO(content), passphrase))


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128, 129, 1000])
def test_every_size_comes_back(size):
    plain = bytes(range(256)) * 4

    assert opened(sealed(plain[:size])).read() == plain[:size]


def test_it_can_be_read_from_any_place():
    plain = bytes(range(250))
    reader = opened(sealed(plain))

    for start in (200, 0, 63, 64, 120, 249):
        reader.seek(start)
        assert reader.read(20) == plain[start : start + 20]
    assert reader.seek(-3, io.SEEK_END) == 247
    assert (reader.read(), reader.read()) == (plain[-3:], b"")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_single_changed_byte_goes_unnoticed(data):
    content = bytearray(sealed(b"x" * 200))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises((ArchiveDamaged, NotAnArchive, WrongPassphrase)):
        opened(bytes(content)).read()


def test_chunks_cannot_be_left_out_swapped_or_cut_off():
    content = sealed(bytes(range(256)))  # four chunks
    start, size = content.index(b"\n", len(MAGIC)) + 1, 64 + 16
    one, two, three, four = (content[start + place * size : start + (place + 1) * size] for place in range(4))

    for chunks in ([one, two, three], [one, three, four], [two, one, three, four], [one, two, three, four, four]):
        with pytest.raises(ArchiveDamaged):
            opened(content[:start] + b"".join(chunks)).read()


def test_an_envelope_that_was_not_finished_does_not_open():
    file = io.BytesIO()
    EnvelopeWriter(file, PASSPHRASE).write(b"x" * 500)

    with pytest.raises(ArchiveDamaged):
        opened(file.getvalue())


def test_a_header_cannot_ask_for_unbounded_memory():
    content = sealed(b"x").replace(b'"n": 2', b'"n": 9999999999999')

    with pytest.raises(ArchiveDamaged, match="phần đầu"):
        opened(content)
