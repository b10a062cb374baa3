"""Presentations (.pptx, .pptm, .ppsx): slides in their order, tables, notes, comments, hidden slides, enclosed files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.drawing_text import drawing_contents
from headwater.exhibits.markup import Element, attribute, parsed
from headwater.exhibits.member import Member
from headwater.exhibits.office_parts import Parts, enclosed, has_part, open_parts
from headwater.exhibits.passages import passages
from headwater.exhibits.unseen_parts import unseen_parts
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_MAIN = "ppt/presentation.xml"
_BESIDE = (("notesSlide", "notes"), ("comments", "comments"), ("diagramData", "diagram"), ("chart", "chart"))


class Pptx:
    """Reads presentations of 2007 and later."""

    name = "pptx"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the parts of the archive."""
        return has_part(head, member, _MAIN, "ppt/presProps.xml", "ppt/slides/slide1.xml")

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give each slide with what stands beside it, then what belongs to none."""
        with member.open() as stream:
            parts = open_parts(stream)
            read: set[str] = set()
            for number, slide in enumerate(_slides(parts), start=1):
                yield from _slide(parts, member, slide, f"slide {number}", read)
            rest = [n for n in parts.names if n.startswith("ppt/comments/") and n.endswith(".xml") and n not in read]
            for part in [*rest, *(n for n in parts.names if _is_master(n))]:
                yield from _part(parts, member, part, posixpath.basename(part), hidden=True, fixed=_is_master(part))
            yield from passages("links", parts.addresses(), hidden=True)
            yield from unseen_parts(parts)
            yield from enclosed(parts, member, "ppt/")


def _is_master(name: str) -> bool:
    return name.startswith(("ppt/slideMasters/slide", "ppt/slideLayouts/slide"))


def _slides(parts: Parts) -> Iterator[str]:
    """The slides in the order in which they are shown, then those that the presentation does not name."""
    slides = [n for n in parts.names if n.startswith("ppt/slides/slide") and n.endswith(".xml")]
    by_id = {r.id: r.target for r in parts.relations(_MAIN) if r.kind == "slide"}
    order: list[str] = []
    try:
        root = parsed(parts.read(_MAIN))
        order = [by_id.get(each.attrib.values()[-1], "") for each in root.iter("{*}sldId") if each.attrib]
    except UnreadableError:
        pass  # the slides are read in the order of the archive then
    yield from dict.fromkeys([*(n for n in order if n in slides), *slides])


def _slide(parts: Parts, member: Member, slide: str, name: str, read: set[str]) -> Iterator[Content]:
    hidden = False
    try:
        root = parsed(parts.read(slide))
        hidden = attribute(root, "show") in ("0", "false")
        yield from drawing_contents(root, name, hidden=hidden)
    except UnreadableError as error:
        yield NotRead(f"{member.path}#{name}", str(error))
    for kind, title in _BESIDE:
        for target in parts.targets(slide, kind):
            read.add(target)
            if kind != "chart" or not parts.targets(target, "package"):
                yield from _part(parts, member, target, f"{name} {title}", hidden=hidden)


def _part(
    parts: Parts, member: Member, part: str, name: str, *, hidden: bool, fixed: bool = False
) -> Iterator[Content]:
    try:
        root = parsed(parts.read(part))
    except UnreadableError as error:
        yield NotRead(f"{member.path}#{name}", str(error))
        return
    if fixed:
        for shape in list(root.iter("{*}sp")):
            if _is_placeholder(shape):
                shape.getparent().remove(shape)
    yield from drawing_contents(root, name, hidden=hidden)


def _is_placeholder(shape: Element) -> bool:
    """Tell whether a shape of a master only says where slides have their texts."""
    return shape.find("{*}nvSpPr/{*}nvPr/{*}ph") is not None


READER = Pptx()
