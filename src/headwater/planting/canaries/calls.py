"""Calls, messages and mail that reached owned contacts: those of decoys, held against controls that were never planted.

Strangers reach any number now and then. The share b of controls that anybody reached in the same time says how many:
(c + ½) / (n + 1) for c of n controls (Jeffreys' estimate). A decoy that was reached weighs −log2 b; of several decoys
for one account the chance is beta-binomial. Without controls nothing is weighed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import stats

from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.identifiers.columns import compact_array
from headwater.ingestion.tables.days import parse_days
from headwater.model.errors import UnreadableError
from headwater.model.evidence import Citation, Statement
from headwater.model.exhibit import Exhibit, NotRead
from headwater.model.words import Text
from headwater.planting.canaries.registry import Book, PlanEntry
from headwater.store.tokens import Tokeniser

CONTACT, RECEIVED = "contact", "received"
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Reached:
    """What contacts tell of one account, period or place: the decoys that were reached, since when, and the weight."""

    account: str
    plan: str
    decoys: tuple[str, ...]
    first: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Calls:
    """Contacts that were received: what they tell, how many rows were of decoys, of controls and of neither, what was not read."""

    reached: tuple[Reached, ...]
    at_decoys: int
    at_controls: int
    other: int
    not_read: tuple[NotRead, ...] = ()
    rejected: tuple[tuple[str, int, str], ...] = field(default=())


def read_calls(file: Path, book: Book, tokeniser: Tokeniser) -> Calls:
    """Read a table of received contacts (columns ``contact`` and ``received``) and weigh it.

    :raises UnreadableError: if the file has no such column
    """
    parts: list[pd.DataFrame] = []
    not_read: list[NotRead] = []
    rejected: list[tuple[str, int, str]] = []
    for found in members(Exhibit(file.name, file, "contacts", None, file.stat().st_size)):
        for sheet in [found] if isinstance(found, NotRead) else sheets(found):
            if isinstance(sheet, NotRead):
                not_read.append(sheet)
            else:
                parts.append(_rows(sheet, file.name, tokeniser, rejected))
    rows = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["token", "received", "source", "line"])
    )
    known = {t: d.id for p in book.planted for d in p.decoys for k, t in d.tokens.items() if k in ("mobile", "email")}
    controls = frozenset[str]().union(*(p.controls for p in book.planted))
    rows["decoy"] = rows["token"].map(known)
    spam = rows["token"].isin(controls)
    reached = [each for plan in book.planted for each in _weighed(plan, rows, set(rows.loc[spam, "token"]))]
    at, other = int(rows["decoy"].notna().sum()), int((rows["decoy"].isna() & ~spam).sum())
    told = tuple(sorted(reached, key=lambda r: (-r.statement.bits, r.account, r.plan)))
    return Calls(told, at, int(spam.sum()), other, tuple(not_read), tuple(rejected))


def _rows(sheet: Sheet, source: str, tokeniser: Tokeniser, rejected: list[tuple[str, int, str]]) -> pd.DataFrame:
    headers = {name.strip().casefold(): name for name in sheet.columns}
    if CONTACT not in headers or RECEIVED not in headers:
        raise UnreadableError(f"needs the columns {CONTACT} and {RECEIVED}; it has {', '.join(sheet.columns)}", source)
    cells = sheet.rows.column(headers[CONTACT]).combine_chunks()
    mail, phone = (compact_array(kind, cells) for kind in ("email", "mobile"))
    tokens = pd.Series(tokeniser.tokens("email", mail).to_pandas()).fillna(
        tokeniser.tokens("mobile", phone).to_pandas()
    )
    received = parse_days(sheet.rows.column(headers[RECEIVED]).combine_chunks()).cast(pa.string()).to_pandas()
    rows = pd.DataFrame({"token": tokens, "received": received, "source": source, "line": sheet.lines.to_numpy()})
    strange, undated = rows["token"].isna(), rows["received"].isna()
    bad = strange | undated
    rejected += [
        (source, int(line), f"{CONTACT} is no number and no mail address") for line in rows.loc[strange, "line"]
    ]
    rejected += [(source, int(line), f"{RECEIVED} is no date") for line in rows.loc[undated & ~strange, "line"]]
    rejected += [(source, line, reason) for line, reason in sheet.rejected]
    return rows[~bad]


def _weighed(plan: PlanEntry, rows: pd.DataFrame, spam: set[str]) -> list[Reached]:
    """Each account of a plan whose decoys were reached."""
    total, hit = len(plan.controls), len(plan.controls & spam)
    share = (hit + _HALF) / (total + 1)
    told = []
    groups: Mapping[str, list[str]] = _by_label(plan)
    for label, ids in groups.items():
        mine = rows[rows["decoy"].isin(ids)]
        if mine.empty:
            continue
        decoys = tuple(sorted(set(mine["decoy"])))
        chance = (
            float(stats.betabinom.sf(len(decoys) - 1, len(ids), hit + _HALF, total - hit + _HALF)) if total else 1.0
        )
        who = label or "?"
        text = Text(
            f"{len(mine)} contact(s) reached {len(decoys)} of the {len(ids)} decoys of {plan.dataset} for {who}, the first on "
            f"{mine['received'].min()}; of {total} controls that were never planted {hit} were reached ({share:.1%} expected).",
            f"{plan.dataset} 为 {who} 设置的 {len(ids)} 条诱饵中有 {len(decoys)} 条收到 {len(mine)} 次联系，首次 {mine['received'].min()}；"
            f"从未投放的 {total} 个对照中有 {hit} 个收到联系（预期 {share:.1%}）。",
        )
        lines = tuple(sorted({Citation(str(s), int(n)) for s, n in zip(mine["source"], mine["line"], strict=True)}))[:5]
        bits = float(-np.log2(max(chance, 1e-12)))
        told.append(Reached(label, plan.id, decoys, str(mine["received"].min()), Statement(text, bits, lines)))
    return told


def _by_label(plan: PlanEntry) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for decoy in plan.decoys:
        if {"mobile", "email"} & set(decoy.tokens):
            groups.setdefault(decoy.label, []).append(decoy.id)
    return groups
