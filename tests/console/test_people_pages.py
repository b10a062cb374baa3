"""Persons, leaks, holdings and canaries as people use them: a year beside colleagues, a file that is dropped, two who approve."""

from __future__ import annotations

import fcntl
import io
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.console.conftest import Console
from tests.console.hostile import MARKER, everything
from tests.console.made_plans import planned

from headwater.casework.veil import Veil
from headwater.console.jobs.job import Job
from headwater.console.staff.making import make_book
from headwater.console.words import words
from headwater.model.organisation import Organisation
from headwater.planting.canaries.registry import PlanEntry
from headwater.store import drops
from headwater.store.keys import token_key
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import open_workspace

CASE = "/cases/insurer"
API = f"/api/v1{CASE}"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAGES = ("/staff", "/staff/accounts", "/leaks", "/holdings", "/canaries")


@pytest.fixture(scope="module", autouse=True)
def book(console: Console) -> None:
    """What everybody read is added up, as the job does it."""
    ready = console.ready
    left = ready.workspace() / "staff" / ".view.2.sqlite.99999999.ab"
    left.parent.mkdir()
    left.write_bytes(b"half")
    book = make_book(ready.case(), ready.workspace(), ready.result()["case"]["manifest"])
    assert list(left.parent.iterdir()) == [book], "what a maker that was killed has left is gone"


@pytest.fixture(scope="module")
def entry(console: Console, tmp_path_factory: pytest.TempPathFactory) -> PlanEntry:
    """A plan of decoys for an account, a month and somebody of the house, proposed by somebody else."""
    account = sorted({a for i in console.ready.result()["incidents"] for a in i["accounts"]})[0]
    person = sorted(names(console) & {p["employee"] for i in console.ready.result()["incidents"] for p in i["people"]})[
        0
    ]
    return planned(console.ready, tmp_path_factory.mktemp("table"), (account, account, account, "May", person))


@pytest.fixture
def plan(entry: PlanEntry) -> str:
    return entry.id


def api(who: TestClient, path: str, **body: Any) -> Any:
    answer = who.post(f"{API}{path}", json=body) if body else who.get(f"{API}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(console: Console) -> set[str]:
    result = console.ready.result()
    people = {p["employee"] for i in result["incidents"] for p in i["people"]} - {"?"}
    accounts = {a for f in result["findings"] for a in f["accounts"]}
    takers = {t["account"] for leak in result["attribution"] for t in leak["takers"]}
    return people | accounts | takers | {d for f in result["findings"] for d in f["devices"]}


def secret_in(text: str, secret: set[str]) -> set[str]:
    return secret & set(re.findall(r"[A-Za-z0-9_-]+", text))


def loudest(console: Console) -> str:
    """An account with a year in the answer, under its pseudonym."""
    found = next(y["account"] for i in console.ready.result()["incidents"] for y in i.get("year") or ())
    tokeniser = Tokeniser(token_key(console.ready.workspace()))
    return Veil(Organisation(), tokeniser, frozenset(), frozenset()).account(found)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_names_anybody_and_both_faces_show_the_same(console: Console, plan: str, path: str, lang: str) -> None:
    secret, li = names(console), console.as_user("li")
    assert len(secret) > 10
    page, twin = li.get(f"{CASE}{path}?lang={lang}"), li.get(f"{API}{path}")
    assert page.status_code == twin.status_code == 200, page.text
    assert not secret_in(page.text + twin.text, secret)
    assert "staff." not in re.sub(r"/staff\.\w+", "", page.text)  # a key without words


def test_a_place_in_the_house_is_shown_where_several_share_it(console: Console) -> None:
    """Five directors are a crowd, the one director of a branch is a name."""
    li, twin = console.as_user("li"), f"{API}/staff?limit=500"
    rows = li.get(twin).json()["people"]["rows"]
    cards = [li.get(f"{API}/staff/{r['person']['text']}").json()["facts"] for r in rows[:12]]
    assert min(Counter((r["department"], r["job"]) for r in rows).values()) >= 5
    assert any(r["job"] == words("en")("staff.few") for r in rows) and any("left" not in dict(facts) for facts in cards)
    offered = {c["value"] for f in li.get(twin).json()["filters"] for c in f["choices"]}
    assert offered == {r[key] for r in rows for key in ("department", "job")} - {None, words("en")("staff.few")}
    assert words("zh")("staff.veil") in li.get(f"{CASE}/staff?lang=zh").text


def test_a_persons_card_parts_the_account_from_who_sat_there(console: Console) -> None:
    li = console.as_user("li")
    veil = Veil(Organisation(), Tokeniser(token_key(console.ready.workspace())), frozenset(), frozenset())
    taker = next(t for leak in console.ready.result()["attribution"] for t in leak["takers"] if t["employees"])
    row = api(li, f"/staff/{veil.person(taker['employees'][0])}")["leaks"]["rows"][0]
    sat = next(p["probability"] for p in taker["people"] if p["employee"] == taker["employees"][0])
    assert (row["source_probability"], row["sat_there"]) == (taker["probability"], sat)
    assert row["account"]["text"] == veil.account(taker["account"])
    account = api(li, f"/staff/{veil.account(taker['account'])}")["leaks"]
    assert "sat_there" not in {c["key"] for c in account["columns"]}


def test_the_card_of_an_account_shows_its_year_its_incidents_and_who_sat_there(console: Console) -> None:
    li, id = console.as_user("li"), loudest(console)
    page = li.get(f"{CASE}/staff/{id}")
    assert page.status_code == 200
    assert not secret_in(page.text, names(console))
    told = api(li, f"/staff/{id}")
    days = told["year"]["table"]["rows"]
    of_incident = [d for d in days if d["marks"] and "incident" in d["marks"]]
    assert of_incident
    assert len(days) == 22  # of all days of the log
    assert sum(d["read"] for d in days if d["read"]) > 0
    assert told["incidents"]["rows"] and told["sat"]["rows"] and told["accounts"]["rows"]
    assert all(r["surest"] <= 0.95 or r["surest"] == 1.0 for r in told["sat"]["rows"])


def test_the_years_figures_are_those_that_the_answer_has(console: Console) -> None:
    """The heat map of an account reads what :mod:`headwater.casework.years` put into the answer for the same account."""
    li, known = console.as_user("li"), console.ready.result()
    found = [y for i in known["incidents"] for y in i.get("year") or ()]
    assert found
    sums = {tuple(n or 0 for n in y["read"]) for y in found}
    told = [api(li, f"/staff/{row['account']['text']}") for row in api(li, "/staff/accounts")["accounts"]["rows"][:10]]
    drawn = set()
    for card in told:
        if card["year"]:
            drawn.add(tuple(d["read"] or 0 for d in card["year"]["table"]["rows"])[: len(next(iter(sums)))])
    assert sums & drawn


def test_a_year_ends_where_one_asks_and_a_stranger_is_not_there(console: Console) -> None:
    li, id = console.as_user("li"), loudest(console)
    assert api(li, f"/staff/{id}?until=1999-01-01")["year"] is not None
    for path in ("/staff/U-0000000000", "/staff/S-0000000000"):
        assert li.get(f"{API}{path}").status_code == 404
    for path in ("/staff/u1010", "/staff/..%2F..", "/staff/S-XYZ"):
        assert li.get(f"{API}{path}").status_code in (404, 422)
    assert console.as_user("chen").get(f"{API}/staff/{id}").status_code == 404


def test_a_leak_adds_up_and_says_what_would_be_left(console: Console) -> None:
    li = console.as_user("li")
    first = next(leak for leak in console.ready.result()["attribution"] if leak["takers"])
    row = next(r for r in api(li, "/leaks")["leaks"]["rows"] if r["rows"] == first["rows"])
    told = li.get(row["leak"]["href"].replace("/cases", "/api/v1/cases", 1)).json()
    assert li.get(row["leak"]["href"]).status_code == 200
    taker = first["takers"][0]
    assert told["accused"][0]["probability"] == taker["probability"]
    left = {r["what"]: r["without"] for r in told["accused"][0]["what_if"]["table"]["rows"]}
    assert {round(s["without"], 4) for s in taker["statements"] if s.get("without") is not None} <= {
        round(v, 4) for v in left.values()
    }
    sources = {r["source"]: r["rows"] for r in told["sources"]["table"]["rows"]}
    assert sources[told["accused"][0]["account"]["text"]] == taker["rows_explained"]
    assert li.get(f"{API}/leaks/one?leak=no+such").status_code == 404


def over(console: Console, job: Job) -> Job:
    """Wait until the job's process has let go."""
    jobs = console.house.jobs
    with (jobs.folder / job.id / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
    jobs.tend()
    found = jobs.job(job.id)
    assert found is not None
    return found


@pytest.mark.slow
def test_a_dropped_file_is_kept_matched_shown_and_removed(console: Console) -> None:
    li, case = console.as_user("li"), console.ready.case()
    before = sorted(f for f in case.rglob("*") if f.is_file())
    file = next(f for f in (case / "leaks").rglob("*") if f.is_file())
    sent = li.post(f"{CASE}/leaks/dropped", files={"file": (file.name, file.read_bytes())})
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    id = place.rpartition("/")[2]
    job = next(j for j in console.house.jobs.jobs("insurer") if j.parameters.get("id") == id)
    assert over(console, job).state.status == "done", console.house.jobs.job(job.id)
    page, told = li.get(place), api(li, f"/leaks/dropped/{id}")
    assert page.status_code == 200
    assert told["state"] == "done" and not told["newer"]
    known = next(leak for leak in console.ready.result()["attribution"] if leak["leak"].startswith("leaks/"))
    assert [a["probability"] for a in told["leak"]["accused"]] == [t["probability"] for t in known["takers"]]
    assert not secret_in(page.text, names(console))
    assert sorted(f for f in case.rglob("*") if f.is_file()) == before
    assert li.get(f"{CASE}/leaks").text.count(id) == 1
    gone = li.post(f"{CASE}/leaks/dropped/{id}/remove", data={"csrf": li.headers["x-csrf"]})
    assert gone.status_code == 303
    assert li.get(f"{API}/leaks/dropped/{id}").status_code == 404
    assert drops.drops(console.ready.workspace()) == []


def test_what_may_not_be_dropped_leaves_nothing(console: Console) -> None:
    li, stranger = console.as_user("li"), console.stranger()
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as out:
        out.writestr("../../evil.csv", "phone\n15400001111\n")
    assert li.post(f"{API}/leaks/dropped", files={"file": ("a.csv", b"")}).status_code == 400
    assert li.post(f"{API}/leaks/dropped").status_code == 422
    assert stranger.post(f"{CASE}/leaks/dropped", files={"file": ("a.csv", b"x")}).status_code in (303, 401, 403)
    auditor = console.as_user("wang")
    assert auditor.post(f"{API}/leaks/dropped", files={"file": ("a.csv", b"x")}).status_code == 403
    assert console.as_user("chen").post(f"{API}/leaks/dropped", files={"file": ("a.csv", b"x")}).status_code == 404
    forged = li.post(f"{CASE}/leaks/dropped", files={"file": ("a.csv", b"x")}, headers={"x-csrf": "forged"})
    assert forged.status_code == 403
    assert drops.drops(console.ready.workspace()) == []
    for id in ("..%2F..%2Fkeys", "aaaaaaaaaaaaaaaa", "A" * 16):
        assert li.get(f"{API}/leaks/dropped/{id}").status_code in (404, 422)


def test_holdings_say_who_has_what_and_what_is_common(console: Console) -> None:
    li = console.as_user("li")
    told = api(li, "/holdings")
    known = console.ready.result()["holdings"]
    assert sorted(r["persons"] for r in told["holders"]["rows"]) == sorted(h["persons"] for h in known)
    assert told["ready"]
    for row in told["holders"]["rows"]:
        assert li.get(row["holder"]["href"]).status_code == 200
    csv = li.get(f"{CASE}/holdings?download=holders")
    assert csv.headers["content-type"].startswith("text/csv")
    assert len(csv.text.strip().splitlines()) == len(known) + 1
    assert li.get(f"{API}/holdings/one?holder=nobody").status_code == 404


def test_the_market_has_files_in_common_and_no_staff(console: Console) -> None:
    ready, li = console.ready, console.as_user("li")
    make_book(ready.case("market"), ready.workspace("market"), ready.result("market")["case"]["manifest"])
    for path in ("/staff", "/holdings", "/leaks", "/canaries"):
        assert li.get(f"/cases/market{path}").status_code == 200, path
    told = li.get("/api/v1/cases/market/holdings").json()
    assert told["ready"]


def test_two_people_approve_a_plan_and_neither_is_overwritten(console: Console, plan: str) -> None:
    li, wu = console.as_user("li"), console.as_user("wu")
    path = f"/canaries/{plan}"
    assert api(li, path)["state"]["text"] == "proposed"
    assert li.post(f"{API}{path}/plant").status_code == 400  # out of turn
    assert li.post(f"{API}{path}/ask", json={"because": " "}).status_code == 400
    api(li, f"{path}/ask", because="board of <b>May</b>", although="a trial", version=0)
    late = wu.post(f"{API}{path}/ask", json={"because": "me too", "version": 0})
    assert late.status_code == 409
    assert "board of" in late.text
    told = api(li, path)
    assert "a trial" in told["asked"], "the second agrees to all of it"
    over = wu.post(f"{API}{path}/ask", json={"because": "me instead", "version": told["version"]})
    assert over.status_code == 409 and api(li, path)["asked"] == told["asked"]
    assert not told["may_agree"]
    assert "&lt;b&gt;May" in li.get(f"{CASE}{path}").text
    assert li.post(f"{API}{path}/agree", json={"version": told["version"]}).status_code == 403
    assert wu.post(f"{API}{path}/agree", json={"version": told["version"] + 1}).status_code == 409
    with open_workspace(console.ready.workspace()):  # a run is at work: nothing is lost, and nothing half done
        assert wu.post(f"{API}{path}/agree", json={"version": told["version"]}).status_code == 503
    assert api(wu, path)["may_agree"]
    api(wu, f"{path}/agree", version=told["version"])
    told = api(wu, path)
    assert (told["state"]["text"], told["may_plant"]) == ("approved", True)
    assert wu.post(f"{API}{path}/plant").status_code == 200
    assert [s["by"] for s in api(wu, path)["steps"]["rows"]] == ["Zhao", "li", "wu"]
    assert console.as_user("zhao").post(f"{API}{path}/withdraw", json={"because": "x"}).status_code == 403


def test_a_plan_that_misses_its_figures_wants_a_word_on_that_from_the_first(console: Console, tmp_path: Path) -> None:
    """Without it the second could not agree, nor anybody else ask any more."""
    missed = planned(console.ready, tmp_path, ("May",), by="Wu", area=0.7, seed=11)
    li, path = console.as_user("li"), f"/canaries/{missed.id}"
    assert 'name="although" required' in li.get(f"{CASE}{path}").text
    refused = li.post(f"{API}{path}/ask", json={"because": "board of May", "version": 0})
    assert refused.status_code == 400 and "figures" in refused.text
    api(li, f"{path}/ask", because="board of May", although="a trial", version=0)
    told = api(console.as_user("wu"), path)
    assert told["asked"] and not told["may_agree"], "who proposed it is not the second"


def test_a_plan_names_nobody_and_tells_times_in_the_cases_zone(console: Console, entry: PlanEntry) -> None:
    li = console.as_user("li")
    for lang in ("en", "zh"):
        assert not secret_in(li.get(f"{CASE}/canaries/{entry.id}?lang={lang}").text, names(console))
    told = api(li, f"/canaries/{entry.id}")
    whom = [row["whom"] for row in told["decoys"]["rows"]]
    assert [w if isinstance(w, str) else w["text"][:2] for w in whom] == ["U-", "U-", "U-", "May", "S-"]
    assert li.get(f"{CASE}/canaries/{entry.id}").text.count("2026-03-02 20:00 Asia/Shanghai") >= 2
    (shown,) = told["showings"]["rows"]
    assert (shown["at"], shown["where"]) == ("2026-03-02 20:00 Asia/Shanghai", "a file:7")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_how_a_plan_is_made_stands_there_as_one_types_it(console: Console, lang: str) -> None:
    page = console.as_user("li").get(f"/cases/market/canaries?lang={lang}").text
    assert "<code>headwater canary plan</code>" in page and "`" not in page
    assert "canaries/showings" in console.as_user("li").get(f"{CASE}/canaries").text
    assert "canaries/showings" not in console.as_user("zhao").get(f"{CASE}/canaries").text


def test_a_dropped_file_says_what_is_not_shown_and_why_in_ones_language(console: Console) -> None:
    li, workspace = console.as_user("li"), console.ready.workspace()
    places = Places(Tokeniser(token_key(workspace)))
    drop = drops.keep(workspace, [b"x"], "list.u1010", "U-1", NOW, places)
    assert drop.id in li.get(f"{CASE}/leaks").text and "u1010" not in li.get(f"{CASE}/leaks").text
    told = {"leaks": {"en": [], "zh": []}, "name": "list", "answer": "other", "more": 3}
    drops.answered(drop, {**told, "not_read": [{"path": "leaks/a.zip", "reason": "is encrypted"}]})
    page = li.get(f"{CASE}/leaks/dropped/{drop.id}?lang=zh").text
    assert "is encrypted" not in page and words("zh")("leaks.more_parts", n=3) in page
    drops.remove(drop)


def test_a_registry_that_was_changed_is_said_to_be(console: Console, plan: str) -> None:
    file = Path(console.ready.workspace() / "canaries" / "registry.jsonl")
    whole = file.read_text("utf-8")
    try:
        file.write_text(whole.replace("Zhao", "Wang"), "utf-8")
        told = api(console.as_user("li"), "/canaries")
        assert told["faults"] and told["plans"]["rows"] == []
        assert str(console.ready.root) not in str(told)
    finally:
        file.write_text(whole, "utf-8")


def test_no_day_and_no_part_makes_the_server_fall(console: Console) -> None:
    li, id = console.as_user("li"), loudest(console)
    for until in ("0001-01-01", "9999-12-31", "2062-02-29", "no day"):
        assert li.get(f"{API}/staff/{id}?until={until}").status_code in (200, 422), until
    for path in (
        "/leaks?sort=name",
        "/leaks?after=x",
        "/holdings?role=x",
        "/staff?sort=x",
        "/staff?q=%00",
        "/leaks/one?leak=%00",
    ):
        assert li.get(f"{API}{path}").status_code in (200, 400, 404, 422), path


def test_hostile_text_stays_text_on_every_page(console: Console) -> None:
    ready, li = console.ready, console.as_user("li")
    result = ready.result("hostile")
    drop = drops.keep(
        ready.workspace("hostile"),
        [b"x"],
        everything(),
        "U-1",
        NOW,
        Places(Tokeniser(token_key(ready.workspace("hostile")))),
    )
    told = {"leaks": dict.fromkeys(("en", "zh"), result["attribution"][:1]), "name": everything(), "answer": "other"}
    drops.answered(drop, {**told, "not_read": [{"path": everything(), "reason": everything()}]})
    places = [f"/cases/hostile{path}" for path in (*PAGES, f"/leaks/dropped/{drop.id}")]
    leaks = li.get("/api/v1/cases/hostile/leaks").json()["leaks"]["rows"]
    places += [row["leak"]["href"] for row in leaks]
    for place in places:
        page = li.get(place)
        assert page.status_code == 200, place
        assert not re.search(rf"<(script|img|svg|div)[^>]*{MARKER}", page.text)
        assert "<script>document" not in page.text
        assert " style=" not in page.text
        assert not re.search(r"<[a-z]+[^>]* on[a-z]+=", page.text)
    csv = li.get(f"/cases/hostile/leaks/dropped/{drop.id}?download=not-read").text
    assert not re.search(r'(^|,)"?[=@+-]', csv, re.M)
    drops.remove(drop)
