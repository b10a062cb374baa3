"""The same input, key and time give the same bytes, wherever, whenever and by whichever user's habits they are packed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.casework.package.packed_case import AT, Place, investigate, pack, write_case

RUN = """
import os, sys
os.umask(int(sys.argv[2], 8))
from pathlib import Path
from tests.casework.package.packed_case import Place, pack
pack(Place(Path(sys.argv[1])))
"""
OTHER_HABITS = {"TZ": "America/St_Johns", "LC_ALL": "zh_CN.UTF-8", "PYTHONHASHSEED": "77"}


def test_two_runs_elsewhere_give_the_same_bytes(investigated: Place, tmp_path: Path) -> None:
    here, there = Place(tmp_path / "one/house"), Place(tmp_path / "two/deeper/house")
    for place, order, times in ((here, 1, 1000), (there, -1, 7)):
        write_case(place.case, order)
        shutil.copytree(investigated.out, place.out)
        for n, file in enumerate(sorted(place.case.rglob("*"))):
            os.utime(file, (n * times, n * times))
    environment = os.environ | OTHER_HABITS | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", RUN, str(there.root), "077"], env=environment) as run:
        pack(here)
        assert run.wait(240) == 0
    assert here.package.read_bytes() == there.package.read_bytes()


def test_the_answer_itself_is_the_same_when_it_is_made_anew(place: Place) -> None:
    pack(place)
    first = place.package.read_bytes()
    shutil.rmtree(place.out)
    pack(investigate(place))
    assert dict(members(place.package.read_bytes())) == dict(members(first))


def members(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def test_the_time_is_an_argument_and_told_in_both_zones(place: Place) -> None:
    pack(place)
    first = place.package.read_bytes()
    pack(place, at=AT.astimezone(UTC))
    assert place.package.read_bytes() == first
    assert (
        b'"at":{"local":"2026-11-23T10:00:00+08:00","utc":"2026-11-23T02:00:00+00:00","zone":"Asia/Shanghai"}' in first
    )
    pack(place, at=datetime(2026, 11, 23, 2, 0, 1, tzinfo=UTC))
    assert place.package.read_bytes() != first


@pytest.mark.parametrize("with_machine", [False, True])
def test_the_machine_is_told_when_it_is_asked_for(place: Place, with_machine: bool) -> None:
    pack(place, with_machine=with_machine)
    data = place.package.read_bytes()
    assert (b'"machine":{"host":' in data, b'"modified":"20' in data) == (with_machine, with_machine)
