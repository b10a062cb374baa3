"""Deals decoys out: each for one account, period or place, or shared by chance; and says what that lets one expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import plain
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import delimited_layout, sheets, table_format
from headwater.ingestion.tables.layout import texts
from headwater.model.errors import CaseError
from headwater.model.exhibit import Exhibit, NotRead
from headwater.model.words import Text
from headwater.planting.canaries.density import chance, needed
from headwater.planting.canaries.naming import ALPHA, ASIDE, SURE
from headwater.planting.canaries.owned import dice
from headwater.planting.canaries.sharing import decoys_needed
from headwater.store.lake import Lake

SAMPLES = (500, 2_000, 5_000)
WANTED = (0.95, 0.99)
_ACCOUNT = ("account", "账号")
LOW, HIGH = 0.1, 0.4
"""The range of chances by which a shared decoy is shown: one taker is told best at 1/e, several at less."""
MOST_ACCOUNTS = 1 + int((1 - SURE) / SURE / ASIDE)
"""Among more accounts than this no unique decoy, nor several of one account, make it as likely as :data:`~.naming.SURE`: one way out
that no log knows explains them all."""


@dataclass(frozen=True, slots=True)
class Dealing:
    """For whom decoys are: a label for each, or the accounts that share all of them by ``chances``; and how dense they are.

    ``accounts`` are those that are known to be accounts: a label that was merely named may be a period or a place. ``house`` is
    how many accounts the workspace knows.
    """

    labels: tuple[str, ...]
    accounts: tuple[str, ...]
    chances: tuple[float, float] | None
    each: int
    rows: int
    house: int = 0

    @property
    def too_many(self) -> bool:
        """Whether there are more accounts than unique decoys can name one of."""
        return self.chances is None and max(self.house, len(self.accounts)) > MOST_ACCOUNTS

    def plain(self) -> list[dict[str, Any]]:
        """What samples of several sizes show, as JSON values."""
        return [
            {
                "rows": taken,
                "chance": round(chance(self.each, self.rows, taken), 6),
                "needed": {str(w): needed(self.rows, taken, w) for w in WANTED},
            }
            for taken in _samples(self.rows)
        ]  # fmt: skip

    def sentences(self) -> tuple[Text, ...]:
        """The same as sentences."""
        if self.chances:
            part = min(1.0, SAMPLES[1] / self.rows)
            enough = decoys_needed(len(self.accounts), ALPHA, part, *self.chances)
            text = Text(
                f"{len(self.labels)} decoys are shared by {len(self.accounts)} accounts. A single taker whose leak holds "
                f"{part:.1%} of his rows is expected to be named with {enough:,} (chance of naming any innocent: {ALPHA:g}).",
                f"{len(self.labels)} 条诱饵由 {len(self.accounts)} 个账号共享。若泄露含单一窃取者所见行的 {part:.1%}，"
                f"预计需 {enough:,} 条诱饵才能指认（误指任何无辜者的概率：{ALPHA:g}）。",
            )
            return (text,)
        told = []
        for taken in _samples(self.rows):
            most = [f"{needed(self.rows, taken, w):,} for {w:.1%}" for w in WANTED]
            wanted = [f"达 {w:.1%} 需 {needed(self.rows, taken, w):,} 条" for w in WANTED]
            told.append(
                Text(
                    f"{self.each} decoys among {self.rows:,} rows: a sample of {taken:,} rows shows one with a chance of "
                    f"{chance(self.each, self.rows, taken):.1%}; it takes {', '.join(most)}.",
                    f"{self.rows:,} 行中有 {self.each} 条诱饵：抽取 {taken:,} 行时出现至少一条的概率为 "
                    f"{chance(self.each, self.rows, taken):.1%}；"
                    f"{'，'.join(wanted)}。",
                )
            )
        return (*told, *([_unnamed(max(self.house, len(self.accounts)))] if self.too_many else ()))


def _unnamed(accounts: int) -> Text:
    return Text(
        f"By unique decoys nobody is named where there are more than {MOST_ACCOUNTS:,} accounts, and there are {accounts:,}: one way out "
        "that no log knows would explain all decoys of an account. They are evidence beside other; shared decoys (--shared) can name.",
        f"账号多于 {MOST_ACCOUNTS:,} 个时（现有 {accounts:,} 个），专属诱饵本身不足以指认任何人：一条日志未记录的外泄途径即可解释"
        "同一账号的全部诱饵。它们仍可与其他证据合并；共享诱饵（--shared）可以指认。",
    )


def dealing(
    labels: Sequence[str],
    accounts: Path | None,
    lake: Lake | None,
    shared: bool,
    count: int,
    rows: int,
    house: int = 0,
) -> Dealing:
    """Deal so many decoys out to what was named, to the accounts of a file, or to those of a lake.

    ``rows`` is how many rows one account can take, ``house`` how many accounts the workspace knows. Decoys go round in turn;
    where nothing is named all are for nobody.

    :raises CaseError: if there are more to deal to than decoys, or shared ones without accounts
    """
    listed = tuple(dict.fromkeys([*(read_accounts(accounts) if accounts else ()), *(_accounts(lake) if lake else ())]))
    named = list(dict.fromkeys([*labels, *listed]))
    if shared:
        if len(named) < 2:
            raise CaseError("shared decoys need accounts to be shown to: --accounts, --per-account or --for")
        return Dealing(("",) * count, tuple(named), (LOW, HIGH), count, rows, house)
    if len(named) > count:
        raise CaseError(f"{count} decoys are too few for {len(named)} accounts: one for each at least, or --shared")
    dealt = tuple(named[n % len(named)] for n in range(count)) if named else ("",) * count
    return Dealing(dealt, listed, None, count // max(1, len(named)), rows, house)


def shuffled(labels: Sequence[str], seed: int | None = None) -> tuple[str, ...]:
    """Labels in an order that nobody can guess (but with a seed, for trials): which decoy is whose does not follow from the keys."""
    return tuple(dice(seed, "labels").sample(labels, len(labels)))


def read_accounts(file: Path) -> tuple[str, ...]:
    """Read accounts from a table with the column ``account`` (账号), or from a text with one on each line.

    :raises CaseError: if there is none
    """
    if not file.is_file():
        raise CaseError("does not exist", str(file))
    found: list[str] = []
    for member in members(_exhibit(file)):
        for sheet in [member] if isinstance(member, NotRead) else sheets(member):
            columns = () if isinstance(sheet, NotRead) else (texts(sheet, name) for name in _ACCOUNT)
            found += next((cells.drop_null().to_pylist() for cells in columns if cells is not None), [])
    found = found or _lines(file)
    if not found:
        raise CaseError("holds no accounts: it needs the column account, or one account on each line", str(file))
    return tuple(dict.fromkeys(found))


def _lines(file: Path) -> list[str]:
    """The lines of a text that is no table, without a header that says account."""
    with file.open("rb") as stream:
        head = stream.read(HEAD)
    if table_format(head) != "delimited" or delimited_layout(plain(_exhibit(file))) is not None:
        return []
    text = file.read_text(encoding_of(head) or "utf-8", errors="replace").removeprefix("\ufeff")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(not line.isprintable() or "," in line for line in lines):
        return []
    named = bool(lines) and lines[0].casefold() in _ACCOUNT
    if not named and file.suffix.lower() in (".csv", ".tsv"):
        return []  # its first line is the header of something else
    return lines[1:] if named else lines


def _exhibit(file: Path) -> Exhibit:
    return Exhibit(file.name, file, "hr", None, file.stat().st_size)


def _accounts(lake: Lake) -> tuple[str, ...]:
    rows = lake.read("accounts").to_pylist() if lake.rows("accounts") else []
    found = sorted({r["account"] for r in rows if r["kind"] != "service"})
    if not found:
        raise CaseError("the workspace knows no accounts: `headwater ingest` reads them from hr/accounts.csv")
    return tuple(found)


def _samples(rows: int) -> tuple[int, ...]:
    return tuple(n for n in SAMPLES if n <= rows) or (rows,)
