"""The veil over every name that the newest whole lake of a workspace holds, for what is not of an answer: alerts, cited lines.

Asking the logs for every account and device costs a look through them: what was found is kept beside the lake, sealed with
a key made from the workspace's, until the lake changes.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from headwater.casework.veil import Veil
from headwater.console.desk.gathering import everybody
from headwater.console.errors import BusyError
from headwater.console.triage.keeping import ALONE, keep
from headwater.detection.scene import Scene
from headwater.investigation.reading import modest, told
from headwater.investigation.veiling import named
from headwater.model.errors import StoreError
from headwater.model.evidence import Citation
from headwater.model.organisation import Organisation, Person
from headwater.model.settings import Settings
from headwater.store import views
from headwater.store.casebook.sealing import Sealer
from headwater.store.engine import open_engine
from headwater.store.keys import token_key
from headwater.store.tokens import Tokeniser

FOLDER = "triage"
PURPOSE = "names of a lake"


def veil_of(workspace: Path, since: float = 0.0) -> Veil:
    """The veil of a workspace's lake.

    :param since: seconds since 1970 of the youngest thing that is to be veiled: it may name whoever was read in by then
    :raises BusyError: while that cannot be seen, since a run reads into the lake
    """
    folder = views.make(workspace, told)
    if views.is_changing(workspace) and _made(folder) < since:
        raise BusyError("the lake is being read into; try again when the run has ended")
    return _veil(workspace, folder)


def _made(view: Path) -> float:
    return max((file.stat().st_mtime for file in view.iterdir()), default=0.0)


@lru_cache(maxsize=4)
def _veil(workspace: Path, view: Path) -> Veil:
    tokeniser = Tokeniser(token_key(workspace))
    sealer = Sealer(tokeniser.derived(PURPOSE))
    file = workspace / FOLDER / f"{view.name}.names"
    with ALONE:
        known = _kept(file, sealer, view.name, tokeniser)
        if known is not None:
            return known
        veil = _asked(workspace, view)
        _keep(file, sealer.seal(_written(veil), PURPOSE, view.name))
        return veil


def _asked(workspace: Path, view: Path) -> Veil:
    options = modest()
    with (
        views.open_view(workspace, view) as opened,
        open_engine("duckdb", opened, options.memory, options.threads) as engine,
    ):
        scene = Scene(engine, opened.lake, Settings())
        org = everybody(scene.listed, {})
        return Veil(org, opened.tokeniser, named(scene, "account"), named(scene, "device"))


def _written(veil: Veil) -> str:
    people = [[p.employee, p.name, p.workstation, p.ip] for p in veil.org.people.values()]
    accounts = sorted({*veil.accounts, *veil.org.accounts})
    return json.dumps({"people": people, "accounts": accounts, "devices": sorted(veil.devices)}, ensure_ascii=False)


def _kept(file: Path, sealer: Sealer, place: str, tokeniser: Tokeniser) -> Veil | None:
    try:
        told = json.loads(sealer.unseal(file.read_bytes(), PURPOSE, place))
    except (OSError, StoreError, ValueError):  # asked anew: the lake is there
        return None
    people = {row[0]: _person(*row) for row in told["people"]}
    return Veil(Organisation(people), tokeniser, frozenset(told["accounts"]), frozenset(told["devices"]))


def _person(employee: str, name: str, workstation: str | None, ip: str | None) -> Person:
    return Person(employee, name, "", "", "", "", None, None, None, workstation, ip, Citation("", 0))


def _keep(file: Path, data: bytes) -> None:
    keep(file, data)
    for other in file.parent.glob(f"*{file.suffix}"):
        if other != file:
            other.unlink(missing_ok=True)
