"""A scan of real files: persons once over all of them, what is kin, whose data it is, and what is remembered."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from made_survey import HEADER, csv, mail, mixed, people, workbook, write, written

from headwater.casework.reports import scan_schema
from headwater.investigation.survey_options import DatasetFile, Event, Options
from headwater.investigation.surveying import survey
from headwater.model.errors import CaseError, SettingsError, StoreError

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Twice:
    """A folder, scanned twice with one memory."""

    place: Path
    folder: Path
    people: list[tuple[str, str, str]]
    first: dict[str, Any]
    again: dict[str, Any]
    events: list[Event]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    place = tmp_path_factory.mktemp("survey")
    folder, everybody = mixed(place / "case")
    options = Options(state=place / "state", finds=place / "finds.jsonl", jobs=2)
    events: list[Event] = []
    return Twice(place, folder, everybody, survey([folder], options, events.append), survey([folder], options), events)


def rows(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The files of an answer by the last of their path."""
    return {f["path"].split("/")[-1]: f for f in answer["files"]}


def scanned(folder: Path, **chosen: Any) -> dict[str, Any]:
    answer = survey([folder], Options(jobs=2, **chosen))
    assert scan_schema.check(answer) == ()
    return answer


def test_the_answer_keeps_its_contract(twice: Twice) -> None:
    assert scan_schema.check(twice.first) == ()
    assert json.loads(json.dumps(twice.first)) == twice.first


def test_every_person_is_counted_once_over_all_files(twice: Twice) -> None:
    assert twice.first["totals"]["named"] == len(twice.people) == 120
    kinds = {item["kind"]: item["distinct"] for item in twice.first["items"]}
    assert (kinds["resident_id"], kinds["mobile"], kinds["name"]) == (120, 120, 120)
    files = rows(twice.first)
    named = {name: files[name]["named"] for name in ("a.csv", "b.xlsx", "chat.txt", "f.db", "pack.zip!d.csv")}
    assert named == {"a.csv": 60, "b.xlsx": 40, "chat.txt": 20, "f.db": 30, "pack.zip!d.csv": 30}
    assert files["mail.eml!c.csv"]["named"] == 20


def test_holders_are_the_folders_under_seized(twice: Twice) -> None:
    holders = {h["holder"]: h for h in twice.first["holders"]}
    assert {name: h["named"] for name, h in holders.items()} == {"E1": 80, "E2": 80}
    between = [o["persons"] for o in twice.first["overlaps"] if {o["a"], o["b"]} == {"E1", "E2"}]
    assert between == [40]


def test_who_may_read_a_file_is_told(twice: Twice) -> None:
    (twice.folder / "seized/E1/a.csv").stat()
    for file in twice.first["files"]:
        assert file["access"]["mode"].startswith("0")
        assert isinstance(file["access"]["others"], bool)


def test_progress_tells_every_file_once(twice: Twice) -> None:
    assert sorted(e.path for e in twice.events) == sorted({e.path for e in twice.events})
    assert [e.files_done for e in twice.events] == list(range(1, 7))


def test_an_unchanged_file_is_not_read_twice_and_says_the_same(twice: Twice) -> None:
    assert twice.again["totals"]["unchanged"] == 6
    assert twice.again | {"totals": 0} == twice.first | {"totals": 0}
    assert twice.again["totals"] | {"unchanged": 0} == twice.first["totals"]


def test_no_raw_value_is_in_anything_that_is_kept_or_said(twice: Twice) -> None:
    kept = [f for f in (twice.place / "state").rglob("*") if f.is_file()]
    assert len(kept) > 6
    said = json.dumps(twice.first, ensure_ascii=False).encode()
    everything = b"\n".join([said, (twice.place / "finds.jsonl").read_bytes(), *(f.read_bytes() for f in kept)])
    assert b"resident_id" in everything
    assert [value for value in written(twice.people) if value in everything] == []


def test_single_finds_are_told_each_once(twice: Twice) -> None:
    lines = [json.loads(line) for line in (twice.place / "finds.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == sum(item["found"] for item in twice.first["items"])
    places = [(x["path"], x["part"], x["line"], x["column"], x["start"], x["kind"]) for x in lines]
    assert len(set(map(str, places))) == len(places)


def test_the_memory_is_its_owners_only(twice: Twice) -> None:
    assert (twice.place / "state" / "key").stat().st_mode & 0o777 == 0o600
    assert (twice.place / "state").stat().st_mode & 0o077 == 0


def test_a_new_memory_says_the_same(twice: Twice) -> None:
    assert json.dumps(survey([twice.folder], Options(jobs=1))) == json.dumps(twice.first)


def test_copies_parts_sorted_reformatted_and_merged_files(tmp_path: Path) -> None:
    everybody = people(range(200))
    mixed_up = list(everybody)
    random.Random(1).shuffle(mixed_up)
    others = people(range(300, 340)), people(range(400, 440))
    both = [(m, i, n) for n, i, m in others[0] + others[1]]
    write(
        tmp_path,
        {
            "whole.csv": csv(everybody),
            "copy.csv": csv(everybody),
            "part.csv": csv(everybody[:70]),
            "sorted.csv": csv(sorted(everybody[50:], key=lambda row: row[1][6:])),
            "whole.xlsx": workbook(mixed_up),
            "one.csv": csv(others[0]),
            "two.csv": csv(others[1]),
            "merged.csv": csv(both, HEADER[::-1]),
        },
    )
    answer = scanned(tmp_path)
    alike = {d["how"]: {Path(f).name for f in d["files"]} for d in answer["duplicates"]}
    assert alike == {"same bytes": {"copy.csv", "whole.csv"}, "same rows": {"copy.csv", "whole.csv", "whole.xlsx"}}
    kin = {(Path(k["file"]).name, Path(k["of"]).name): k["how"] for k in answer["lineage"]}
    assert kin.pop(("whole.xlsx", "copy.csv")) == "reformatted"
    assert {file: how for (file, _), how in kin.items()} == {
        "part.csv": "part",
        "sorted.csv": "sorted",
        "merged.csv": "merged",
    }
    assert {of for file, of in kin if file == "merged.csv"} == {"one.csv", "two.csv"}


def dataset(place: Path) -> DatasetFile:
    place.mkdir()
    rows = [(f"PL{n:09}", *row) for n, row in enumerate(people(range(100)))]
    (place / "clients.csv").write_bytes(csv(rows, ("policy_no", *HEADER)))
    return DatasetFile("policyholders", place / "clients.csv", "policy_no")


def test_whose_data_a_file_holds(tmp_path: Path) -> None:
    protected = dataset(tmp_path / "own")
    found = write(tmp_path / "found", {"a.csv": csv(people(range(80, 120))), "b.csv": csv(people(range(200, 230)))})
    answer = scanned(found, datasets=(protected,))
    files = rows(answer)
    assert files["a.csv"]["origins"] == [{"dataset": "policyholders", "persons": 20, "share": 0.5}]
    assert files["b.csv"]["origins"] == []
    assert answer["datasets"] == [{"dataset": "policyholders", "persons": 100, "found": 20}]
    assert answer["totals"]["named"] == 70
    assert len(answer["files"]) == answer["totals"]["files"] == 2


def test_the_settings_of_a_case_name_its_data_sets(tmp_path: Path) -> None:
    dataset(tmp_path / "own")
    settings = tmp_path / "headwater.toml"
    settings.write_text('[datasets.clients]\nsnapshot = "own/clients.csv"\nkey = "policy_no"\n', "utf-8")
    found = write(tmp_path / "found", {"notes.txt": b"asked for PL000000007 and PL000000008 today\n"})
    answer = scanned(found, settings=settings)
    assert [d["dataset"] for d in answer["datasets"]] == ["clients"]
    assert [i["kind"] for i in answer["items"]] == ["own:policy_no"]
    with pytest.raises(CaseError, match="no file of settings"):
        scanned(found, settings=tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="no column"):
        scanned(found, datasets=(DatasetFile("x", tmp_path / "own/clients.csv", "none"),))


def test_what_has_changed_is_read_again(tmp_path: Path) -> None:
    found = write(tmp_path / "found", {"a.csv": csv(people(range(30))), "b.csv": csv(people(range(30, 60)))})
    options = Options(state=tmp_path / "state", jobs=2)
    assert survey([found], options)["totals"]["named"] == 60
    (found / "a.csv").write_bytes(csv(people(range(100, 140))))
    (found / "c.csv").write_bytes(csv(people(range(200, 210))))
    second = survey([found], options)["totals"]
    assert (second["named"], second["unchanged"]) == (80, 1)
    (found / "b.csv").unlink()
    third = survey([found], options)["totals"]
    assert (third["named"], third["unchanged"], third["files"]) == (50, 2, 2)
    for changed in ({"deleted": True}, {"passwords": ("x",)}, {"samples": 1}):
        options = replace(options, **changed)
        assert survey([found], options)["totals"]["unchanged"] == 0
    assert survey([found], options)["totals"]["unchanged"] == 2


_KILLED = """
import sys
from pathlib import Path
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey
def stop(event):
    if event.files_done == int(sys.argv[3]):
        print(event.path, flush=True)
        sys.stdin.read()
survey([Path(sys.argv[1])], Options(state=Path(sys.argv[2]), jobs=1), stop)
"""


def kill_after(number: int, found: Path, state: Path) -> None:
    """Start a scan in a process group of its own and kill the group when it has told of so many files."""
    run = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(found), str(state), str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        start_new_session=True,
    )
    with run:
        assert run.stdout is not None
        told = run.stdout.readline()
        os.killpg(run.pid, signal.SIGKILL)
    assert told.strip()
    assert run.returncode == -signal.SIGKILL


def test_a_killed_scan_goes_on_where_it_was(tmp_path: Path) -> None:
    found = write(tmp_path / "found", {f"{n}.csv": csv(people(range(n * 20, n * 20 + 20))) for n in range(4)})
    state = tmp_path / "state"
    kill_after(1, found, state)
    with (state / "ledger.jsonl").open("ab") as ledger:
        ledger.write('{"path": "客'.encode()[:-1])  # a line that was being written
    kill_after(2, found, state)
    answer = survey([found], Options(state=state))
    assert (answer["totals"]["named"], answer["totals"]["unchanged"]) == (80, 2)
    whole = survey([found], Options())
    assert answer | {"totals": 0} == whole | {"totals": 0}
    folders = {f.name for f in (state / "finds").iterdir()}
    kept = [json.loads(line) for line in (state / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert folders == {Path(f["finds"]).parts[1] for row in kept for f in row["files"]}


def test_two_scans_do_not_share_a_memory_at_once(tmp_path: Path) -> None:
    found = write(tmp_path / "found", {"a.csv": csv(people(range(30)))})
    options = Options(state=tmp_path / "state", jobs=1)
    refused = []

    def meanwhile(_: object) -> None:
        with pytest.raises(StoreError, match="another scan is using this state") as error:
            survey([found], options)
        refused.append(str(error.value))

    survey([found], options, meanwhile)
    assert len(refused) == 1
    assert str(tmp_path / "state") in refused[0]
    assert (tmp_path / "state" / "lock").stat().st_mode & 0o077 == 0
    assert survey([found], options)["totals"]["unchanged"] == 1  # the lock file of a scan that is over keeps nobody out


def test_a_damaged_memory_is_said_and_not_guessed(tmp_path: Path) -> None:
    found = write(tmp_path / "found", {"a.csv": csv(people(range(30)))})
    options = Options(state=tmp_path / "state", jobs=1)
    survey([found], options)
    ledger = tmp_path / "state" / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(b'{"path": \n' + whole)
    with pytest.raises(StoreError, match="torn"):
        survey([found], options)
    ledger.write_bytes(whole)
    (tmp_path / "state" / "key").write_bytes(b"")
    write(found, {"b.csv": csv(people(range(30)))})
    with pytest.raises(StoreError, match="no key"):
        survey([found], options)


def test_files_without_a_row_are_told_as_well(tmp_path: Path) -> None:
    inner = mail("nothing\n", {"x.csv": csv(people(range(25)))})
    write(tmp_path, {"empty": b"", "head.csv": csv([]), "noise.bin": bytes(range(256)) * 8, "mail.eml": inner})
    answer = scanned(tmp_path)
    told = {name: row["status"] for name, row in rows(answer).items()}
    assert told.pop("noise.bin") != "read"
    assert told == {
        "empty": "read",
        "head.csv": "read",
        "mail.eml": "read",
        "mail.eml!x.csv": "read",
    }
    assert answer["totals"]["files"] == 5


def test_paths_that_do_not_exist_and_paths_given_twice(tmp_path: Path) -> None:
    found = write(tmp_path, {"seized/E7/a.csv": csv(people(range(30)))})
    with pytest.raises(CaseError):
        survey([found / "none"], Options())
    answer = survey([found, found / "seized", found / "seized/E7/a.csv"], Options(jobs=1))
    assert [(f["holder"], f["named"]) for f in answer["files"]] == [("E7", 30)]


_HOUSE = """
[[recognisers]]
name = "member_no"
pattern = 'M[0-9]{8}'
keywords = ["会员"]
exclude = ['M0{8}']
headers = ["会员号"]
matches = ["会员 M00000012"]

[[allow]]
value = "154-1000-0000"
reason = "the house's own number"

[[allow]]
path = "**/templates/*"
reason = "made examples"

[[allow]]
value = "154-1000-0007"
reason = "was let go once"
expires = 2020-01-01
"""


def test_a_house_has_numbers_of_its_own_and_things_that_may_lie_about(tmp_path: Path) -> None:
    settings = tmp_path / "headwater.toml"
    settings.write_text(_HOUSE, "utf-8")
    members = [(f"M{n:08}", person[2]) for n, person in enumerate(people(range(30)))]
    found = write(
        tmp_path / "found",
        {
            "members.csv": csv(members, ("会员号", "手机")),
            "note.txt": "会员 M00000055 来电\nM00000066 是序号\n".encode(),
            "templates/a.csv": csv(people(range(40, 60))),
        },
    )
    options = Options(settings=settings, state=tmp_path / "state", jobs=2)
    answer = survey([found], options)
    assert scan_schema.check(answer) == ()
    counts = {item["kind"]: item["found"] for item in answer["items"]}
    assert counts == {"mobile": 29, "own:member_no": 30}
    assert [(row["reason"], row["count"], row["expired"]) for row in answer["allowed"]] == [
        ("the house's own number", 1, False),
        ("made examples", 60, False),
        ("was let go once", 0, True),
    ]
    assert survey([found], options)["allowed"] == answer["allowed"]
    settings.write_text(_HOUSE.replace("M0{8}", "M0{7}1"), "utf-8")
    changed = survey([found], options)
    assert changed["totals"]["unchanged"] == 0
