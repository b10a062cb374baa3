"""Files torn off anywhere or with bytes changed give what they give: nothing but an UnreadableError leaves a reader, and none hangs."""

from __future__ import annotations

import contextlib
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_office import (
    MADE_DOC,
    PEOPLE,
    docx_bytes,
    locked,
    mail_bytes,
    member_of,
    msg_bytes,
    odt_bytes,
    ppt_bytes,
    pptx_bytes,
    xlsx_bytes,
)
from test_reader_mail import RAW
from test_reader_office import RTF
from test_reader_web import PAGE

from headwater.exhibits.comments import comments
from headwater.exhibits.contents import Given
from headwater.exhibits.readers import doc, docx, eml, html, mbox, msg, odf, ole_package, ppt, pptx, pst, rtf, vcf, xml
from headwater.exhibits.readers import locked as locked_reader
from headwater.exhibits.sheets import sheets
from headwater.model.errors import UnreadableError

READERS = {
    r.READER.name: r.READER
    for r in (doc, docx, eml, html, mbox, msg, odf, ole_package, ppt, pptx, pst, rtf, vcf, xml, locked_reader)
}


@cache
def sample(name: str) -> bytes:
    box = b"From a@example.com Mon Jan  1 08:00:00 2024\n"
    made = {
        "doc": MADE_DOC.read_bytes,
        "docx": docx_bytes,
        "mail": mail_bytes,
        "html": PAGE.encode,
        "mbox": lambda: box + RAW + b"\n\n" + box + mail_bytes(),
        "outlook message": msg_bytes,
        "opendocument": lambda: odt_bytes("<text:p>a</text:p><table:table><table:table-row/></table:table>"),
        "ole package": msg_bytes,
        "ppt": ppt_bytes,
        "pptx": pptx_bytes,
        "outlook store": lambda: b"!BDN" + bytes(4) + b"SM" + bytes(600),
        "rtf": lambda: RTF,
        "vcard": lambda: (
            b"BEGIN:VCARD\nVERSION:3.0\nFN;ENCODING=QUOTED-PRINTABLE:=E5=\n=A0\nPHOTO;ENCODING=b:aGVsbG8\nEND:VCARD\n"
        ),
        "xml": lambda: b"<?xml version='1.0'?><r><a><b>1</b></a><a><b>2</b></a></r>",
        "encrypted office file": lambda: locked(xlsx_bytes(PEOPLE), "x"),
    }
    return made[name]()


def changed(data: bytes, end: int, places: list[tuple[int, int]]) -> bytes:
    out = bytearray(data)
    for place, value in places:
        out[place % len(out)] = value
    return bytes(out[: max(len(out) - end % len(out), 1)])


CHANGES = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=6)
ENDS = st.one_of(st.just(0), st.integers(0, 1 << 20))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", sorted(READERS))
@settings(max_examples=25)
@given(end=ENDS, places=CHANGES)
def test_no_damage_breaks_a_reader(name, end, places):
    member = member_of(changed(sample(name), end, places))
    with member.open() as stream:
        head = stream.read(1 << 16)
    for reader in READERS.values():
        reader.fits(head, member)
    with contextlib.suppress(UnreadableError):
        for _ in READERS[name].read(member, Given(("a",))):
            pass


@settings(max_examples=25)
@given(end=ENDS, places=CHANGES)
def test_no_damage_breaks_the_reader_of_comments_or_of_sheets(end, places):
    member = member_of(changed(xlsx_bytes([*PEOPLE, ["", "", ""], *PEOPLE], "批注"), end, places))
    list(comments(member))
    list(sheets(member, ("a",)))


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_bytes_are_of_no_format(data):
    member = member_of(b"x" + data)
    assert not [name for name, reader in READERS.items() if reader.fits(b"x" + data, member)]
