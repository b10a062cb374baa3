"""Who is behind the accounts: all evidence, what forbids a merge, what people have said, and the groups that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from headwater.model.network import Verdict
from headwater.network.frames import NONE, Ints, People, Traffic
from headwater.network.people import apart, echoes, heirs, homes, names, numbers, roots, succession, told
from headwater.network.people.clustering import Label, grouped
from headwater.network.people.evidence import COLUMNS, FORBIDDEN, Scene, evidence

HOLDER, NAME, ANCHOR = "devices", "other_name", "anchor"
"""Labels that exclude each other, by the reason that is told of them."""


def people(traffic: Traffic, verdicts: Sequence[Verdict] = ()) -> People:
    """Group the accounts by person. ``verdicts`` go before all evidence; what they contradict stays among the links."""
    scene = Scene(traffic)
    speaking = _for(scene)
    pairs = speaking[["first", "second"]].drop_duplicates(ignore_index=True)
    said = _said(scene, verdicts)
    whole = pd.concat([speaking, apart.links(scene, pairs), apart.passed(scene), said], ignore_index=True)
    labels = _labels(scene)
    doubted = _doubted(scene)["number"].to_numpy(np.int64)
    first = grouped(_overruled(_less(whole, doubted), said), scene.count, scene.prior, labels)
    whole = _without_helpers(scene, whole, first.of)
    sure = grouped(_overruled(_among(whole, ~_bare(scene)), said), scene.count, scene.prior, labels)
    groups = grouped(_overruled(whole, said), scene.count, scene.prior, _anchored(scene, labels, sure.of))
    blocked = [_conflict(scene, one, other, label) for one, other, label in sure.blocked if label != ANCHOR]
    links = pd.concat([whole, *blocked], ignore_index=True)
    links = links.drop_duplicates(["first", "second", "reason"])
    return People(groups.of, links.sort_values(["first", "second", "reason"], ignore_index=True)[COLUMNS], groups.sure)


def _bare(scene: Scene) -> np.ndarray:
    """Accounts that are names only. They are put to somebody, but never join two who are somebody without them."""
    return np.asarray((scene.system == "name") & (scene.holder == ""), bool)


def _among(links: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    both = chosen[links["first"].to_numpy(np.int64)] & chosen[links["second"].to_numpy(np.int64)]
    return links[both].reset_index(drop=True)


def _anchored(scene: Scene, labels: Mapping[int, Label], of: Ints) -> dict[int, Label]:
    """Labels by which nobody is joined with another through a name alone."""
    bare = _bare(scene)
    found = {account: dict(label) for account, label in labels.items()}
    for account in np.flatnonzero(~bare).tolist():
        found.setdefault(account, {})[ANCHOR] = frozenset([str(of[account])])
    return dict(found)


def _for(scene: Scene) -> pd.DataFrame:
    """Everything that speaks for two accounts being one person's."""
    echoed = echoes.links(scene)
    called = names.nicknames(scene)
    heard = pd.Index(np.union1d(echoed["first"], echoed["second"]))
    bare = np.flatnonzero(_bare(scene))
    told_by_echo = np.intersect1d(heard, bare)
    called = called[~called["first"].isin(told_by_echo) & ~called["second"].isin(told_by_echo)]
    found = [
        called,
        names.same_on_bills(scene),
        homes.links(scene),
        numbers.links(scene),
        told.links(scene),
        echoed,
        echoes.successions(scene),
        names.links(scene),
        roots.links(scene),
        succession.links(scene),
        heirs.links(scene),
    ]
    return pd.concat(found, ignore_index=True)


def _without_helpers(scene: Scene, links: pd.DataFrame, of: Ints) -> pd.DataFrame:
    """Without numbers on which several people are paid: they are no evidence for any of them.

    ``of``: the groups that follow without all such numbers; those of whom one group alone speaks are not of this kind.
    """
    doubted = _doubted(scene)
    doubted = doubted.assign(group=of[doubted["account"].to_numpy(np.int64)])
    groups = doubted.groupby("number")["group"].nunique()
    return _less(links, np.asarray(groups[groups > 1].index, np.int64))


def _doubted(scene: Scene) -> pd.DataFrame:
    """Numbers of whom several accounts speak: ``number``, ``account``."""
    claimed = told.claims(scene)
    claimed = claimed[(claimed["number"] != NONE) & ~claimed["third"].astype(bool)]
    named = (
        pd.concat([claimed[["number", "account"]], echoes.shared(scene)], ignore_index=True)
        .astype(np.int64)
        .drop_duplicates()
    )
    return named[named.groupby("number")["account"].transform("size") > 1]


def _less(links: pd.DataFrame, numbers_: Ints) -> pd.DataFrame:
    weak = links["reason"].isin(["told", "echo"])
    touched = links["first"].isin(numbers_) | links["second"].isin(numbers_)
    return links[~(weak & touched)].reset_index(drop=True)


def _labels(scene: Scene) -> dict[int, Label]:
    """What two accounts of one person cannot differ in: the holder of the device, the real name on bills."""
    found: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for account in np.flatnonzero(scene.holder != "").tolist():
        found[account][HOLDER] = frozenset([str(scene.holder[account])])
    known = names.real_names(scene)
    sure = known[known["sure"]].groupby("account")["token"].agg(lambda tokens: frozenset(map(str, tokens)))
    for account, tokens in sure.items():
        found[int(account)][NAME] = tokens
    return dict(found)


def _said(scene: Scene, verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """What people have said, as links without limit; of contradictory verdicts the later one stands."""
    place = {str(name): [number] for number, name in enumerate(scene.ids)}
    for number in np.flatnonzero(scene.written != scene.ids).tolist():  # the whole account stands for all of its parts
        place.setdefault(str(scene.written[number]), []).append(number)
    rows = []
    for verdict in sorted(verdicts, key=lambda v: (v.at, v.id)):
        one, other = ([p for a in names_ for p in place.get(a, ())] for names_ in (verdict.accounts, verdict.others))
        pairs = [(a, b) for a in one for b in other]
        if verdict.said == "merge":
            every = [*one, *other]
            pairs = [(every[0], b) for b in every[1:]]
        bits = np.inf if verdict.said == "merge" else FORBIDDEN
        rows += [(a, b, bits, verdict.said, verdict.by, verdict.because) for a, b in pairs]
    frame = pd.DataFrame(rows, columns=["first", "second", "bits", "said", "by", "because"])
    parts = [evidence(frame[frame["said"] == said].drop(columns="said"), said) for said in ("merge", "split")]
    return pd.concat(parts, ignore_index=True)


def _overruled(links: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Without the evidence that verdicts contradict."""
    if not len(said):
        return links
    human = links["reason"].isin(["merge", "split"])
    judged = pd.MultiIndex.from_frame(said[["first", "second"]])
    touched = pd.MultiIndex.from_frame(links[["first", "second"]]).isin(judged)
    return links[human | ~touched].reset_index(drop=True)


def _conflict(scene: Scene, one: int, other: int, label: str) -> pd.DataFrame:
    """Why two groups that evidence joins stay apart."""
    row = {"first": [one], "second": [other], "bits": [FORBIDDEN], "source": [""], "line": [0]}
    if label == HOLDER:
        said = {"holder": [scene.holder[one] or "?"], "other": [scene.holder[other] or "?"]}
    else:
        known = names.real_names(scene).drop_duplicates("account").set_index("account")["shown"].astype(object)
        said = {"shown": [known.get(one, "?")], "other": [known.get(other, "?")]}
    return evidence(pd.DataFrame({**row, **said}), label)
