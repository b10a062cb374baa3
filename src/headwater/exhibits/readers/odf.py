"""OpenDocument texts, presentations and drawings (.odt, .odp, .odg and their templates); sheets (.ods) are read as workbooks."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.locked import LOCKED
from headwater.exhibits.member import Member
from headwater.exhibits.odf_text import OdfText
from headwater.exhibits.office_parts import Parts, enclosed, has_part, open_parts
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_KIND = b"application/vnd.oasis.opendocument."
_SHEETS = (b"spreadsheet",)
_PARTS = {"content.xml": "", "styles.xml": "headers and footers", "meta.xml": "about"}


class Odf:
    """Reads OpenDocument files that are no workbooks."""

    name = "opendocument"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the kind that stands uncompressed at the beginning of the archive."""
        place = head[:256].find(_KIND)
        if place < 0 or head[place + len(_KIND) :].startswith(_SHEETS):
            return False
        return has_part(head, member, "content.xml", "META-INF/manifest.xml")

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the content, headers and footers, objects inside, pictures."""
        with member.open() as stream:
            parts = open_parts(stream)
            if _is_locked(parts):
                yield NotRead(member.path, LOCKED)
                return
            if "content.xml" not in parts.names:
                yield NotRead(f"{member.path}#content", "a part of it is missing")
            for name in parts.names:
                folder, _, file = name.rpartition("/")
                if file in _PARTS and "META-INF" not in folder:
                    yield from _part(parts, member, name, " ".join(filter(None, (folder, _PARTS[file]))))
            yield from enclosed(parts, member, "Pictures/", "media/", "Object", "ObjectReplacements/", "Basic/")


def _is_locked(parts: Parts) -> bool:
    try:
        return b"encryption-data" in parts.read("META-INF/manifest.xml")
    except UnreadableError:
        return False


def _part(parts: Parts, member: Member, name: str, title: str) -> Iterator[Content]:
    try:
        with parts.stream(name) as stream:
            yield from OdfText(title).read(stream)
    except UnreadableError as error:
        yield NotRead(f"{member.path}#{title or 'content'}", str(error))


READER = Odf()
