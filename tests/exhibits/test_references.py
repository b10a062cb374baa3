"""References in XML that stand for no character harm no reader and cost no text, however the XML is encoded and cut."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.exhibits.markup import parsed, steps
from headwater.exhibits.references import Mended, mended

HALVES = ("&#55296;", "&#57343;", "&#xD800;", "&#xdfff;", "&#x0000D8ab;", "&#0056000;")
WHOLE = ("&#55295;", "&#57344;", "&#xD7FF;", "&#xE000;", "&#x1F525;", "&#24352;", "&amp;")


class Small(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def read(self, size=-1):
        return super().read(7)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("half", HALVES)
def test_half_a_pair_is_read_as_no_character(encoding, half):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    text = f'{mark}<?xml version="1.0" encoding="{encoding.removesuffix("-be")}"?><a><b k="在{half}">吗{half}</b>后{half}</a>'
    data = text.encode(encoding)
    for stream in (io.BytesIO(data), Small(data)):
        (found,) = (each for event, each in steps(stream, ("b",)) if event == "end")
        assert found.text == "吗\ufffd" and found.get("k") == "在\ufffd"
    assert parsed(data)[0].tail == "后\ufffd"


@given(st.lists(st.sampled_from([*HALVES, *WHOLE, "在吗", "&", "&#", ";", "<b/>"]), max_size=30), st.integers(1, 60))
def test_nothing_else_changes_wherever_a_text_is_cut(parts, size):
    class Cut(io.BytesIO):
        def read(self, wanted=-1):
            return super().read(size)

    data = "".join(parts).encode()
    stream, pieces = Mended(Cut(data)), []
    while piece := stream.read(size):
        pieces.append(piece)
    assert b"".join(pieces) == mended(data)
    assert len(mended(data)) == len(data)
    plain = "".join("\ufffd" if part in HALVES else part for part in parts)
    as_written = mended(data).decode().replace("&#65533;", "\ufffd").replace("&#xFFFD;", "\ufffd")
    assert as_written.replace("&#x0000FFFD;", "\ufffd").replace("&#0065533;", "\ufffd") == plain
