"""How true attribution is over one house's own histories: planted, searched, kept beside the lake."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from headwater.attribution.attribute import house_of
from headwater.attribution.calibration.curve import Calibration, calibration, outdated, plain, told
from headwater.attribution.calibration.fingerprint import fingerprint
from headwater.attribution.calibration.ground import ground
from headwater.attribution.calibration.plants import plants
from headwater.attribution.calibration.trying import Tried, tried
from headwater.attribution.histories import histories
from headwater.attribution.search import Options
from headwater.detection.scene import Scene
from headwater.model.errors import StoreError

SCHEMA = "headwater/calibration/2"
FILE = "calibration.json"
LEAST_READ = 1000
"""A data set that was read less often is not tried."""


def calibrate(
    scene: Scene, leaks: int, seed: int, say: Callable[[], None] = lambda: None, options: Options | None = None
) -> list[Calibration]:
    """Plant so many leaks over the histories of each data set, search for their takers, and sum up.

    ``say`` is called so many times for each data set, whether planted or not. Costs some hundredths of a second to some
    seconds for each leak; memory is that of the histories twice.
    """
    made, options = [], options or Options(seed=seed)
    for dataset in scene.datasets:
        h = histories(scene.engine, dataset)
        done: list[Tried] = []
        if len(h.day) >= LEAST_READ:
            house = house_of(scene, h)
            place = ground(h, seed, house.services)
            done = tried(place, plants(place, leaks, seed), house, options, say)
            made.append(calibration(dataset, done, leaks, len(place.persons), fingerprint(h, options)))
        for _not_planted in range(leaks - len(done)):
            say()
    return made


def keep(root: Path, found: list[Calibration]) -> None:
    """Write what was found beside the lake; each calibration knows what it is of."""
    file = root / FILE
    aside = file.with_name(f".{file.name}.new")
    state = {"schema": SCHEMA, "datasets": [plain(c) for c in found]}
    aside.write_text(json.dumps(state, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    aside.replace(file)


def kept(root: Path) -> Mapping[str, Calibration]:
    """What was found, by data set, whatever it is of; of an older form no more than that it is there.

    Raises StoreError for a torn file.
    """
    file = root / FILE
    if not file.exists():
        return {}
    try:
        state = json.loads(file.read_text("utf-8"))
        if state["schema"] != SCHEMA:
            return {str(d["dataset"]): outdated(str(d["dataset"])) for d in state["datasets"]}
        return {c.dataset: c for c in map(told, state["datasets"])}
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"is no calibration ({type(error).__name__}); remove it, or calibrate anew", str(file)
        ) from error
