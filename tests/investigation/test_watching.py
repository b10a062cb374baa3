"""Day by day: what is raised on an evening uses nothing that came later, and a watch that goes on says the same."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.processes import KEY, headwater

from headwater.casework import ledgers
from headwater.casework.alerting import Evening, Ledger
from headwater.casework.budget import Bucket, Budget
from headwater.detection.detector import detect
from headwater.detection.organisation import organisation
from headwater.investigation.case import open_investigation
from headwater.investigation.notifying import Bell
from headwater.investigation.veiling import veil
from headwater.investigation.watching import replay, span, staff, watch
from headwater.model.alert import Alert
from headwater.model.errors import CaseError
from headwater.model.organisation import Organisation
from headwater.simulation.simulate import simulate
from headwater.simulation.trades.trade import Crime
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise
from headwater.store.keys import ENVIRONMENT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
DAYS, CUT, EVENINGS = 20, 18, 3
HOUSE: dict[str, Any] = {
    "seed": 3107, "staff": 20, "clients": 900, "days": DAYS, "leaks": (),
    "crimes": (Crime("borrowed-account", "strong"),),
    "formats": Formats(packing="plain"), "noise": Noise(rotation="none"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, KEY)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same house as it was known on an evening, and later."""
    root = tmp_path_factory.mktemp("watched")
    simulate("insurer", root / "early" / "case", until=CUT - 1, **HOUSE)
    simulate("insurer", root / "late" / "case", **HOUSE)
    return root


@pytest.fixture(scope="module")
def read(house: Path) -> Iterator[Path]:
    """The workspace of the later case."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(ENVIRONMENT, KEY)
        with open_investigation(house / "late" / "case", house / "late" / "w") as work:
            work.ingest()
    yield house / "late" / "w"


def begun(case: Path, space: Path, done: date) -> None:
    """A workspace whose watch has done everything up to an evening, and found nothing."""
    with open_investigation(case, space) as work:
        ledgers.save(space, Ledger(Bucket(Budget(5.0, 20)), work.workspace.tokeniser), done)


def last_evening(case: Path, space: Path) -> date:
    with open_investigation(case, space) as work, work.scene() as scene:
        return (span(scene) or pytest.fail("no span")).last


def told(evenings: list[Evening]) -> list[tuple[date, str, tuple[str, ...]]]:
    return [(e.day, a.id, a.accounts) for e in evenings for a in (*e.released, *e.updated)]


def test_an_evening_uses_nothing_that_came_later(house: Path, read: Path, tmp_path: Path) -> None:
    """What the later lake says of the evening is what the lake of that evening says."""
    with open_investigation(house / "early" / "case", tmp_path / "early") as work:
        work.ingest()
        with work.scene() as scene:
            whole = span(scene)
            assert whole is not None
            then = detect(scene.at(whole.last))
    with open_investigation(house / "late" / "case", read) as work, work.scene() as scene:
        seen = detect(scene.at(whole.last))
    assert then.broken == seen.broken == ()
    # times are those of the cut logs; keys, weights and sentences must be the same
    assert [(f.detector, f.key, round(f.bits, 6), f.title) for f in then.findings] == [
        (f.detector, f.key, round(f.bits, 6), f.title) for f in seen.findings
    ]


def test_a_watch_that_goes_on_raises_what_one_that_waited_raises(house: Path, read: Path, tmp_path: Path) -> None:
    """A house that looks every few days has the same alerts as one that looks once."""
    late, at_once = house / "late" / "case", Path(shutil.copytree(read, tmp_path / "once"))
    last = last_evening(late, at_once)
    done, cut = last - timedelta(days=EVENINGS), last - timedelta(days=DAYS - CUT)
    begun(late, at_once, done)
    with open_investigation(late, at_once) as work, work.scene() as scene:
        assert [e.day for e in watch(work, scene)][-1] == last
        whole = ledgers.load(at_once, Budget(5.0, 20), work.workspace.tokeniser)[0]
    case, in_steps = Path(shutil.copytree(house / "early" / "case", tmp_path / "house" / "case")), tmp_path / "steps"
    with open_investigation(case, in_steps) as work:
        work.ingest()
    begun(case, in_steps, done)
    with open_investigation(case, in_steps) as work, work.scene() as scene:
        assert list(watch(work, scene))[-1].day == cut
    shutil.rmtree(case)
    shutil.copytree(late, case)
    with open_investigation(case, in_steps) as work:
        work.ingest()
        with work.scene() as scene:
            days = [e.day for e in watch(work, scene)]
        assert days == [cut + timedelta(days=n) for n in range(DAYS - CUT + 1)]
        steps = ledgers.load(in_steps, Budget(5.0, 20), work.workspace.tokeniser)[0]
    assert whole.released()
    assert {a.accounts for a in whole.released()} == {a.accounts for a in steps.released()}


def test_the_preview_keeps_its_promise_and_finds_the_theft(house: Path, read: Path) -> None:
    truth = json.loads((house / "late" / "truth.json").read_text("utf-8"))
    stolen = {a for d in truth["doings"] for a in d["accounts"]}
    with open_investigation(house / "late" / "case", read) as work, work.scene() as scene:
        few = list(replay(work, scene, DAYS, per_10000=5.0, step=6))
        none = list(replay(work, scene, DAYS, per_10000=0.0, step=13))
    alerts = [a for e in few for a in e.released]
    assert stolen & {a for alert in alerts for a in alert.accounts}
    assert sum(a.lane != "fact" for a in alerts) <= 1 + Budget(5.0, 20).daily * DAYS
    # nothing but facts and the first token
    assert sum(a.lane != "fact" for e in none for a in e.released) <= 1
    assert told(few) == sorted(told(few), key=lambda t: t[0])


def names(org: Organisation) -> list[str]:
    return [*org.people, *org.accounts, *(p.workstation for p in org.people.values() if p.workstation)]


def test_what_nobody_could_be_told_is_told_by_the_next_run(house: Path, read: Path, tmp_path: Path) -> None:
    space = Path(shutil.copytree(read, tmp_path / "w"))
    heard: list[list[tuple[date, str]]] = []

    def run(reached: bool) -> list[bool]:
        heard.append([])
        other: list[bool] = []

        def tell(evening: Evening, changed: bool) -> bool:
            heard[-1].extend((evening.day, a.id) for a in (*evening.released, *evening.updated))
            other.append(changed)
            return reached

        with open_investigation(house / "late" / "case", space) as work, work.scene() as scene:
            days = [e.day for e in watch(work, scene, tell=tell)]
            assert days[-1] == (span(scene) or pytest.fail("no span")).last
        return other

    with open_investigation(house / "late" / "case", space) as work, work.scene() as scene:
        whole = span(scene) or pytest.fail("no span")
        empty = Ledger(Bucket(Budget(5.0, 20)), work.workspace.tokeniser, troubles=("a detector that works again",))
        ledgers.save(space, empty, whole.last - timedelta(days=2))
    lost = run(reached=False)
    assert heard[0]
    assert all(lost)  # that other detectors are blind than before was not heard either
    found = run(reached=True)
    assert {name for _day, name in heard[0]} == {name for _day, name in heard[1]}
    assert found == [True]
    again = run(reached=True)
    assert (heard[2], again) == ([], [False])


def test_the_budget_is_for_those_who_are_here(house: Path, read: Path) -> None:
    with open_investigation(house / "late" / "case", read) as work, work.scene() as scene:
        whole = span(scene) or pytest.fail("no span")
        people = scene.listed.people.values()
        assert staff(scene.at(whole.last), whole.last) == sum(p.here(whole.last) for p in people)
        assert any(not p.here(whole.last) for p in people)


def test_the_verbs(house: Path, read: Path, tmp_path: Path) -> None:
    """Watch, list, judge and reveal, as a person would; no list names anybody."""
    case, space = house / "late" / "case", Path(shutil.copytree(read, tmp_path / "w"))
    begun(case, space, last_evening(case, space) - timedelta(days=2))
    ran = headwater(tmp_path / "1", "watch", case, "-w", space, "--json")
    assert ran.code == 0, ran.err.decode()
    listed = headwater(tmp_path / "2", "alerts", case, "-w", space, "--json")
    shown = json.loads(listed.out)["alerts"]
    assert shown
    with open_investigation(case, space) as work:
        org = organisation(work.workspace.lake)
    text = listed.out.decode() + ran.out.decode() + headwater(tmp_path / "3", "alerts", case, "-w", space).out.decode()
    assert [n for n in names(org) if n.casefold() in text.casefold()] == []
    name = shown[0]["id"]
    bare = headwater(tmp_path / "4", "verdict", case, name, "explained", "--by", "Li", "-w", space)
    assert bare.code == 2
    judged = headwater(
        tmp_path / "5", "verdict", case, name, "explained", "--by", "Li", "--because", "audit", "--until", "2030-01-01", "-w", space
    )  # fmt: skip
    assert judged.code == 0, judged.err.decode()
    assert b"explained: Li (unattested)" in headwater(tmp_path / "6", "alerts", case, "-w", space).out
    told = json.loads(headwater(tmp_path / "11", "alerts", case, "-w", space, "--json").out)["alerts"]
    assert [a["verdict"]["words"][0]["because"] for a in told if a["verdict"]] == ["audit"]
    revealed(case, space, name, org, tmp_path)
    assert headwater(tmp_path / "9", "verdict", case, "A-none", "unsure", "--by", "Li", "-w", space).code == 1
    previewed = headwater(tmp_path / "10", "preview", case, "-w", space, "--days", "2")
    assert previewed.code == 0
    assert previewed.out.startswith(b"2 days: ") or b"\n2 days: " in previewed.out
    assert b"Below the line" in previewed.out


def revealed(case: Path, space: Path, name: str, org: Organisation, said: Path) -> None:
    """Two people, each with a password, see to it that names are shown; nobody else sees them."""
    passwords = {"HEADWATER_PASSWORD": "made for a test", "HEADWATER_NEW_PASSWORD": "made for a test"}
    steps = iter(range(100))

    def ran(*words: str, code: int = 0) -> str:
        ended = headwater(said / f"r{next(steps)}", *words[:2], case, *words[2:], "-w", space, environment=passwords)
        assert ended.code == code, ended.err.decode()
        return ended.out.decode()

    def names_in(text: str) -> bool:
        return any(account in text for account in org.accounts)

    ran("casebook", "init", "--by", "Li", "--role", "investigator")
    for user in ("Wu", "Sun"):
        ended = headwater(
            said / f"u{user}", "casebook", "user", "add", case, user, "--role", "auditor", "--by", "Li", "-w", space, environment=passwords
        )  # fmt: skip
        assert ended.code == 0, ended.err.decode()
    own = ("casebook", "user", "password", case, "Wu", "--by", "Wu", "-w", space)
    assert headwater(said / "own", *own, environment=passwords).code == 0
    request = ran("reveal", "request", name, "--reason", "complaint 17", "--by", "Li").split("CASE ")[1].split()[0]
    ran("reveal", "show", request, "--by", "Li", code=1)
    ran("reveal", "approve", request, "--by", "Li", code=1)
    ran("reveal", "approve", request, "--by", "Sun", code=1)  # somebody else chose that password
    assert not names_in(ran("reveal", "approve", request, "--by", "Wu"))
    assert not names_in(ran("reveal", "show", request, "--by", "Wu", code=1))
    assert names_in(ran("reveal", "show", request, "--by", "Li"))
    listing = ran("reveal", "list", "--by", "Wu")
    assert f"{name} being shown: Li, Wu: complaint 17" in listing
    assert not names_in(listing)
    assert "reveal.denied" in ran("audit", "list", "--by", "Wu")
    ran("audit", "verify")


def alert(house: Path, read: Path) -> tuple[Alert, Organisation]:
    """An alert of the last evening as lists show it, and the house that they must not name."""
    with open_investigation(house / "late" / "case", read) as work, work.scene() as scene:
        last = list(replay(work, scene, 1))[-1]
        found = (*last.released, *last.waiting)[0]
        said = found.title.en + found.title.zh
        assert any(n in said for n in names(scene.listed))  # there is something to hide
        return veil(work, scene).alert(found), scene.listed


def test_a_notification_reaches_a_web_hook_and_names_nobody(house: Path, read: Path) -> None:
    pytest.importorskip("apprise")
    heard: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        shown, org = alert(house, read)
        assert Bell([f"json://127.0.0.1:{server.server_port}"]).ring([shown], "en")
    finally:
        server.shutdown()
        server.server_close()
    message = json.loads(heard[0])["message"]
    assert shown.id in message
    assert [n for n in names(org) if n.casefold() in message.casefold()] == []


def test_an_address_that_is_none_is_refused_without_being_repeated() -> None:
    pytest.importorskip("apprise")
    with pytest.raises(CaseError, match="number 1") as caught:
        Bell(["nonsense://user:secret@place"])
    assert "secret" not in str(caught.value)
