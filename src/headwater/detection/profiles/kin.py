"""What readers have in common with the single people whom they looked up without a reason: surname, home, employer.

Each is held against chance: the largest of three shares, that of the whole data set, that of what colleagues open (empirical
Bayes from data set to house to job, each weighing as much as one expected case), and that of what the reader opens with a
reason. People of one address or mobile number count once: a family comes together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _
from scipy import stats

from headwater.detection.profiles.namesakes import AT_HOME, households, staff_records
from headwater.detection.profiles.singles import Singles
from headwater.detection.profiles.volume import peer_groups
from headwater.detection.reads import records
from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

SURNAME, HOME, COLLEAGUE = "surname", "home", "colleague"
TRAITS = (SURNAME, HOME, COLLEAGUE)
_RECORD = ["dataset", "ordinal"]


@dataclass(frozen=True, slots=True)
class Common:
    """What one account's reader has in common with people whom he looked up.

    ``looked`` people in all, ``rows`` (day, dataset, subject) of those who share the trait, of ``homes`` households; ``share``
    of all would by chance; ``p`` is the mid-p-value of so many households.
    """

    trait: str
    reader: str
    looked: int
    rows: pd.DataFrame = field(repr=False)
    homes: int
    share: float
    p: float


@dataclass(frozen=True, slots=True)
class Kin:
    """``common`` and looked-up records of the readers themselves (``selves``), by account; ``tried``: accounts in all."""

    tried: int
    common: Mapping[str, tuple[Common, ...]]
    selves: Mapping[str, pd.DataFrame]


def kin(engine: Engine, org: Organisation, found: Singles) -> Kin:
    """Compare them. Costs two hash joins of what was opened, and only where somebody shares something."""
    looked = found.looked[~found.looked["shared"] & found.looked["ordinal"].notna()]
    owners = {a: p.employee for a in looked["account"].unique() if (p := org.owner(a)) and org.kind(a) == "person"}
    looked = looked.assign(reader=looked["account"].map(owners))
    looked = looked[looked["reader"].notna()].astype({"ordinal": "int64"})
    staff = engine.arrow(engine.table("staff_traits").select("employee", "kind", "token").distinct()).to_pandas()
    staff = staff[staff["employee"].isin(list(org.people))]
    at_work = staff_records(engine, staff)
    mine = looked.merge(at_work, on=_RECORD)
    selves = mine[mine["reader"] == mine["employee"]]
    looked = looked[~looked.set_index(["account", *_RECORD]).index.isin(selves.set_index(["account", *_RECORD]).index)]
    hits = _hits(engine, looked, staff, at_work)
    tried = int(looked["account"].nunique())
    own = {str(a): rows for a, rows in selves.groupby("account")}
    if hits.empty:
        return Kin(tried, {}, own)
    hits = hits.assign(home=households(engine, hits))
    chance = _Chance(engine, org, found, looked, hits, at_work)
    made: dict[str, list[Common]] = {}
    for (account, trait), rows in hits.groupby(["account", "trait"]):
        made.setdefault(str(account), []).append(_common(chance, looked, str(account), str(trait), rows))
    return Kin(tried, {a: tuple(sorted(c, key=lambda x: TRAITS.index(x.trait))) for a, c in made.items()}, own)


def _hits(engine: Engine, looked: pd.DataFrame, staff: pd.DataFrame, at_work: pd.DataFrame) -> pd.DataFrame:
    """Look-ups of people with whom the reader has something in common: the look-up, ``trait`` and ``token``."""
    wanted = engine.memory("looked_up", pa.Table.from_pandas(looked[_RECORD].drop_duplicates(), preserve_index=False))
    traits = engine.table("shared_traits").filter(_.kind.isin([SURNAME, *AT_HOME]))
    theirs = engine.arrow(traits.semi_join(wanted, _RECORD)).to_pandas()
    ours = staff[staff["kind"].isin([SURNAME, *AT_HOME])].rename(columns={"employee": "reader"})
    same = looked.merge(theirs, on=_RECORD).merge(ours, on=["reader", "kind", "token"])
    same = same.assign(trait=np.where(same["kind"] == SURNAME, SURNAME, HOME))
    fellows = looked.merge(at_work[_RECORD].drop_duplicates(), on=_RECORD).assign(trait=COLLEAGUE, token=COLLEAGUE)
    columns = ["account", "reader", "day", "dataset", "subject", "ordinal", "trait", "token"]
    return pd.concat([same[columns], fellows[columns]], ignore_index=True).drop_duplicates()


def _common(chance: _Chance, looked: pd.DataFrame, account: str, trait: str, rows: pd.DataFrame) -> Common:
    own = looked[looked["account"] == account]
    number = len(own[_RECORD].drop_duplicates())
    reader = str(rows["reader"].iloc[0])
    tokens = sorted(rows["token"].unique())
    share = min(0.9, sum(chance.of(account, reader, trait, token) for token in tokens))
    told = rows[["day", "dataset", "subject"]].drop_duplicates().sort_values(["day", "dataset", "subject"])
    homes, law = int(rows["home"].nunique()), stats.binom(number, share)
    p = float(np.clip(law.sf(homes) + 0.5 * law.pmf(homes), 1e-300, 1.0))
    return Common(trait, reader, number, told.reset_index(drop=True), homes, share, p)


class _Chance:
    """How often people with a trait are opened by those who have nothing to do with them."""

    def __init__(
        self,
        engine: Engine,
        org: Organisation,
        found: Singles,
        looked: pd.DataFrame,
        hits: pd.DataFrame,
        at_work: pd.DataFrame,
    ) -> None:
        marks = _marks(engine, sorted(hits.loc[hits["trait"] != COLLEAGUE, "token"].unique()), at_work)
        read = records(engine).filter(~_.listed & _.ordinal.notnull()).select("account", *_RECORD).distinct()
        met = read.inner_join(marks, _RECORD).group_by(["account", "token"]).agg(opened=_.count())
        self._met = engine.arrow(met).to_pandas().set_index(["account", "token"])["opened"]
        totals = engine.arrow(read.group_by("account").agg(opened=_.count())).to_pandas().set_index("account")["opened"]
        self._totals = totals[[a for a in totals.index if a in set(found.counted.accounts)]]
        self._owner = {a: p.employee if (p := org.owner(a)) else "" for a in self._totals.index}
        groups, _names = peer_groups(tuple(self._totals.index), org)
        self._group = dict(zip(self._totals.index, groups.tolist(), strict=True))
        self._looked = looked.groupby("account")["ordinal"].nunique()
        self._hits = hits.groupby(["account", "token"])["ordinal"].nunique()
        self._whole = _shares(engine, marks)

    def of(self, account: str, reader: str, trait: str, token: str) -> float:
        """The share of look-ups that would meet the token by chance."""
        whole = float(self._whole.get(token, 0.0))
        others = [a for a in self._totals.index if self._owner[a] != reader]
        house = self._learnt(others, token, whole)
        group = self._learnt([a for a in others if self._group[a] == self._group.get(account)], token, house)
        explained = float(self._totals.get(account, 0)) - float(self._looked.get(account, 0))
        met = float(self._met.get((account, token), 0)) - float(self._hits.get((account, token), 0))
        own = _posterior(max(met, 0.0), max(explained, 0.0), group)
        return max(whole, group, own)

    def _learnt(self, accounts: Sequence[str], token: str, prior: float) -> float:
        met = self._met.reindex([(a, token) for a in accounts]).fillna(0).sum() if accounts else 0.0
        return _posterior(float(met), float(self._totals.loc[list(accounts)].sum()), prior)


def _posterior(met: float, opened: float, prior: float) -> float:
    """A share from counts, where what is known from wider weighs as much as one expected case."""
    prior = max(prior, 1e-9)
    return (met + 1.0) / (opened + 1.0 / prior)


def _marks(engine: Engine, tokens: Sequence[str], at_work: pd.DataFrame) -> ibis.Table:
    """The records that have one of these traits, each with its token; colleagues' share one."""
    traits = engine.table("shared_traits").filter(_.kind.isin([SURNAME, *AT_HOME]) & _.token.isin([*tokens, "-"]))
    rows = at_work[_RECORD].drop_duplicates().assign(token=COLLEAGUE)
    schema = pa.schema([("dataset", pa.string()), ("ordinal", pa.int64()), ("token", pa.string())])
    fellows = engine.memory("fellows", pa.Table.from_pandas(rows, schema=schema, preserve_index=False))
    return traits.select(*_RECORD, "token").union(fellows).distinct()


def _shares(engine: Engine, marks: ibis.Table) -> pd.Series:
    """Of each token its share of the records, in the data set where that is largest."""
    sizes = engine.table("records").group_by("dataset").agg(size=_.ordinal.nunique()).rename(of="dataset")
    counted = marks.group_by(["dataset", "token"]).agg(borne=_.count())
    both = engine.arrow(counted.join(sizes, counted.dataset == sizes.of)).to_pandas()
    return (both["borne"] / both["size"]).groupby(both["token"]).max()
