"""Pictures as they are found: screenshots, photographs, notes in them, torn and hostile ones. OCR runs with the real models."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin
from tests.exhibits.readers.support_pages import chinese_font, contents, lines_of, packed, reasons, sheets_of, written
from tests.exhibits.support_exhibits import only_member

from headwater.exhibits import ocr, pixels
from headwater.exhibits.contents import Given, Passage, reader_of
from headwater.exhibits.readers.picture import READER
from headwater.model.errors import UnreadableError

UNSEEN = Given(pictures=False)
NOT_ASKED = "is a picture, and pictures were not to be read"
TELEPHONE = "Tel. 15400000001"
PICTURE = written([TELEPHONE], width=500)
KINDS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "AVIF", "JPEG2000")
HEIC = Path(__file__).with_name("tel.heic").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_by_its_first_bytes_and_opens(tmp_path: Path, kind: str) -> None:
    data = packed(PICTURE, kind)
    assert reasons(contents(tmp_path, data, UNSEEN)) == [NOT_ASKED]
    frame, damaged = pixels.frame(data, 0)
    assert (frame.size, frame.mode, damaged) == (PICTURE.size, "RGB", False)


@pytest.mark.parametrize("text", [b"BMW 15400000001 and so on", b"RIFF is a word", b"II*", b"\0" * 64])
def test_texts_that_begin_alike_are_no_pictures(tmp_path: Path, text: bytes) -> None:
    member = only_member(tmp_path, "seized/file", text)
    assert reader_of(member) is not READER


def test_notes_of_cameras_and_programs_are_given(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "王小明".encode()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.CameraOwnerName] = "Li Si"
    inner[ExifTags.Base.UserComment] = b"UNICODE\0" + "批注".encode("utf-16-le")
    places = exif.get_ifd(ExifTags.IFD.GPSInfo)
    places.update({1: "S", 2: (31.0, 13.0, 49.44), 3: "E", 4: (121.0, 28.0, 25.32)})
    lines = lines_of(contents(tmp_path, packed(PICTURE, "JPEG", exif=exif), UNSEEN), "properties")
    assert {"Artist: 王小明", "CameraOwnerName: Li Si", "UserComment: 批注"} <= set(lines)
    assert "GPSPosition: -31.230400, 121.473700" in lines
    told = PngImagePlugin.PngInfo()
    told.add_itxt("Author", "张三 zhang@example.com")
    assert "Author: 张三 zhang@example.com" in lines_of(
        contents(tmp_path, packed(PICTURE, "PNG", pnginfo=told), UNSEEN)
    )


def test_without_the_extra_the_picture_is_said_to_be_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as where it is not installed
    (reason,) = reasons(contents(tmp_path, packed(PICTURE, "PNG")))
    assert "headwater[ocr]" in reason


def test_bombs_and_pictures_without_size_are_refused(tmp_path: Path) -> None:
    header = packed(Image.new("L", (1, 1)), "BMP")
    vast = header[:18] + (60_000).to_bytes(4, "little") + (60_000).to_bytes(4, "little") + header[26:]
    assert reasons(contents(tmp_path, vast)) == ["has too many pixels to be unfolded"]
    none = header[:18] + bytes(8) + header[26:]
    assert reasons(contents(tmp_path, none)) == ["is damaged, or no picture of a kind that can be opened"]


def test_a_torn_photograph_shows_what_came_before_the_tear() -> None:
    data = packed(Image.new("RGB", (800, 800), (200, 30, 30)), "JPEG")
    frame, damaged = pixels.frame(data[: len(data) // 2], 0)
    assert damaged
    assert np.asarray(frame)[5, 5, 0] > 180
    with pytest.raises(UnreadableError):
        pixels.frame(data[:20], 0)


@pytest.mark.parametrize(("ink", "ground"), [("black", 255), ("white", 0)])
def test_transparent_pictures_are_put_on_a_ground_that_shows_them(ink: str, ground: int) -> None:
    image = Image.new("RGBA", (200, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((20, 20, 60, 40), fill=ink)
    assert np.asarray(pixels.flat(image))[0, 0].tolist() == [ground] * 3


@pytest.mark.slow
def test_pages_frames_and_strange_kinds_are_read_the_same_twice(tmp_path: Path) -> None:
    other = written(["ID 132101199001010010"], width=500, size=30)
    parts = contents(tmp_path, packed(PICTURE, "TIFF", save_all=True, append_images=[other]))
    assert "15400000001" in "".join(lines_of(parts, "page 1"))
    assert "132101199001010010" in "".join(lines_of(parts, "page 2"))
    assert ocr.read_text(PICTURE) == ocr.read_text(PICTURE)
    gif = packed(PICTURE, "GIF", save_all=True, append_images=[PICTURE, Image.new("RGB", PICTURE.size, "navy")])
    moving = contents(tmp_path, gif)
    assert [part.name for part in moving if isinstance(part, Passage)] == ["frame 1"]
    assert "15400000001" in "".join(lines_of(moving))
    assert "15400000001" in "".join(lines_of(contents(tmp_path, HEIC)))


@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_picture_is_read_from_its_top(tmp_path: Path, turn: int) -> None:
    told = ["First 15400000001", "Second 15400000019", "Third 15400000027"]
    image = written(told, width=700).rotate(turn, expand=True)
    lines = ["".join(line.split()) for line in lines_of(contents(tmp_path, packed(image, "PNG")))]
    assert lines == ["".join(line.split()) for line in told]


@pytest.mark.slow
def test_a_spreadsheet_photographed_askew_is_a_table(tmp_path: Path) -> None:
    font = chinese_font(28)
    rows = [
        ("姓名", "手机号码", "身份证号"),
        *((f"王{c}", f"1540000000{n}", f"13210119900101{n:04}") for n, c in enumerate("伟芳娜敏静")),
    ]
    image = Image.new("RGB", (1000, 460), "white")
    for n, row in enumerate(rows):
        for left, cell in zip((60, 260, 560), row, strict=True):
            ImageDraw.Draw(image).text((left, 50 + 60 * n), cell, font=font, fill="black")
    data = (1.04, 0.12, -60, -0.09, 1.05, 40, 0.00005, 0.00012)
    askew = image.transform(image.size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC, fillcolor="grey")
    (sheet,) = sheets_of(contents(tmp_path, packed(askew, "JPEG", quality=70)))
    assert sheet.columns == rows[0]
    assert [tuple(row.values()) for row in sheet.rows.to_pylist()] == rows[1:]


@pytest.mark.slow
def test_bubbles_of_a_long_chat_stay_lines_in_their_order(tmp_path: Path) -> None:
    font = chinese_font(40)
    said = [f"第{n}句 154{n:08}" for n in range(1, 31)]
    image = Image.new("RGB", (1080, 160 * len(said)), (237, 237, 237))
    for n, text in enumerate(said):
        ImageDraw.Draw(image).text((120 if n % 2 else 560, 60 + 160 * n), text, font=font, fill="black")
    lines = lines_of(contents(tmp_path, packed(image, "PNG")))
    assert [line[-11:] for line in lines] == [text[-11:] for text in said]


OFFLINE = """
import socket, sys
def refused(*_, **__): raise AssertionError("the network was asked for")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from PIL import Image
from headwater.exhibits.ocr import read_text
print(*(piece.text for piece in read_text(Image.open(sys.argv[1])).pieces))
"""


@pytest.mark.slow
def test_reading_asks_for_no_network(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    PICTURE.save(file)
    command = [sys.executable, "-c", OFFLINE, str(file)]
    apart = ["unshare", "--net", "--map-root-user"]
    if sys.platform == "linux" and subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0:
        command = [*apart, *command]
    told = subprocess.run(
        command, capture_output=True, check=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert "15400000001" in told.stdout


SMALL = [packed(PICTURE.resize((120, 40)), kind) for kind in KINDS] + [HEIC]


@settings(max_examples=200)
@given(
    which=st.integers(0, len(SMALL) - 1),
    cut=st.floats(0.02, 1),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=8),
)
def test_damage_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, which: int, cut: float, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(SMALL[which])
    for place, value in changes:
        data[int(place * len(data))] = value
    torn = bytes(data[: int(cut * len(data))])
    list(READER.read(only_member(tmp_path_factory.mktemp("picture"), "seized/file", torn), UNSEEN))
    try:
        assert pixels.frame(torn, 0)[0].mode == "RGB"
    except UnreadableError as error:
        assert "/" not in str(error)


def test_the_extra_is_there_where_the_tests_run() -> None:
    assert ocr.is_there()
