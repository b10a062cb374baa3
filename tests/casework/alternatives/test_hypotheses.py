"""Innocent explanations, each on both sides, on one real lake of a small office."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.detection.lakes import Office, moment, office, opened, working_day

from headwater.casework.alternatives.asked import Asked, House
from headwater.casework.alternatives.testing import alternatives, hypotheses, told
from headwater.casework.fairness import beside, standing
from headwater.casework.years import years
from headwater.detection.moments import reading
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution, Leak, Taker
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.incident import Incident
from headwater.model.words import LANGS, Text

WORDS = Text("x", "某")
NOBODY = Attribution()


def _house() -> Office:
    made = office(staff=16, days=34, level=14.0, seed=4)
    free = [int(n) for n in made.nobodys()]
    for day in range(15, 20):  # E03 reads strangers at the own desk for a week, and never again
        made.read("u03", working_day(day), free[40 * (day - 15) : 40 * (day - 14)], "E03", 9.5, 37.0 + day)
    for day in (2, 3, 4, 16, 17):  # E05's account is at E06's desk, from long before on
        made.read("u05", working_day(day), free[:25], "E06", 13.0, 41.0)
    for account in ("u09", "u10", "u11", "u12", "u13", "u14", "u15", "u16"):  # the whole job has a busy day
        made.read(
            account,
            working_day(21),
            [int(n) for n in np.random.default_rng(int(account[1:])).choice(free, 60)],
            f"E{account[1:]}",
            10.0,
            29.0,
        )
    made.read("u07", working_day(22), free[100:160], "203.0.113.9", 3.0, 31.0)  # somebody from outside
    for row in [r for r in made.rows["access"] if r["account"] == "u07" and r["day"] == working_day(22)]:
        made.add("access", **{k: v for k, v in row.items() if k not in ("line", "source")}, source="logs/copy.log")
    made.add("accounts", account="svc_batch", system="crm", owner=None, kind="service")
    made.read("svc_batch", working_day(23), free[:120], "E08", 2.0, 5.0)
    made.add("tickets", ticket="T1", principal="u04", starts=working_day(24), ends=working_day(24), dataset="clients")
    for n in range(5):
        made.add(
            "tickets",
            ticket=f"T{n + 2}",
            principal="u99",
            starts=working_day(1),
            ends=working_day(2),
            dataset="clients",
        )
    made.read("u04", working_day(24), free[200:260], "E04", 11.0, 33.0)
    made.add("absences", employee="E02", starts=working_day(25), ends=working_day(25), kind="leave")
    made.read("u02", working_day(25), free[260:300], "E02", 11.0, 33.0)
    for row in made.rows["people"]:
        if row["employee"] == "E04":
            row["hired"] = working_day(24) - timedelta(days=30)
        if row["employee"] == "E01":
            row["left"] = working_day(26)
    made.read("u01", working_day(27), free[300:340], "E06", 0.4, 20.0)  # half an hour after midnight of the next day
    return made


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with opened(_house(), tmp_path_factory.mktemp("office")) as made:
        yield made


def story(
    scene: Scene, account: str, days: Sequence[date], named: Sequence[str], bits: float = 30.0, *detectors: str
) -> Incident:
    """An incident about what an account read on some days."""
    rows = scene.sittings[(scene.sittings["account"] == account) & scene.sittings["day"].isin(days)]
    assert len(rows), "the story has no sitting"
    people = tuple(PersonOdds(e, 0.9, 3.0) for e in named)
    findings = tuple(
        Finding(
            name, account, WORDS, "high", (account,), people, (), rows["first"].min().to_pydatetime(),
            rows["last"].max().to_pydatetime(), int(rows["subjects"].sum()), (Statement(WORDS, bits),),
            moments=reading(scene, rows),
        )
        for name in detectors or ("bulk-read",)
    )  # fmt: skip
    first = findings[0]
    prior = Statement(WORDS, -7.0)
    return Incident(
        1, WORDS, (account,), people, (), findings, (prior, Statement(WORDS, bits + 7.0)), bits, first.starts, first.ends,
        first.subjects, (), first.moments, (), (), (),
    )  # fmt: skip


def outcome(scene: Scene, incident: Incident, name: str, attribution: Attribution = NOBODY) -> str | None:
    """What comes of one explanation, ``None`` where it is none of this story."""
    (tested,) = alternatives(scene, [incident], attribution)
    found = {h.id: t for h, t in tested}
    for each in found.values():
        assert each.text.en
        assert each.text.zh
        assert "the test itself failed" not in each.text.en
    return found[name].outcome if name in found else None


def week(first: int, last: int) -> list[date]:
    return [working_day(n) for n in range(first, last + 1)]


def test_reading_strangers_at_the_own_desk(scene: Scene) -> None:
    thief = story(scene, "u03", week(15, 19), ["E03"], 30.0, "unexplained-access")
    assert outcome(scene, thief, "ordinary-duty") == "refuted"
    assert outcome(scene, thief, "own-business") == "refuted"
    assert outcome(scene, thief, "campaign") in ("refuted", "weakened")
    assert outcome(scene, thief, "new-job") == "refuted"
    assert outcome(scene, thief, "ticket") == "refuted"
    assert outcome(scene, thief, "from-outside") == "refuted"
    assert outcome(scene, thief, "away") == "refuted"
    assert outcome(scene, thief, "clock") == "refuted"
    assert outcome(scene, thief, "somebody-else") == "weakened", "no log tells who sits at the own desk"
    assert outcome(scene, thief, "handed-over") in ("refuted", "weakened")
    assert outcome(scene, thief, "leaked-elsewhere") is None


def test_a_desk_where_the_account_had_always_been(scene: Scene) -> None:
    assert outcome(scene, story(scene, "u05", week(16, 17), ["E06"]), "handed-over") == "stands"
    fresh = story(scene, "u01", [working_day(27)], ["E06"])
    assert outcome(scene, fresh, "handed-over") == "weakened"


def test_what_the_whole_job_did_on_that_day(scene: Scene) -> None:
    busy = story(scene, "u12", [working_day(21)], ["E12"])
    assert outcome(scene, busy, "ordinary-duty") == "stands"
    assert outcome(scene, busy, "campaign") == "stands"


def test_an_address_outside_the_house(scene: Scene) -> None:
    accused = story(scene, "u07", [working_day(22)], ["E07"])
    rows = Asked(House(scene, Attribution()), accused).rows
    far = rows[rows["ip"] == "203.0.113.9"]
    assert len(far)
    whole = [m for m in accused.timeline if m.time in set(far["first"])]
    only = story(scene, "u07", [working_day(22)], ["E07"])
    only = _only(only, whole)
    assert outcome(scene, only, "from-outside") == "stands"
    assert outcome(scene, _only(story(scene, "u07", [working_day(22)], []), whole), "from-outside") is None


def _only(incident: Incident, moments: Sequence[object]) -> Incident:
    findings = tuple(replace(f, moments=tuple(moments)) for f in incident.findings)  # type: ignore[arg-type]
    return replace(incident, findings=findings, timeline=tuple(moments))  # type: ignore[arg-type]


def test_lines_that_two_collectors_wrote(scene: Scene) -> None:
    assert outcome(scene, story(scene, "u07", [working_day(22)], ["E07"]), "doubled-lines") == "weakened"
    assert outcome(scene, story(scene, "u03", week(15, 19), ["E03"]), "doubled-lines") == "refuted"


def test_a_service_account_is_a_machine_until_shown_otherwise(scene: Scene) -> None:
    assert outcome(scene, story(scene, "svc_batch", [working_day(23)], ["E08"]), "machine") == "stands"


def test_a_log_of_whole_minutes_shows_no_pauses(tmp_path: Path) -> None:
    made = _house()
    for row in made.rows["access"]:
        row["time"] = row["time"].replace(second=0, microsecond=0)
    with opened(made, tmp_path) as scene:
        assert outcome(scene, story(scene, "u03", week(15, 19), ["E03"]), "machine") == "untested"
        assert outcome(scene, story(scene, "svc_batch", [working_day(23)], ["E08"]), "machine") == "stands"


def test_tickets_leave_and_hire_speak_for_the_accused(scene: Scene) -> None:
    asked = story(scene, "u04", [working_day(24)], ["E04"])
    assert outcome(scene, asked, "ticket") == "stands"
    assert outcome(scene, asked, "new-job") == "stands"
    assert outcome(scene, story(scene, "u02", [working_day(25)], ["E02"]), "away") == "stands"


def test_half_an_hour_after_the_departure_may_be_a_wrong_clock(scene: Scene) -> None:
    late = story(scene, "u01", [working_day(27)], ["E06"], 30.0, "after-departure")
    assert outcome(scene, late, "clock") == "stands"
    for name in ("ordinary-duty", "campaign", "new-job"):
        assert outcome(scene, late, name) is None, "whose name it was is no matter of duty"


@pytest.mark.parametrize(("bits", "expected"), [(4.0, "stands"), (9.0, "weakened"), (30.0, "refuted")])
def test_luck_among_so_many(scene: Scene, bits: float, expected: str) -> None:
    assert outcome(scene, story(scene, "u03", week(15, 19), ["E03"], bits), "chance") == expected


@pytest.mark.parametrize(
    ("probability", "alike", "expected"),
    [(0.99, (), "refuted"), (0.8, (), "weakened"), (0.99, ("u08",), "stands"), (0.4, (), "stands")],
)
def test_a_leak_that_others_explain_as_well(
    scene: Scene, probability: float, alike: tuple[str, ...], expected: str
) -> None:
    pieces = (Statement(WORDS, 9.0, (Citation("logs/application.log", 7),)),)
    taker = Taker("u03", (), (), None, None, 80, 0.9, probability, 9.0, pieces, alike)
    attribution = Attribution(leaks=(Leak("leaks/a.csv", "clients", 100, 90, 85, 15, (taker,), 5),))
    assert outcome(scene, story(scene, "u03", week(15, 19), ["E03"]), "leaked-elsewhere", attribution) == expected


def test_every_explanation_says_in_both_languages_what_it_is_and_how_it_is_tested() -> None:
    assert len(hypotheses()) >= 12
    for each in hypotheses():
        assert each.title.en
        assert each.how.en.endswith(".")
        assert any("\u4e00" <= c <= "\u9fff" for c in each.title.zh)
        assert any("\u4e00" <= c <= "\u9fff" for c in each.how.zh)
        assert each.title.en not in each.how.en


def test_what_stands_comes_first_and_every_number_is_finite(scene: Scene) -> None:
    (tested,) = alternatives(scene, [story(scene, "u04", [working_day(24)], ["E04"])], Attribution())
    order = [t.outcome for _h, t in tested]
    assert order == sorted(order, key=("stands", "untested", "weakened", "refuted").index)
    assert order[0] == "stands"
    for lang in LANGS:
        for each in told(tested, lang):
            assert all(np.isfinite(v) for v in each["numbers"].values())
            assert all(e["line"] > 0 for e in each["evidence"])


def test_the_year_tells_days_without_a_log_from_days_without_reading(scene: Scene) -> None:
    ((year,),) = years(scene, [story(scene, "u03", week(15, 19), ["E03"])], Attribution())
    first = date.fromisoformat(year["from"])
    day = {first + timedelta(days=n): v for n, v in enumerate(year["read"])}
    saturday = working_day(4) + timedelta(days=1)
    assert day[saturday] is None, "nobody worked: no log"
    assert day[working_day(16)] >= 40
    frame = scene.days[(scene.days["account"] == "u03") & (scene.days["day"] == working_day(16))]
    assert day[working_day(16)] == int(frame["subjects"].iloc[0])
    assert year["incident"] == [d.isoformat() for d in week(15, 19)]
    assert year["colleagues"] == 7
    assert 5 < year["usual"] < 40
    assert len(year["peers"]) == len(year["read"])
    assert moment(working_day(16), 0).date() == working_day(16)


def test_what_ties_others_to_a_story_is_not_held_against_the_named(scene: Scene) -> None:
    thief = story(scene, "u03", week(15, 19), ["E03"])
    other = story(scene, "u12", [working_day(21)], ["E12"])
    both = replace(thief, accounts=("u03", "u12"), findings=(*thief.findings, *other.findings))
    assert outcome(scene, both, "ordinary-duty") == outcome(scene, thief, "ordinary-duty") != "stands"
    assert set(Asked(House(scene, NOBODY), both).rows["account"]) == {"u03"}


def test_who_is_named_for_sending_alone_is_asked_about_the_reading_of_the_story(scene: Scene) -> None:
    sent = _only(story(scene, "u03", week(15, 19), ["E03"], 30.0, "outflow"), ()).findings
    read = tuple(replace(f, people=()) for f in story(scene, "u03", week(15, 19), ["E03"]).findings)
    both = replace(story(scene, "u03", week(15, 19), ["E03"]), findings=(*sent, *read))
    assert len(Asked(House(scene, NOBODY), both).rows)
    assert outcome(scene, both, "ticket") == "refuted"


def test_an_incident_without_reading_is_said_to_be_untested(scene: Scene) -> None:
    bare = _only(story(scene, "u03", week(15, 19), ["E03"]), ())
    assert outcome(scene, bare, "ticket") == "untested"
    assert years(scene, [bare], Attribution()) == ([],)


def test_the_answer_names_the_incidents_of_which_an_explanation_stands(scene: Scene) -> None:
    asked = [story(scene, "u03", week(15, 19), ["E03"]), story(scene, "u04", [working_day(24)], ["E04"])]
    for lang in LANGS:
        (said,) = standing(enumerate(beside(scene, asked, NOBODY, lang), 1), lang)
        assert "2: " in said
        assert "1: " not in said
    assert standing(enumerate(beside(scene, asked[:1], NOBODY, "en"), 1), "en") == []
    assert standing((), "en") == []
