"""The table among whose rows decoys shall stand: its current rows, and what each column is to whoever makes a person up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.folder import CaseFolder, open_case
from headwater.exhibits.settings import load_settings
from headwater.identifiers import births, resident_id
from headwater.identifiers.columns import recognise
from headwater.ingestion.tables.clients import read_rows
from headwater.ingestion.tables.days import parse_days
from headwater.ingestion.tables.shapes import shape_of
from headwater.ingestion.tables.snapshots import datasets_of
from headwater.model.errors import CaseError
from headwater.model.exhibit import Exhibit
from headwater.model.settings import Dataset, Settings

_KINDS = {"resident_id": "identity", "name": "name", "mobile": "mobile", "email": "email", "address": "address"}
"""Identifiers that a decoy can have; any other identifier is withheld: cards, passports, landlines, plates."""
_CODE = r"^[A-Za-z]*[0-9]+[A-Za-z]*$"
_NUMBER = r"^-?[0-9][0-9,]*(?:\.[0-9]+)?$"
_MOSTLY, _FEW, _EACH, _LIKE = 0.9, 500, 5, 0.95
_SHAPE_SAMPLE = 5_000
_AMOUNT = 15
"""Whole numbers with more digits, each one row's own, are numbers of something and no amounts."""
_MOST, _BLOCKS = 500_000, 50


@dataclass(frozen=True, slots=True)
class Table:
    """A protected table.

    ``columns`` hold the current rows (without an end of validity), trimmed, empty cells null; ``kinds`` say of each
    column what it is: key, identity, name, mobile, email, address, withheld, sex, birth, date, ended, code, category,
    number, text or empty. ``frame`` holds the same rows, or whole stretches of them where there are very many.
    ``sexes`` tell which value of a column of sex goes with odd numbers. ``shapes`` are of the table's own numbers. ``zone`` is
    that of the house.
    """

    dataset: str
    key: str
    columns: Mapping[str, pa.Array] = field(repr=False)
    kinds: Mapping[str, str]
    frame: pd.DataFrame = field(repr=False)
    sexes: Mapping[str, bool] = field(default_factory=dict)
    shapes: Mapping[str, str] = field(default_factory=dict, repr=False)
    aside: int = 0
    zone: str = "UTC"

    def of(self, *kinds: str) -> tuple[str, ...]:
        """The names of the columns of these kinds, in the table's order."""
        return tuple(name for name, kind in self.kinds.items() if kind in kinds)

    @property
    def rows(self) -> int:
        """How many current rows there are."""
        return len(self.columns[self.key])


def find_table(place: Path, dataset: str | None, key: str | None, settings: Path | None) -> tuple[CaseFolder, Dataset]:
    """Find a data set: in a case folder by its name, or a file by itself, with or without a settings file.

    :raises CaseError: if there is no such data set, or several and no name
    """
    if place.is_dir():
        case = open_case(place)
        known = datasets_of(case)
        found = [d for d in known if dataset in (None, d.name)]
        if len(found) != 1:
            names = ", ".join(d.name for d in known) or "none"
            raise CaseError(f"which data set? --dataset NAME, one of: {names}", str(place))
        return case, found[0]
    if not place.is_file():
        raise CaseError("does not exist", str(place))
    name = dataset or place.name.split(".")[0]
    exhibit = Exhibit(place.name, place, place.name, None, place.stat().st_size)
    folder = CaseFolder(place.parent, _settings(settings), (exhibit,), ())
    return folder, Dataset(name, place.name, key)


def _settings(file: Path | None) -> Settings:
    if file is None:
        return Settings()
    if not file.is_file():
        raise CaseError("does not exist", str(file))
    return load_settings(file)


def read_table(case: CaseFolder, dataset: Dataset) -> Table:
    """Read a data set with the project's readers and judge its columns.

    :raises CaseError: if it has no rows
    :raises SettingsError: if the key that the settings name is no column
    """
    rows = read_rows(case, dataset)
    if not rows.key or not len(rows.columns[rows.key]):
        reason = f": {rows.not_read[0].reason}" if rows.not_read else ""
        raise CaseError(f"has no rows to be like{reason}", dataset.snapshot or dataset.name)
    current = pc.is_null(rows.days[1]) if rows.days else pa.array([True] * len(rows.columns[rows.key]))
    columns = {name: cells.filter(current) for name, cells in rows.columns.items()}
    if not len(columns[rows.key]):
        raise CaseError("has no current row: every row has an end of validity", dataset.snapshot or dataset.name)
    kinds = {name: _kind(name, cells, name == rows.key) for name, cells in columns.items()}
    sexes = _find_sex(columns, kinds)
    shapes = {
        name: shape
        for name, kind in kinds.items()
        if kind in ("key", "code") and (shape := shape_of(_spread(columns[name].drop_null())))
    }
    return Table(
        dataset.name,
        rows.key,
        columns,
        kinds,
        _frame(columns),
        sexes,
        shapes,
        len(rows.rejected),
        case.settings.timezone,
    )


def _kind(name: str, cells: pa.Array, is_key: bool) -> str:
    values = cells.drop_null()
    folded = name.strip().casefold()
    if is_key:
        return "key"
    if folded == "valid_to":
        return "ended"
    if not len(values):
        return "empty"
    found = recognise(name, cells)
    if found:
        return _KINDS.get(found.kind, "withheld")
    if _share(pc.is_valid(parse_days(values))) > _MOSTLY:
        return "birth" if births.is_birth(name, cells) else "date"
    distinct = pc.count_distinct(values).as_py()
    if distinct <= _FEW and distinct * _EACH <= len(values):
        return "category"
    lengths = pc.min_max(pc.utf8_length(values)).as_py()
    fixed = lengths["min"] == lengths["max"]
    leading = _share(pc.starts_with(values, "0")) > 0 or _share(pc.match_substring_regex(values, "[A-Za-z]")) > _MOSTLY
    numbered = (fixed or lengths["min"] > _AMOUNT) and distinct > _MOSTLY * len(values)
    if _share(pc.match_substring_regex(values, _CODE)) > _MOSTLY and (leading or numbered):
        return "code"
    return "number" if _share(pc.match_substring_regex(values, _NUMBER)) > _MOSTLY else "text"


def _find_sex(columns: Mapping[str, pa.Array], kinds: dict[str, str]) -> dict[str, bool]:
    """Find the column that says what the identity numbers say of sex: by their parity, whatever its words are."""
    identity = next((name for name, kind in kinds.items() if kind == "identity"), None)
    if identity is None:
        return {}
    numbers = resident_id.compact_array(columns[identity]).to_pandas()
    odd = pd.to_numeric(numbers.str[16], errors="coerce") % 2
    for name, kind in kinds.items():
        if kind != "category" or pc.count_distinct(columns[name]).as_py() > 3:
            continue
        means = odd.groupby(columns[name].to_pandas()).agg(["mean", "size"]).dropna()
        sure = (means["mean"] - 0.5).abs() > _LIKE - 0.5
        if (
            len(means) > 1
            and (means["size"] * sure).sum() > _LIKE * means["size"].sum()
            and means["mean"].round().nunique() > 1
        ):
            kinds[name] = "sex"
            return {str(value): bool(mean > 0.5) for value, mean in means["mean"].items()}
    return {}


def _frame(columns: Mapping[str, pa.Array]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    table = pa.table(dict(columns))
    if count > _MOST:
        size = _MOST // _BLOCKS
        starts = np.linspace(0, count - size, _BLOCKS).astype(int)
        table = pa.concat_tables([table.slice(int(start), size) for start in starts])
    return table.to_pandas()


def _spread(values: pa.Array) -> list[str]:
    step = max(1, len(values) // _SHAPE_SAMPLE)
    return values.take(pa.array(range(0, len(values), step), pa.int64())).to_pylist()  # type: ignore[no-any-return]


def _share(flags: pa.Array) -> float:
    return float(pc.mean(flags.cast(pa.int8())).as_py() or 0.0)
