"""Reads ``headwater.toml``: what a person says about a case before anything of it is read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

from headwater.exhibits.blocks import SETTINGS_FILE, Block, as_block
from headwater.exhibits.log_blocks import log_mapping
from headwater.exhibits.recogniser_blocks import allowed, own_recognisers
from headwater.exhibits.rule_files import sigma_settings
from headwater.model.errors import SettingsError
from headwater.model.settings import ANOTHER_HAND, WHOSE, Dataset, LogMapping, OwnedContacts, Reason, Settings

_KEYS = (
    *("timezone", "organisation", "jurisdiction", "datasets", "network", "logs", "sigma", "reasons", "canaries"),
    *("attribution", "recognisers", "allow"),
)

MOST_DAYS = 366
"""A relation of more than a year ago is no reason."""


def load_settings(file: Path) -> Settings:
    """Read the settings of a case; a file that does not exist gives the defaults."""
    top = Block("", _toml(file))
    top.only(*_KEYS)
    network = top.block("network", "[network]")
    network.only("permitted_sites")
    return Settings(
        timezone=_timezone(top),
        organisation=top.text("organisation"),
        jurisdiction=top.text("jurisdiction", "cn"),
        datasets=_datasets(top),
        permitted_sites=network.texts("permitted_sites"),
        logs=_logs(top),
        sigma=sigma_settings(top),
        reasons=_reasons(top),
        owned=_owned(top.block("canaries", "[canaries]")),
        another_hand=_another_hand(top.block("attribution", "[attribution]")),
        recognisers=own_recognisers(top),
        allowed=allowed(top),
    )


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise SettingsError(f"is not UTF-8 (byte {error.start})", SETTINGS_FILE) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(error), SETTINGS_FILE) from error
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", SETTINGS_FILE) from error


def _timezone(top: Block) -> str:
    name = top.text("timezone", "UTC")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise top.wrong(f"timezone: there is no time zone {name!r}") from error
    return name


def _datasets(top: Block) -> tuple[Dataset, ...]:
    blocks = top.block("datasets", "[datasets]").values
    return tuple(_dataset(name, as_block(value, f"[datasets.{name}]", name)) for name, value in blocks.items())


def _dataset(name: str, block: Block) -> Dataset:
    block.only("snapshot", "key", "tables", "urls", "exports", "canaries", "page_columns", "export_columns")
    listed = isinstance(block.values.get("canaries", []), list)  # else the path of a file that lists them
    return Dataset(
        name=name,
        snapshot=block.maybe_text("snapshot"),
        key=block.maybe_text("key"),
        tables=block.texts("tables"),
        urls=block.patterns("urls", group="subject"),
        exports=block.patterns("exports"),
        canaries=block.texts("canaries") if listed else (),
        canary_file=None if listed else block.text("canaries"),
        page_columns=block.texts("page_columns"),
        export_columns=block.texts("export_columns"),
    )


def _reasons(top: Block) -> tuple[Reason, ...]:
    blocks = top.values.get("reasons", [])
    if not isinstance(blocks, list):
        raise top.wrong("reasons must be given as [[reasons]] blocks")
    return tuple(_reason(as_block(v, f"[[reasons]] {n}", "reasons")) for n, v in enumerate(blocks, start=1))


def _reason(block: Block) -> Reason:
    block.only("relation", "of", "days")
    relation, of, days = block.text("relation"), block.text("of", "self"), block.values.get("days", 0)
    if not relation:
        raise block.wrong("relation is missing: a word of business/*.csv, or opened")
    if of not in WHOSE:
        raise block.wrong(f"of must be one of {', '.join(WHOSE)}")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
        raise block.wrong(f"days must be a whole number from 0 to {MOST_DAYS}")
    return Reason(relation, of, days)


def _owned(block: Block) -> OwnedContacts:
    block.only("owned_mobiles", "owned_addresses", "owned_mail_domain")
    domain = block.text("owned_mail_domain")
    if domain and not re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*", domain):
        raise block.wrong("owned_mail_domain must be a domain in small letters, e.g. post.example.com")
    return OwnedContacts(block.texts("owned_mobiles"), block.texts("owned_addresses"), domain)


def _another_hand(block: Block) -> float:
    block.only("another_hand")
    chance = block.values.get("another_hand", ANOTHER_HAND)
    if not isinstance(chance, float) or not 0 < chance < 1:
        raise block.wrong("another_hand must be a number between 0 and 1, e.g. 0.02")
    return chance


def _logs(top: Block) -> tuple[LogMapping, ...]:
    blocks = top.values.get("logs", [])
    if not isinstance(blocks, list):
        raise top.wrong("logs must be given as [[logs]] blocks")
    return tuple(
        log_mapping(number, as_block(value, f"[[logs]] {number}", "logs"))
        for number, value in enumerate(blocks, start=1)
    )
