"""Plans canaries: learns a table, draws and sifts decoys, gives them owned contacts, and measures whether they can be told."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import resident_id
from headwater.identifiers.columns import compact_array, compact_own
from headwater.model.errors import CaseError, SettingsError
from headwater.model.settings import OwnedContacts
from headwater.model.words import Text
from headwater.planting.canaries import likelihood
from headwater.planting.canaries.contacts import PLACE, Contacts, Controls
from headwater.planting.canaries.drawing import Habits, learn
from headwater.planting.canaries.features import LISTED, features
from headwater.planting.canaries.figures import Figures
from headwater.planting.canaries.identity import Retired, are_nobodys, retired
from headwater.planting.canaries.nearness import nearness
from headwater.planting.canaries.owned import dice
from headwater.planting.canaries.sifting import Sifted, halves, sift
from headwater.planting.canaries.table import Table
from headwater.planting.canaries.telling import Area, area, tells
from headwater.store.tokens import Tokeniser

TRIAL = 600
"""So many decoys are drawn for the measure at least, also where fewer are planned: else its interval is wide."""
FEWEST_ROWS = 200
_KINDS = {"identity": "resident_id", "name": "name", "mobile": "mobile", "email": "email", "address": "address"}
_LATE = 7
_SPARSE = 20
"""Trial decoys are one in so many rows at most: more would lie side by side, as planted ones do not."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Decoys ready to be proposed: raw rows in the table's own columns, their tokens by kind, and the figures.

    ``people`` and ``controls`` are raw and are written once, to a file that the planner names; ``tokens`` are what
    the registry keeps: one mapping of kinds to tokens for each row.
    """

    people: pd.DataFrame = field(repr=False)
    tokens: tuple[dict[str, str], ...] = field(repr=False)
    controls: Controls = field(repr=False)
    figures: Figures


def plan(
    table: Table,
    owned: OwnedContacts,
    count: int,
    tokeniser: Tokeniser,
    seed: int | None = None,
    blank: Collection[str] = (),
    trial: int = TRIAL,
    codes: Retired | None = None,
) -> Planned:
    """Plan so many decoys for a table.

    ``blank`` names columns that are left empty in every decoy. A ``seed`` is for trials: without one, contacts, aliases and
    which contacts are kept back come from the system's random numbers, and nobody can work them out. ``codes`` are county
    codes that nobody has, where others than the program's own are meant.

    :raises CaseError: when the table is too small, or there is no room for so many
    :raises SettingsError: when a contact is needed and none is owned
    """
    if table.rows < FEWEST_ROWS:
        raise CaseError(f"has {table.rows} current rows; decoys need {FEWEST_ROWS} to hide among", table.dataset)
    if unknown := sorted(set(blank) - set(table.kinds) | set(blank) & {table.key}):
        raise CaseError(f"{unknown[0]!r} is no column that can be left empty", table.dataset)
    contacts = Contacts(owned, table, blank, dice(seed, "contacts"))
    seed = secrets.randbits(128) if seed is None else seed
    rng = np.random.default_rng(seed)
    controls = contacts.controls(count)
    room = contacts.room
    if room is not None and room - len(controls.mobiles) < count:
        left = room - len(controls.mobiles)
        raise SettingsError(
            f"owned contacts are enough for {max(0, left)} decoys and their controls, not for {count}", PLACE
        )
    trial = min(trial, table.rows // _SPARSE)
    tried = max(count, trial if room is None else min(trial, room - len(controls.mobiles)))
    empty = contacts.blank | frozenset(blank)
    habits, likely = learn(table, codes or retired()), likelihood.learn(table, empty)
    sifted = sift(habits, likely, tried, empty, rng, seed % 2**32)
    if len(sifted.people) < count:
        raise CaseError(
            f"only {len(sifted.people)} decoys passed of the {count} that are wanted: the keys leave no room for more, or too few are "
            "like the table's rows",
            table.dataset,
        )
    people = contacts.fill(sifted.people)
    figures = _figures(habits, likely.band(), sifted, people, count, seed % 2**32, empty)
    chosen = people.head(count).sort_values(table.key, ignore_index=True)[list(table.kinds)]
    return Planned(chosen, tokens_of(table, chosen, tokeniser), controls, figures)


def tokens_of(table: Table, people: pd.DataFrame, tokeniser: Tokeniser) -> tuple[dict[str, str], ...]:
    """Give the tokens of each row by kind, as ingestion and scanning make them: ``subject`` is the record's own."""
    columns = {"subject": tokeniser.tokens(f"subject:{table.dataset}", pa.array(people[table.key], pa.string()))}
    for name, kind in table.kinds.items():
        cells = pa.array(people[name], pa.string(), from_pandas=True)
        if kind == "key" or name in table.shapes:
            columns[f"own:{name}"] = tokeniser.tokens(f"own:{name}", compact_own(cells))
        if kind in _KINDS:
            columns.setdefault(_KINDS[kind], tokeniser.tokens(_KINDS[kind], compact_array(_KINDS[kind], cells)))
    rows = zip(*(cells.to_pylist() for cells in columns.values()), strict=True)
    return tuple({kind: token for kind, token in zip(columns, row, strict=True) if token} for row in rows)


def _figures(
    habits: Habits,
    band: tuple[float, float],
    sifted: Sifted,
    people: pd.DataFrame,
    count: int,
    seed: int,
    blank: frozenset[str],
) -> Figures:
    table = habits.table
    near = nearness(table, people)
    _, sample = halves(len(table.frame), seed)
    told = features(table, people, sample, codes=habits.retired)
    decoy = np.arange(len(told)) >= len(sample)
    identity = next((n for n in table.of("identity") if n not in blank and people[n].notna().any()), None)
    plain = told[[n for n in told.columns if LISTED not in n]]
    found = area(plain, decoy, seed + _LATE)
    listed = unnumbered = None
    if identity:
        listed = area(told, decoy, seed + _LATE) if len(told.columns) > len(plain.columns) else found
        unnumbered = area(plain[[n for n in plain.columns if not n.startswith(f"{identity}|")]], decoy, seed + _LATE)
    gone, old = _retired(table, identity, habits.retired)
    figures = Figures(
        planned=count,
        trial=len(people),
        rows=table.rows,
        band=band,
        drawn=sifted.drawn,
        unlikely=sifted.unlikely,
        near=sifted.near,
        thinned=sifted.thinned,
        nearest_bits=float(near.bits.max(initial=0.0)),
        nearest_fields=int(near.fields.max(initial=0)),
        compared=near.compared,
        enough=near.enough,
        area=found,
        listed=listed,
        unnumbered=unnumbered,
        retired=gone,
        old=old,
        notes=_notes(habits, found, blank, count),
    )
    if figures.reaches:
        return figures
    return replace(figures, tells=tells(plain, decoy, [*table.kinds, "empty cells"], seed + _LATE))


def _retired(table: Table, identity: str | None, sets: Retired) -> tuple[float | None, float | None]:
    """The share of real numbers that are nobody's by the list, and of those with a county gone by 1996."""
    if identity is None:
        return None, None
    numbers = resident_id.compact_array(table.columns[identity]).drop_null()
    old = pc.is_in(pc.utf8_slice_codeunits(numbers, 0, 6), value_set=pa.array(sets.gone_by_1996))
    return float(are_nobodys(numbers, sets).mean()), float(pc.mean(old.cast(pa.int8())).as_py() or 0.0)


def _notes(habits: Habits, found: Area, blank: Collection[str], count: int) -> tuple[Text, ...]:
    """What else may give decoys away, or widens the figures."""
    table = habits.table
    notes = [_left_empty(table, name) for name in table.kinds if name in blank or table.kinds[name] == "withheld"]
    if habits.keys is None or habits.keys.room < count:
        notes.append(
            Text(
                f"{table.key} leaves no free numbers between others: decoys get the next ones, and are known as the newest.",
                f"{table.key} 的号码之间没有空号：诱饵只能取其后的新号，因而都是最新的记录。",
            )
            if habits.keys
            else Text(
                f"{table.key} is no running number: decoys have codes of the same form, check digits unknown.",
                f"{table.key} 不是连续编号：诱饵采用同样形式的编码，校验位未知。",
            )
        )
    for name, known in habits.running.items():
        if known.room < count and name not in blank:
            notes.append(
                Text(
                    f"{name} is a running number without free ones between others: decoys get the next ones, and whoever "
                    "sorts by it finds them at its end. Let the live system number them, or leave it empty (--blank).",
                    f"{name} 是没有空号的流水号：诱饵只能取其后的新号，按该列排序即可找到。请由业务系统编号，或留空（--blank）。",
                )
            )
    if table.of("email") and not set(table.of("email")) <= set(blank):
        notes.append(
            Text(
                "All decoys' mail goes to one domain with random names: whoever thinks of it finds them by that.",
                "所有诱饵的邮箱同属一个域名且用户名随机：想到这一点的人可据此找出诱饵。",
            )
        )
    if found.high - found.low > 0.1:
        notes.append(
            Text(
                f"Only {found.decoys} decoys could be measured: the interval is wide, and says little.",
                f"仅能测量 {found.decoys} 条诱饵：区间很宽，说明不了多少。",
            )
        )
    return tuple(notes)


def _left_empty(table: Table, name: str) -> Text:
    share = table.columns[name].null_count / table.rows
    return Text(
        f"{name} is empty in every decoy, and in {share:.1%} of real rows.",
        f"{name} 在每条诱饵中为空，真实行中 {share:.1%} 为空。",
    )
