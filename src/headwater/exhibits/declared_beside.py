"""Logs that somebody declared elsewhere than in ``headwater.toml``, which is never written to: in the console's settings."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from headwater.exhibits.blocks import as_block
from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.log_blocks import log_mapping
from headwater.model.errors import SettingsError
from headwater.model.settings import LogMapping

PLACE = "the declared logs"
STARS = 6
"""So many stars may stand in one ``files``: to hold a pattern of many against one path may take hours."""


def declared_logs(text: str, before: int = 0) -> tuple[LogMapping, ...]:
    """``[[logs]]`` blocks of a text; ``before`` so many stand in ``headwater.toml``, and are counted before these.

    :raises SettingsError: for a text that holds anything else, or a block that cannot be
    """
    try:
        top = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(error), PLACE) from error
    if unknown := sorted(set(top) - {"logs"}):
        raise SettingsError(f"holds {unknown[0]!r}; only [[logs]] blocks belong here", PLACE)
    blocks = top.get("logs", [])
    if not isinstance(blocks, list):
        raise SettingsError("logs must be given as [[logs]] blocks", PLACE)
    made = tuple(
        log_mapping(number, as_block(value, f"[[logs]] {number}", "logs"))
        for number, value in enumerate(blocks, start=before + 1)
    )
    for one in made:
        if one.files.replace("**", "*").count("*") > STARS:
            raise SettingsError(f"files: at most {STARS} stars in one pattern", f"[[logs]] {one.block}")
    return made


def with_declared(case: CaseFolder, text: str) -> CaseFolder:
    """The case folder as if these blocks stood in its settings, after its own.

    :raises SettingsError: as :func:`declared_logs` does
    """
    if not text.strip():
        return case
    more = declared_logs(text, len(case.settings.logs))
    return replace(case, settings=replace(case.settings, logs=(*case.settings.logs, *more)), declared=text)
