"""What lies in an office document that is a zip archive: pictures, enclosed files, and whether it has a part."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Enclosed
from headwater.exhibits.member import Member
from headwater.exhibits.names import leads_out
from headwater.exhibits.office_package import LARGEST, LIMITS, Parts, Relation, open_parts
from headwater.exhibits.zips import open_zip
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

__all__ = ["LARGEST", "LIMITS", "ZIP", "Parts", "Relation", "enclosed", "has_part", "open_parts"]

ZIP = b"PK\x03\x04"
_HIDDEN_KINDS = ("vbaproject.bin", "vbadata.xml", "printersettings", "thumbnail", "activex", ".odttf", ".fntdata")


def has_part(head: bytes, member: Member, *wanted: str) -> bool:
    """Tell whether a file is a zip archive that holds one of these parts."""
    if not head.startswith(ZIP):
        return False
    try:
        with member.open() as stream:
            return not set(wanted).isdisjoint(open_zip(stream, LIMITS).NameToInfo)
    except (UnreadableError, OSError):
        return False


def enclosed(parts: Parts, member: Member, *folders: str) -> Iterator[Enclosed | NotRead]:
    """Give the pictures and files in a document: all of its parts in these folders that are no markup of its own."""
    for name in parts.names:
        lowered = name.lower()
        if lowered.endswith((".xml", ".rels", "/")) or any(kind in lowered for kind in _HIDDEN_KINDS):
            continue
        if not name.startswith(folders):
            continue
        if leads_out(name):
            yield NotRead(f"{member.path}!{name}", "its name leads out of the document")
            continue
        try:
            yield Enclosed(name, parts.read(name))
        except UnreadableError as error:
            yield NotRead(f"{member.path}!{name}", str(error))
