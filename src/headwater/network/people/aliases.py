"""Under which names and numbers each person was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.model.evidence import Citation
from headwater.model.network import Alias
from headwater.network.frames import NONE, People, Traffic
from headwater.network.people import names, told
from headwater.network.people.evidence import Scene

CITED = 3
"""How many lines an alias cites at most."""
_KINDS = {"qq": "account", "remark": "nickname"}
_ORDER = {"account": 0, "nickname": 1, "name": 2, "phone": 3, "wallet": 4, "card": 5}


def aliases(traffic: Traffic, people: People) -> tuple[tuple[Alias, ...], ...]:
    """For each person every account, nickname, name, phone, wallet and card, with lines that show it."""
    scene = Scene(traffic)
    parts = [_ids(scene), _facts(scene), _claimed(scene, people), told.announced(scene).assign(kind="account")]
    whole = pd.concat(parts, ignore_index=True)
    whole = whole[whole["value"] != ""]
    whole["person"] = people.of[whole["account"].to_numpy(np.int64)]
    whole["rank"] = whole["kind"].map(_ORDER)
    whole = whole.sort_values(["person", "rank", "value", "account", "source", "line"], ignore_index=True)
    found: list[list[Alias]] = [[] for _ in range(people.count)]
    keys = ["person", "rank", "kind", "value", "account"]
    for (person, _, kind, value, account), rows in whole.groupby(keys, sort=True):
        cited = sorted({(s, int(n)) for s, n in zip(rows["source"], rows["line"], strict=True) if s})[:CITED]
        evidence = tuple(Citation(str(source), line) for source, line in cited)
        found[int(person)].append(Alias(str(value), str(kind), str(scene.ids[int(account)]), evidence))
    return tuple(tuple(each) for each in found)


def _ids(scene: Scene) -> pd.DataFrame:
    """Accounts whose id may be shown: chat accounts; numbers are told by their masks, names by what they are called."""
    plain = np.flatnonzero(~np.isin(scene.system, ["phone", "bank", "wallet", "name", "mask", "qq"]))
    first = _first_lines(scene).reindex(plain)
    return pd.DataFrame(
        {
            "account": plain,
            "kind": "account",
            "value": scene.written[plain],
            "source": first["source"].fillna("").to_numpy(object),
            "line": first["line"].fillna(0).to_numpy(np.int64),
        }
    )


def _first_lines(scene: Scene) -> pd.DataFrame:
    """Where each account is first seen writing, or first named in an address book."""
    messages = scene.traffic.messages
    sender, first = np.unique(messages["sender"].to_numpy(np.int64), return_index=True)
    wrote = messages[["sender", "source", "line"]].take(np.sort(first[sender >= 0]))
    wrote = wrote.rename(columns={"sender": "account"}).astype({"source": object})
    named = scene.facts.drop_duplicates("account")[["account", "source", "line"]].astype({"source": object})
    return pd.concat([wrote, named], ignore_index=True).drop_duplicates("account").set_index("account")


def _facts(scene: Scene) -> pd.DataFrame:
    """Nicknames, names and numbers that facts tell; a remark too, which often is a nickname of earlier days."""
    facts = scene.facts[["account", "kind", "shown", "source", "line"]].astype(
        {"kind": object, "shown": object, "source": object}
    )
    person = facts["shown"].astype(str).str.fullmatch(names.MASKED).to_numpy(bool)
    kind = np.where(person & facts["kind"].isin(["nickname", "name", "remark"]), "name", facts["kind"].replace(_KINDS))
    frame = facts.assign(kind=kind)[np.isin(kind, list(_ORDER)) & (kind != "account")]
    starred = (frame["kind"] == "nickname") & frame["shown"].astype(str).str.startswith("*")
    return frame[~starred].rename(columns={"shown": "value"})


def _claimed(scene: Scene, people: People) -> pd.DataFrame:
    """Numbers that one person alone gives to be paid on and that no bill shows, with the name beside them."""
    claimed = told.claims(scene)
    claimed = claimed.assign(person_of=people.of[claimed["account"].to_numpy(np.int64)] if len(claimed) else [])
    alone = claimed.groupby("token")["person_of"].transform("nunique") == 1
    kept = claimed[alone & ~claimed["third"].astype(bool) & (claimed["number"] == NONE)]
    frame = pd.DataFrame({"account": kept["account"], "kind": kept["kind"], "value": kept["mask"]})
    return frame.assign(source=kept["source"], line=kept["line"])
