"""Weights of evidence that a row is a record, in bits, and the probability that follows (Fellegi and Sunter, JASA 1969).

For each field what the row shows at best is held against the record: it agrees in full, in a part, or not. Agreement
weighs log2(m/u), disagreement log2((1 - m)/(1 - u)). A field counts once: the last four digits of a number that agrees
in full say nothing more, nor does a surname beside a name. ``u`` is the value's own (:mod:`headwater.attribution.rarity`);
``m``, how often the same person's row agrees, is fitted for every file by expectation and maximisation, each field from
pairs that the other fields make likely (so that the field by which pairs were found does not speak for itself).

A row is at most one record: prior odds are the expected share of our rows in the file over the number of records.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.attribution.candidates import Candidates
from headwater.attribution.crowds import MOST
from headwater.attribution.rarity import STRONG, chances
from headwater.attribution.sampling import FITTED, cut
from headwater.attribution.telling import MENDED, OTHER

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]

ROUNDS = 12
PRIOR_ROWS = 20.0
"""So many rows the expectation of m weighs against a file's own."""
FEWEST, MOST_M = 0.002, 0.995
HIGHEST = 0.99
"""The share of our rows in a file is never taken to be more certain than this."""
LEAST = 200
"""Of a file's rows the fit looks at so many at least."""
CAP = 40.0
_TAIL_OF = {"name~1+mobile~4": "mobile~4", "name~1+resident_id~4": "resident_id~4"}


@dataclass(frozen=True, slots=True)
class Form:
    """What a row shows of a field: the kinds that say so, levels of agreement best first, and how often each is met.

    ``levels`` are kinds; ``expected`` gives the same person's rows that agree at each level, the rest do not agree.
    """

    shown: tuple[str, ...]
    levels: tuple[str, ...]
    expected: tuple[float, ...]


FIELDS: tuple[tuple[Form, ...], ...] = (
    (
        Form(("name",), ("name",), (0.95,)),
        Form(("name~1+mobile~4", "name~1+resident_id~4"), ("name~1+mobile~4", "name~1+resident_id~4"), (0.5, 0.42)),
    ),
    (
        Form(("mobile",), ("mobile", "mobile~4"), (0.85, 0.06)),
        Form(("mobile~3-4",), ("mobile~3-4", "mobile~4"), (0.9, 0.03)),
        Form(("mobile~4",), ("mobile~4",), (0.9,)),
    ),
    (
        Form(("resident_id",), ("resident_id", "resident_id~4"), (0.9, 0.04)),
        Form(("resident_id~4-4",), ("resident_id~4-4", "resident_id~4"), (0.92, 0.03)),
        Form((MENDED,), (MENDED,), (0.85,)),
        Form(("resident_id~4",), ("resident_id~4",), (0.92,)),
    ),
    (
        Form(("address",), ("address", "address~local"), (0.7, 0.1)),
        Form(("address~local",), ("address~local",), (0.75,)),
    ),
    ((Form((OTHER,), (OTHER,), (0.9,))),),
)
"""Every field with its forms, the most telling first."""
NAME, ADDRESS = 0, 3


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weights of pairs, in their order: ``bits`` without the prior, ``probability`` that the row is this record.

    ``ours``: the probability that the row is any record of the data set; ``differs``: the row shows a name and the record
    another; ``share``: the share of our rows in each pair's file.
    """

    bits: Floats
    probability: Floats
    ours: Floats
    differs: npt.NDArray[np.bool_]
    share: Floats


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs as numbers: ``group`` (row and data set), ``file`` (file and data set), for how many rows the pair's row stands,
    and of every field and pair the ``form`` (-1: not shown), the ``level`` (one beyond the last: no agreement) and
    ``log_u`` of it."""

    group: Ints
    file: Ints
    stands: Floats
    records: Floats
    rows: Floats  # of each file
    form: Small  # field, pair
    level: Small
    log_u: Floats


def weigh(found: Candidates, rows: pd.DataFrame, most: int = FITTED) -> Weighed:
    """Weigh all pairs; ``rows`` has ``source`` and ``rows``, how many rows each file has. The fit looks at ``most`` pairs."""
    pairs = _numbered(found, rows)
    agreement, share = _fit(_every(pairs, most))
    weights = _weights(pairs, agreement)
    bits = np.minimum(weights.sum(axis=0), 3 * CAP)
    probability, ours = _posterior(pairs, bits, share)
    differs = (pairs.form[NAME] == 0) & (pairs.level[NAME] > 0)
    return Weighed(bits, probability, ours, differs, share[pairs.file])


def _numbered(found: Candidates, rows: pd.DataFrame) -> _Pairs:
    pairs = found.pairs
    group = pairs.groupby(["place", "line", "dataset"], sort=False, observed=True).ngroup().to_numpy(np.int64)
    files = pairs.groupby(["source", "dataset"], sort=False, observed=True)
    file = files.ngroup().to_numpy(np.int64)
    counted = rows.groupby("source")["rows"].sum()
    heads = pairs.loc[files.head(1).index, ["source", "dataset"]].astype(object)
    lines = np.bincount(pd.Series(file).groupby(group).first().to_numpy(np.int64), minlength=len(heads))
    sizes = found.sizes.groupby("dataset")["records"].max()
    per_file = np.maximum(heads["source"].map(counted).fillna(0).to_numpy(float), lines)
    form, level, log_u = _compared(found)
    records = heads["dataset"].map(sizes).fillna(1).to_numpy(float)[file]
    stands = pairs["stands"].to_numpy(float)
    return _Pairs(group, file, stands, records, per_file, form, level, log_u)


def _compared(found: Candidates) -> tuple[Small, Small, Floats]:
    """Form, level and log2 u of every field and pair; a field that the data set does not hold is not shown."""
    pairs, count = found.pairs, len(found.pairs)
    codes, datasets = pd.factorize(pairs["dataset"])
    held = found.sizes.groupby("dataset")["kind"].agg(set)
    form, level = np.full((2, len(FIELDS), count), -1, np.int8)
    log_u = np.zeros((len(FIELDS), count))
    for number, field in enumerate(FIELDS):
        rarity = {k: np.log2(_chance(found, k)) for k in dict.fromkeys(k for form in field for k in form.levels)}
        for place, each in reversed(list(enumerate(field))):
            can = np.array([any(_is_of(k, at) for k in held[d] for at in each.levels) for d in datasets], bool)[codes]
            here = np.logical_or.reduce([pairs[f"has {k}"].to_numpy() > 0 for k in each.shown]) & can
            form[number, here] = place
            level[number, here] = len(each.levels)
            log_u[number, here] = 0.0
            for step, kind in reversed(list(enumerate(each.levels))):
                agrees = here & ~np.isnan(rarity[kind])
                level[number, agrees] = step
                log_u[number, agrees] = rarity[kind][agrees]
    return form, level, log_u


def _is_of(kind: str, level: str) -> bool:
    """Whether a kind that a data set holds can agree at a level."""
    return kind == level or level == OTHER or (level == MENDED and kind == "resident_id")


def _chance(found: Candidates, kind: str) -> Floats:
    """u of a kind; of a surname beside digits, given the digits, which weigh by themselves."""
    made = chances(found.pairs, kind, found.sizes, found.spectrum)
    if kind in (OTHER, "mobile", "resident_id"):
        shared = found.pairs[f"shared {kind}"].to_numpy()
        return np.where(np.isnan(made) | (shared > MOST), made, STRONG)
    if kind in _TAIL_OF:
        return np.clip(made / chances(found.pairs, _TAIL_OF[kind], found.sizes, found.spectrum), 1e-4, 0.5)
    return made


def _every(pairs: _Pairs, most: int) -> _Pairs:
    """A part of the pairs where there are very many: every so many-th row of large files, which stands for those between.

    Small files are left whole: of a hundred rows of strangers every fiftieth would not tell that none is ours.
    """
    if len(pairs.group) <= most:
        return pairs
    files = len(pairs.rows)
    of_row = np.zeros(int(pairs.group.max()) + 1, np.int64)
    of_row[pairs.group] = pairs.file
    sizes, lines = np.bincount(pairs.file, minlength=files), np.bincount(of_row, minlength=files)
    step = np.maximum(1, np.minimum(-(-sizes // cut(sizes, most)), lines // LEAST))
    chosen = pd.Series(of_row).groupby(of_row).cumcount().to_numpy() % step[of_row] == 0
    stands = lines / np.maximum(np.bincount(of_row[chosen], minlength=files), 1)
    kept = chosen[pairs.group]
    return _Pairs(
        np.unique(pairs.group[kept], return_inverse=True)[1].astype(np.int64),
        pairs.file[kept],
        pairs.stands[kept] * stands[pairs.file[kept]],
        pairs.records[kept],
        pairs.rows,
        pairs.form[:, kept],
        pairs.level[:, kept],
        pairs.log_u[:, kept],
    )


def _fit(pairs: _Pairs) -> tuple[list[list[Floats]], Floats]:
    """m by field and form (rows: files; columns: levels and no agreement), and the share of our rows in each file."""
    files = len(pairs.rows)
    agreement = [[np.tile(_expected(form), (files, 1)) for form in field] for field in FIELDS]
    share = np.full(files, 0.5)
    for _round in range(ROUNDS):
        weights = _weights(pairs, agreement)
        total = weights.sum(axis=0)
        probability, _ours = _posterior(pairs, total, share)
        share = np.clip(
            (np.bincount(pairs.file, probability * pairs.stands, files) + 0.5) / (pairs.rows + 1),
            0.5 / (pairs.rows + 1),
            HIGHEST,
        )
        for number, field in enumerate(FIELDS):
            shown = pairs.form[number] >= 0
            if not shown.any():
                continue
            others, _ours = _posterior(pairs, total - weights[number], share)
            for place, form in enumerate(field):
                agreement[number][place] = _again(pairs, number, place, form, others, files)
    return agreement, share


def _expected(form: Form) -> Floats:
    return np.array([*form.expected, 1 - sum(form.expected)])


def _again(pairs: _Pairs, number: int, place: int, form: Form, others: Floats, files: int) -> Floats:
    """m of one form from pairs that the other fields make likely, bounded and drawn to what is expected."""
    width = len(form.levels) + 1
    here = (pairs.form[number] == place) & (others > 0.5)
    at = pairs.file[here] * width + pairs.level[number, here]
    met = np.bincount(at, (others * pairs.stands)[here], files * width).reshape(files, width)
    made = np.clip(met + PRIOR_ROWS * _expected(form), 0, None)
    made = np.clip(made / made.sum(axis=1, keepdims=True), FEWEST, MOST_M)
    return np.asarray(made / made.sum(axis=1, keepdims=True))


def _weights(pairs: _Pairs, agreement: list[list[Floats]]) -> Floats:
    """The weight in bits of every field and pair."""
    made = np.zeros(pairs.form.shape)
    for number, field in enumerate(FIELDS):
        for place, form in enumerate(field):
            here = pairs.form[number] == place
            level = pairs.level[number, here]
            m = agreement[number][place][pairs.file[here], level]
            made[number, here] = np.minimum(np.log2(m) - pairs.log_u[number, here], CAP)
            made[number, here & (pairs.level[number] == len(form.levels))] = np.minimum(
                made[number, here & (pairs.level[number] == len(form.levels))], 0.0
            )
    elsewhere = (pairs.form[NAME] == 0) & (pairs.level[NAME] > 0)
    made[ADDRESS, elsewhere] = np.minimum(made[ADDRESS, elsewhere], 0.0)  # another person of the household
    return made


def _posterior(pairs: _Pairs, bits: Floats, share: Floats) -> tuple[Floats, Floats]:
    """The probability of each pair, and of its row being any of the records; a row is one record at most."""
    prior = share[pairs.file]
    odds = np.log2(prior / pairs.records) + bits
    groups = int(pairs.group.max(initial=-1)) + 1
    top = np.full(groups, -np.inf)
    np.maximum.at(top, pairs.group, odds)
    top = np.maximum(top, 0.0)
    each = np.exp2(odds - top[pairs.group])
    none = (1 - prior) * np.exp2(-top[pairs.group])
    summed = np.bincount(pairs.group, each, groups)[pairs.group]
    total = summed + none
    return each / total, summed / total
