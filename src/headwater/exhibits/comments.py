"""What a workbook holds beside its cells: comments and notes, text boxes, pictures and enclosed files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.drawing_text import drawing_contents
from headwater.exhibits.markup import attribute, parsed
from headwater.exhibits.member import Member
from headwater.exhibits.odf_text import OdfText
from headwater.exhibits.office_parts import ZIP, Parts, enclosed, open_parts
from headwater.exhibits.passages import passages
from headwater.exhibits.unseen_parts import unseen_parts
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_BOOK = "xl/workbook.xml"
_CELL = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")


def comments(member: Member, given: Given | None = None) -> Iterator[Content]:
    """Give the comments of each sheet as a passage ``comments of SHEET``, one a line, each after the name of its cell.

    Nothing comes of a workbook in the old format, nor of a file that is none.
    """
    with member.open() as stream:
        if stream.read(4) != ZIP:
            return
        try:
            parts = open_parts(stream)
            if _BOOK in parts.names:
                yield from _beside_cells(parts, member)
            elif "content.xml" in parts.names:
                yield from _of_opendocument(parts)
        except UnreadableError as error:
            yield NotRead(member.path, str(error))


def _beside_cells(parts: Parts, member: Member) -> Iterator[Content]:
    root = parsed(parts.read(_BOOK))
    targets = {relation.id: relation.target for relation in parts.relations(_BOOK)}
    for sheet in root.iter("{*}sheet"):
        name = attribute(sheet, "name")
        part = next((targets[v] for k, v in sheet.attrib.items() if k.endswith("}id") and v in targets), "")
        hidden = attribute(sheet, "state") in ("hidden", "veryHidden")
        yield from _sheet(parts, member, part, name, hidden)
    yield from passages("links", parts.addresses(), hidden=True)
    yield from unseen_parts(parts, described=False)
    yield from enclosed(parts, member, "xl/media/", "xl/embeddings/")


def _sheet(parts: Parts, member: Member, part: str, name: str, hidden: bool) -> Iterator[Content]:
    try:
        said: dict[str, str] = {}
        for kind in ("comments", "threadedComment"):  # a threaded comment leaves a stand-in among the old ones
            for target in parts.targets(part, kind):
                said |= _by_cell(parts.read(target))
        yield from passages(f"comments of {name}", (f"{cell}: {text}" for cell, text in said.items()), hidden=hidden)
        for target in parts.targets(part, "drawing"):
            yield from drawing_contents(parsed(parts.read(target)), f"text boxes of {name}", hidden=hidden)
    except UnreadableError as error:
        yield NotRead(f"{member.path}#comments of {name}", str(error))


def _by_cell(data: bytes) -> dict[str, str]:
    said: dict[str, str] = {}
    for comment in parsed(data):
        found = comment if _CELL.fullmatch(attribute(comment, "ref")) else None
        for each in [found] if found is not None else comment.iter("{*}comment", "{*}threadedComment"):
            cell = attribute(each, "ref")
            text = "".join(piece.text or "" for piece in each.iter("{*}t", "{*}text"))
            said[cell] = f"{said[cell]}\n{text}" if cell in said else text
    return said


def _of_opendocument(parts: Parts) -> Iterator[Content]:
    with parts.stream("content.xml") as stream:
        for content in OdfText("").read(stream):
            if getattr(content, "name", "").endswith("comments"):
                yield content
