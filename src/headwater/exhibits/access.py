"""Who may read a file, as its folder's system has it: owner, group, mode, and whether everybody may."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

try:
    import grp
    import pwd
except ImportError:  # a system without these tables: numbers are told as they are
    grp = pwd = None  # type: ignore[assignment]


def access_of(file: Path) -> dict[str, Any] | None:
    """Owner and group by name (by number where they have none), the mode in octal; ``None`` where it cannot be seen.

    ``others`` is what the file's own mode says: the folders above it may still keep people out.
    """
    try:
        found = file.stat()
    except OSError:
        return None
    mode = stat.S_IMODE(found.st_mode)
    return {
        "owner": _owner(found.st_uid),
        "group": _group(found.st_gid),
        "mode": f"{mode:04o}",
        "others": bool(mode & stat.S_IROTH),
    }


def _owner(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name if pwd else str(number)
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name if grp else str(number)
    except KeyError:
        return str(number)
