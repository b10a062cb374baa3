from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.console.ready_cases import ENVIRONMENT, HOSTILE, INSURER, MARKET, Ready, copied, ready

from headwater.casework.duties.derived import derive
from headwater.console.desk import opening
from headwater.console.desk.building import build
from headwater.console.desk.desk import PSEUDONYM, Desk
from headwater.console.desk.glimpse import for_duties
from headwater.console.desk.layout import READ
from headwater.console.desk.opening import FOLDER, open_desk
from headwater.console.errors import BusyError, GoneError
from headwater.detection.organisation import organisation
from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook.revealing import Opened
from headwater.store.workspace import open_workspace

__all__ = ["ready"]
CLOSES = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def own(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield without_desks(ready, tmp_path_factory.mktemp("desks"))


def without_desks(ready: Ready, root: Path) -> Ready:
    """A copy whose answers are not ready yet."""
    made = copied(ready, root)
    for name in (INSURER, MARKET, HOSTILE):
        shutil.rmtree(made.workspace(name) / FOLDER, ignore_errors=True)
    return made


def opened(own: Ready, name: str = INSURER) -> Desk:
    return open_desk(own.out(name), own.workspace(name), own.case(name))


def everything(own: Ready, name: str) -> str:
    """All that a desk holds in clear, as one text."""
    (file,) = (own.workspace(name) / "desk").glob("*.sqlite")
    found = []
    db = sqlite3.connect(file)
    for table in [t.name for t in READ] + ["staff", "accounts", "devices", "parts", "docs", "marks", "facets"]:
        for row in db.execute(f"select * from {table}"):
            found += [zlib.decompress(v).decode() if isinstance(v, bytes) else str(v) for v in row]
    db.close()
    return json.dumps(json.loads("[]")) + "\n".join(found).encode().decode("unicode_escape", "replace")


@pytest.mark.parametrize("name", [INSURER, MARKET, HOSTILE])
def test_every_row_of_the_answer_is_there(own: Ready, name: str) -> None:
    desk, result = opened(own, name), own.result(name)
    for table in READ:
        rows: Any = result
        for key in table.prefix.removesuffix(".item").split("."):
            rows = rows[key]
        assert desk.count(table.name) == len(rows), table.name


def test_nothing_of_it_names_staff_their_accounts_or_their_devices(own: Ready) -> None:
    opened(own)
    with open_workspace(own.workspace()) as space:
        org = organisation(space.lake)
    names = {p.employee for p in org.people.values()} | {f"({p.name})" for p in org.people.values() if p.name}
    names |= set(org.accounts) | set(org.residents)
    clear = everything(own, INSURER).casefold()
    assert len(names) > 60
    assert [n for n in sorted(names) if n.casefold() in clear] == []
    incident = own.result()["incidents"][0]
    assert incident["accounts"][0].casefold() not in clear


def test_the_same_person_has_the_same_pseudonym_everywhere(own: Ready) -> None:
    desk = opened(own)
    incident = desk.one("incidents", "1")
    assert incident
    for who in incident["employees"]:
        assert desk.one("staff", who)
        assert any(who in row["employees"] for row in desk.rows("findings", where={"employee": who}).rows)
    for finding in incident["findings"]:
        assert desk.one("findings", finding), finding


def test_people_of_the_market_stay_as_the_answer_has_them(own: Ready) -> None:
    desk, result = opened(own, MARKET), own.result(MARKET)
    for person in result["network"]["people"]:
        made = desk.one("people", person["id"])
        assert made
        assert made["aliases"] == person["aliases"]


def test_a_name_is_told_to_whoever_has_leave_for_it_alone(own: Ready) -> None:
    desk, result = opened(own), own.result()
    told, named = desk.one("incidents", "1"), result["incidents"][0]
    assert told
    who, real = told["employees"][0], named["employees"][0]
    assert real in desk.name_of(who, Opened("R-1", "pseudonym", who, CLOSES))
    with pytest.raises(CaseError):
        desk.name_of(who, Opened("R-1", "pseudonym", told["accounts"][0], CLOSES))
    with pytest.raises(GoneError):
        desk.name_of("S-0000000000", Opened("R-1", "pseudonym", "S-0000000000", CLOSES))


def test_the_names_of_an_incident_are_those_of_all_its_pseudonyms(own: Ready) -> None:
    desk, result = opened(own), own.result()
    found = desk.names_in("incidents", "1", Opened("R-1", "incident", "incident:1", CLOSES))
    assert set(result["incidents"][0]["accounts"]) <= set(found.values())
    assert set(PSEUDONYM.findall(json.dumps(desk.one("incidents", "1")))) == set(found)
    with pytest.raises(CaseError):
        desk.names_in("incidents", "1", Opened("R-1", "incident", "incident:2", CLOSES))


def test_only_its_owner_may_read_the_file(own: Ready) -> None:
    opened(own)
    (file,) = (own.workspace() / "desk").glob("*.sqlite")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_many_who_come_at_once_get_one_desk(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    with ThreadPoolExecutor(8) as pool:
        desks = set(pool.map(lambda _: opened(mine), range(8)))
    assert len(desks) == 1
    assert len(list((mine.workspace() / "desk").glob("*.sqlite"))) == 1


def test_each_language_has_the_desk_of_its_own_answer(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    english, chinese = (open_desk(mine.out(), mine.workspace(), None, lang) for lang in ("en", "zh"))
    assert english is not chinese
    one, other = (" ".join(desk.part("answer")) for desk in (english, chinese))
    english_share, chinese_share = (sum(c >= "\u4e00" for c in told) / len(told) for told in (one, other))
    assert english_share < 0.05 < 0.3 < chinese_share
    assert len(list((mine.workspace() / "desk").glob("*.sqlite"))) == 2


def test_a_run_at_work_keeps_nobody_out(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    with open_workspace(mine.workspace()):
        assert opened(mine).count("incidents")


def test_whoever_only_the_answer_names_is_veiled_in_its_sentences_too(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    result = mine.result()
    story = result["incidents"][0]
    story["employees"], story["title"] = ["GHOST-9"], "GHOST-9 read over wraith_7 at KIOSK-77"
    story["accounts"], story["devices"] = ["wraith_7"], ["KIOSK-77"]
    (mine.out() / "result.json").write_text(json.dumps(result), "utf-8")
    told = opened(mine).one("incidents", "1")
    assert told
    assert not any(name in json.dumps(told) for name in ("GHOST", "wraith", "KIOSK"))
    assert told["employees"][0] in told["title"]
    assert opened(mine).name_of(told["accounts"][0], Opened("R-1", "", told["accounts"][0], CLOSES)) == "wraith_7"


def test_duties_weigh_a_leaked_file_once_though_its_name_is_veiled(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    result = mine.result()
    account, leak = result["incidents"][0]["accounts"][0], result["attribution"][0]["leak"]
    told = json.dumps(result).replace(json.dumps(leak)[1:-1], f"leaks/{account}_export.xlsx")
    result = json.loads(told)
    (mine.out() / "result.json").write_text(told, "utf-8")
    seen, shown = derive(result), derive(for_duties(opened(mine)))
    assert seen.facts.counts["persons"].low > 0
    assert (dict(shown.facts.flags), dict(shown.facts.counts)) == (dict(seen.facts.flags), dict(seen.facts.counts))
    assert {row["holder"] for row in opened(mine).part("holdings")} >= {opened(mine).part("attribution")[0]["leak"]}
    assert account not in everything(mine, INSURER)


def test_an_answer_that_is_replaced_while_it_is_read_makes_no_desk(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    with pytest.raises(StoreError, match="replaced"):
        build(mine.out() / "result.json", mine.workspace(), tmp_path / "a.sqlite", "0" * 64, lambda: False)
    assert not list(tmp_path.glob("*a.sqlite*"))


def test_whoever_comes_while_it_is_built_is_asked_to_come_again(
    ready: Ready, tmp_path: Path, own: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = without_desks(ready, tmp_path)
    folder = mine.workspace() / "desk"
    folder.mkdir(mode=0o700, exist_ok=True)
    with monkeypatch.context() as patch, opening._alone(folder / "lock"):  # another process builds
        patch.setattr(opening, "PATIENCE", 0.0)
        for _ in range(2):
            with pytest.raises(BusyError):
                opened(mine)
    assert opened(mine).count("incidents")  # it went on, though nobody waited


def test_an_answer_is_made_ready_before_anybody_asks(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    opening.make_ready(mine.out(), mine.workspace())
    (under_way,) = (made for answer, made in opening._making.items() if answer.is_relative_to(tmp_path))
    assert opened(mine) is under_way.result(60)
    opening.make_ready(tmp_path, tmp_path)  # where there is none, nothing is begun


def test_a_newer_answer_replaces_the_desk(ready: Ready, tmp_path: Path, own: Ready) -> None:
    mine = without_desks(ready, tmp_path)
    before = opened(mine)
    assert opened(mine) is before
    result = mine.result()
    result["limits"] = ["something new"]
    (mine.out() / "result.json").write_text(json.dumps(result), "utf-8")
    after = opened(mine)
    assert after.version != before.version
    assert after.part("limits") == ["something new"]
    assert before.part("limits") != ["something new"]  # who still reads it is not disturbed
    assert len(list((mine.workspace() / "desk").glob("*.sqlite"))) == 1


def test_without_an_answer_there_is_no_desk(tmp_path: Path) -> None:
    with pytest.raises(GoneError):
        open_desk(tmp_path, tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"case": {}}', "\x00"])
def test_what_is_no_answer_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(text)
    with pytest.raises(StoreError):
        open_desk(tmp_path, tmp_path)
    assert not list((tmp_path / "desk").glob("*.sqlite"))
