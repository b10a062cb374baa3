"""What one file gave, as plain values: kept in the ledger, and part of the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from headwater.exhibits.access import access_of
from headwater.exhibits.live.entries import LiveExhibit
from headwater.identifiers.text import mask_line
from headwater.investigation.surveys.work import File
from headwater.model.exhibit import Exhibit
from headwater.scanning.survey.gathering import Gathered, Part
from headwater.scanning.survey.showing import shown_header


def told(file: File, exhibit: Exhibit, folder: Path) -> dict[str, Any]:
    """A file as it is kept: ``row`` is what the answer says of it but for persons; ``finds`` is where its fingerprints lie."""
    gathered = file.gathered
    return {
        "row": {
            "path": gathered.path,
            "holder": exhibit.holder,
            "format": gathered.format,
            "bytes": gathered.bytes,
            "sha256": file.sha256,
            "status": _status(gathered),
            "reasons": gathered.reasons,
            "rows": gathered.rows,
            "suppressed": [{"filter": name, "count": count} for name, count in sorted(gathered.let_go.items())],
            "modified": modified(exhibit),
            "access": _access(exhibit),
            "samples": [
                {
                    "part": s.part,
                    "line": s.line,
                    "column": s.column,
                    "kind": s.kind,
                    "mask": s.mask,
                    "confidence": s.confidence,
                }
                for s in gathered.samples
            ],
        },
        "parts": [_part(part) for part in gathered.parts],
        "firsts": [part.first_row for part in gathered.parts],
        "kinds": gathered.kinds,
        "sure": [round(weight, 3) for weight in gathered.sure],
        "rows": gathered.rows,
        "found": sum(gathered.found),
        "finds": file.finds.relative_to(folder).as_posix(),
        "lines": file.lines.relative_to(folder).as_posix() if file.lines else None,
    }


def _status(gathered: Gathered) -> str:
    if not gathered.reasons:
        return "read"
    return "partly read" if gathered.parts else "unread"


def _part(part: Part) -> dict[str, Any]:
    columns = [
        {
            "place": place,
            "header": shown_header(header) if part.has_header else None,
            "kind": verdict.told,
            "share": verdict.recognised.share if verdict.recognised else None,
            "confidence": verdict.recognised.confidence if verdict.recognised else None,
        }
        for place, (header, verdict) in enumerate(zip(part.headers, part.verdicts, strict=True), start=1)
    ]
    return {"name": mask_line(part.name), "hidden": part.hidden, "rows": part.rows, "columns": columns}


def _access(exhibit: Exhibit) -> dict[str, Any] | None:
    if isinstance(exhibit, LiveExhibit):
        return dict(exhibit.access) if exhibit.access else None
    return access_of(exhibit.file)


def modified(exhibit: Exhibit) -> str | None:
    """When a file was last written, in UTC; ``None`` where that cannot be told."""
    if isinstance(exhibit, LiveExhibit):
        return exhibit.modified
    try:
        seconds = exhibit.file.stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
