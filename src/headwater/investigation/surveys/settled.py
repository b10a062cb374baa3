"""What a case's settings add to a scan: the protected data sets that nobody named, the house's own numbers, and what it allows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from headwater.exhibits.settings import load_settings
from headwater.investigation.survey_options import DatasetFile, Options
from headwater.model.errors import CaseError
from headwater.model.settings import Allowed
from headwater.scanning.allowed import AllowList
from headwater.scanning.housed import House


def with_settings(options: Options) -> Options:
    """The options with what the settings add. Data sets that were named go before those of the settings.

    :raises CaseError: for settings that do not exist
    :raises SettingsError: for settings that cannot be read
    """
    if options.settings is None:
        return options
    if not options.settings.is_file():
        raise CaseError("is no file of settings", str(options.settings))
    return replace(options, datasets=options.datasets or _datasets(options.settings))


def house_of(options: Options) -> tuple[House, tuple[Allowed, ...]]:
    """What the settings say of the house today, and every entry of its allow-list, expired or not."""
    if options.settings is None:
        return House(), ()
    settings = load_settings(options.settings)
    return House(settings.recognisers, AllowList.on(settings.allowed, options.today)), settings.allowed


def _datasets(file: Path) -> tuple[DatasetFile, ...]:
    """The data sets that have a snapshot and a key: without these nothing can be compared."""
    known = load_settings(file).datasets
    return tuple(DatasetFile(d.name, file.parent / d.snapshot, d.key) for d in known if d.snapshot and d.key)
