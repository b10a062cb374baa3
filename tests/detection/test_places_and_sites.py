"""Two places that may be one, and sites of the house and of the list however they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.detection.lakes import DATASET, Office, moment, office, opened, working_day

from headwater.detection.detectors import forbidden_site, two_places_at_once
from headwater.detection.profiles.carrying import carrying


def at_once(second: dict[str, str | None]) -> Office:
    made = office(staff=10, days=12, level=8.0, seed=3)
    made.silence("u03", [working_day(8)], ("access",))
    for at, start in (({"device": "LAPTOP-9"}, 14.0), (second, 14.1)):
        for i, number in enumerate(made.own("E03")[:20].tolist()):
            made.event(
                "access", moment(working_day(8), start, 200.0 * i), account="u03", application="crm", dataset=DATASET,
                action="lookup", subject=f"c{number}", ordinal=number, outcome="success", **at,
            )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("second", "fires"),
    [
        ({"ip": "10.0.9.9"}, False),  # whose address that is no log tells
        ({"ip": "10.0.0.7"}, True),  # E07's machine
        ({"device": "LAPTOP-8"}, True),
    ],
)
def test_an_address_is_held_against_a_machine_where_it_is_mapped(
    tmp_path: Path, second: dict[str, str | None], fires: bool
) -> None:
    with opened(at_once(second), tmp_path) as scene:
        assert [f.key for f in two_places_at_once.DETECTOR.find(scene)] == (["u03"] if fires else [])


def test_the_owner_alone_is_not_named(tmp_path: Path) -> None:
    made = office(staff=10, days=12, level=8.0, seed=3)
    made.silence("u03", [working_day(8)], ("access",))
    own = made.own("E03").tolist()
    made.read("u03", working_day(8), own[:20], "E03", 14.0, 200.0)
    made.read("u03", working_day(8), own[20:40], "10.0.9.9", 14.1, 200.0)
    with opened(made, tmp_path) as scene:
        (found,) = two_places_at_once.DETECTOR.find(scene)
        assert {p.employee: p.probability for p in found.people} == {"E03": 0.5}


def test_sites_are_known_however_they_are_written(tmp_path: Path) -> None:
    made = office(staff=10, days=12, level=8.0, seed=3)
    sites = (
        "10.0.5.5",
        "Mail.PARTNER.example:443",
        "https://chat.shop.example/put",
        "172.20.1.1:8080",
        "DROP.files.test:443",
    )
    for i, host in enumerate(sites):
        made.event(
            "web", moment(working_day(8), 10.0 + i), account="u03", ip="10.0.0.3", host=host, path="/put",
            method="POST", status=200, bytes_out=90_000, bytes_in=400,
        )  # fmt: skip
    with opened(made, tmp_path) as scene:
        (found,) = forbidden_site.DETECTOR.find(scene)
        assert "drop.files.test" in found.title.en
        assert "1 post(s) with 90 kB" in found.statements[0].text.en
        assert len(found.evidence) == 1


def test_a_post_to_a_machine_of_the_house_takes_no_list_out(tmp_path: Path) -> None:
    made = office(staff=10, days=12, level=8.0, seed=3)
    for n, host in ((6, "10.0.5.5"), (8, "drop.files.test")):
        made.write("u03", working_day(n), f"list{n}.xlsx", "E03", 15.0, 90_000)
        made.post("u03", working_day(n), 90_500, "E03", 15.2, host)
    with opened(made, tmp_path) as scene:
        exits = carrying(scene.engine, scene.org, scene.seats).exits
        assert exits.loc[exits["way"] == "post", "to"].tolist() == ["drop.files.test"]
        assert "10.0.5.5" not in set(scene.uploads.by_site["host"])
