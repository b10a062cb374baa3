"""The lines that a counter cites are those that it counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.detection.lakes import Office, moment, office, opened, working_day

from headwater.detection.profiles.stories import Story
from headwater.detection.profiles.traces import traces
from headwater.detection.scene import Scene

DAY = working_day(20)
NAMES = ("odd_logons", "odd_sticks", "new_devices", "others_devices", "posts", "kilobytes")


def house() -> Office:
    made = office(staff=20, days=25, level=14.0, seed=2)
    made.logon("u03", DAY, "E07", 22.0)
    for hour in (11.0, 22.2):
        made.event(
            "files", moment(DAY, hour), account="u03", action="copy", path="E:\\a.xlsx", bytes=9_000, **made.seat("E03")
        )
    for host, method, size in (
        ("drop.files.test", "POST", 400_000),
        ("10.0.5.5", "POST", 900_000),
        ("big.files.test", "GET", 800_000),
    ):
        made.event(
            "web", moment(DAY, 15.0), account="u03", ip="10.0.0.3", host=host, path="/", method=method, status=200,
            bytes_out=size, bytes_in=1,
        )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Scene]]:
    made = house()
    with opened(made, tmp_path_factory.mktemp("traces")) as scene:
        yield made, scene


@pytest.mark.parametrize("name", NAMES)
def test_only_what_was_counted_is_cited(told: tuple[Office, Scene], name: str) -> None:
    made, scene = told
    conduct = scene.conduct
    assert conduct is not None
    person = conduct.staff.names.index("E03")
    story = Story(
        person=person, span=1, p=1e-6, rarest=1e-6, level=0.0, loud=0, observed=1, end=DAY, dates=(DAY,), speaks=(name,),
        worst={name: DAY}, p_of={name: 1e-6},
    )  # fmt: skip
    lines = {(c.source, c.line) for c in traces(scene.engine, conduct, story).cited()}
    cited = [r for t in ("logons", "files", "web") for r in made.rows[t] if (r["source"], r["line"]) in lines]
    assert cited
    assert {(r["account"], r["day"]) for r in cited} == {("u03", DAY)}
    if name.startswith("odd_"):
        assert {r["hour"] for r in cited} == {22}
    elif name.endswith("devices"):
        assert {r["device"] for r in cited} == {"PC-07"}
    else:
        assert {r["method"] for r in cited} == {"POST"}
        assert "drop.files.test" in {r["host"] for r in cited}
        assert "10.0.5.5" not in {r["host"] for r in cited}
