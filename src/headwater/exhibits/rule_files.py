"""The ``[sigma]`` block of the settings, and the rule files that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from headwater.exhibits.blocks import SETTINGS_FILE, Block
from headwater.exhibits.globs import glob
from headwater.model.exhibit import Exhibit
from headwater.model.settings import RuleFile, SigmaSettings

LARGEST = 1 << 20
"""Bytes of a rule file; a larger one is set aside."""


def sigma_settings(top: Block) -> SigmaSettings:
    """Read the block: ``rules`` (one glob or several) and ``builtin``."""
    block = top.block("sigma", "[sigma]")
    block.only("rules", "builtin")
    builtin = block.values.get("builtin", False)
    if not isinstance(builtin, bool):
        raise block.wrong("builtin must be true or false")
    if "rules" not in block.values:
        return SigmaSettings(builtin=builtin)
    one = isinstance(block.values["rules"], str)
    return SigmaSettings((block.text("rules"),) if one else block.texts("rules"), builtin)


def with_files(settings: SigmaSettings, exhibits: Sequence[Exhibit]) -> SigmaSettings:
    """The settings with the texts of the files that they name; what cannot be read is a fault, and so is a glob that
    names nothing although somebody wrote it.
    """
    files: list[RuleFile] = []
    faults: list[tuple[str, str]] = []
    patterns = [glob(p) for p in settings.rules]
    for exhibit in exhibits:
        if any(p.match(exhibit.path) for p in patterns):
            told = rule_file(exhibit.path, exhibit.file)
            if isinstance(told, RuleFile):
                files.append(told)
            else:
                faults.append((exhibit.path, told))
    if settings.rules != SigmaSettings().rules:
        found = [e.path for e in exhibits]
        unmet = [p for p in settings.rules if not any(glob(p).match(path) for path in found)]
        faults += [(SETTINGS_FILE, f"[sigma] rules: no file matches {p!r}") for p in unmet]
    return replace(settings, files=tuple(files), faults=tuple(faults))


def rule_file(path: str, file: Path) -> RuleFile | str:
    """A rule file by the name that it is called, or why it cannot be read."""
    try:
        if file.stat().st_size > LARGEST:
            return f"a rule file of more than {LARGEST >> 20} MB"
        return RuleFile(path, file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return f"is not UTF-8 (byte {error.start})"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
