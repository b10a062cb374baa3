"""``headwater mark``: copies, whose copy a leak is, and what is said of wrong use."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

from typer.testing import CliRunner

from headwater.cli.main import app as headwater
from headwater.cli.mark import app

RUN = CliRunner()
STREETS = ("文化街", "新华路", "人民路", "解放路", "花园路")


def export(folder: Path) -> Path:
    file = folder / "clients.csv"
    rows = [
        f"C{n:04},上海市川沙县{STREETS[n % 5]}{7 * n + 1}弄{n % 30 + 1}号{n % 9 + 1}01室,2024-0{n % 9 + 1}-11"
        for n in range(90)
    ]
    file.write_text("\n".join(["no,home_address,since", *rows]) + "\n", "utf-8")
    return file


def test_copies_are_made_and_a_leak_of_one_is_told(tmp_path: Path) -> None:
    file, space, out = export(tmp_path), str(tmp_path / "space"), str(tmp_path / "out")
    (tmp_path / "more.txt").write_text("west\neast\n", "utf-8")
    asked = [str(file), "--recipients", str(tmp_path / "more.txt"), "--out", out, "-w", space]
    made = RUN.invoke(app, [*asked, "--for", "north", "--json"])
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert [each["recipient"] for each in told["copies"]] == ["north", "west", "east"]
    assert {each["column"] for each in told["columns"]} == {"home_address", "since"}
    assert "合谋" in RUN.invoke(app, [*asked, "--lang", "zh"]).stdout
    with Path(told["copies"][1]["file"]).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[20:60]
    leak = tmp_path / "leak.csv"
    leak.write_text("\n".join(row[1] for row in [["", "地址"], *rows]), "utf-8")
    answer = RUN.invoke(app, ["detect", str(leak), "-w", space, "--json"])
    assert answer.exit_code == 0, answer.output
    (export_told,) = json.loads(answer.stdout)["leaks"][0]["exports"]
    assert [each["recipient"] for each in export_told["suspects"]] == ["west"]
    plain = RUN.invoke(app, ["detect", str(leak), str(file), "-w", space, "--lang", "zh"]).stdout
    assert "交给west的副本" in plain and "不指认任何人" in plain


def test_all_tables_of_a_run_share_one_rate_of_false_names(tmp_path: Path) -> None:
    """Fourteen rows are enough where they are all that was looked at, and not as one table of twenty."""
    file, space, out = export(tmp_path), tmp_path / "space", tmp_path / "out"
    (space / "keys").mkdir(parents=True, mode=0o700)
    (space / "keys" / "mark.key").write_text("ab" * 32)
    (space / "keys" / "mark.key").chmod(0o600)
    RUN.invoke(app, [str(file), "--for", "a", "--for", "b", "--out", str(out), "-w", str(space), "--columns", "since"])
    rows = [line.split(",") for line in (out / "clients.a.csv").read_text("utf-8").splitlines()][1:15]
    leak, packed = tmp_path / "leak.csv", tmp_path / "others.zip"
    leak.write_text("\n".join(f"{row[0]},{row[2]}" for row in rows), "utf-8")
    with zipfile.ZipFile(packed, "w") as archive:
        for n in range(19):
            archive.writestr(f"{n}.csv", f"x,y\nX{n},Y{n}\nX{n}1,Y{n}1\n")

    def named(*files: Path) -> list[str]:
        told = json.loads(RUN.invoke(app, ["detect", *map(str, files), "-w", str(space), "--json"]).stdout)["leaks"]
        return [s["recipient"] for each in told for e in each["exports"] for s in e["suspects"]]

    assert (named(leak), named(leak, packed)) == (["a"], [])


def test_wrong_use_is_told_from_what_cannot_be_done(tmp_path: Path) -> None:
    file, space = str(export(tmp_path)), str(tmp_path / "space")
    assert RUN.invoke(app, [file, "--out", str(tmp_path), "-w", space]).exit_code == 2
    assert RUN.invoke(app, ["detect", file, "-w", space, "--false-rate", "2"]).exit_code == 2
    assert RUN.invoke(app, ["detect", file, "-w", space]).exit_code == 1
    never = RUN.invoke(app, [file, "--for", "a", "--columns", "no", "--out", str(tmp_path / "o"), "-w", space])
    assert never.exit_code == 1 and type(never.exception).__name__ == "MarkError"


def test_the_channels_are_listed_with_what_proves_them() -> None:
    assert "headwater.identifiers.address" in RUN.invoke(headwater, ["mark", "channels"]).stdout
    told = json.loads(RUN.invoke(app, ["channels", "--json"]).stdout)["channels"]
    assert {each["name"] for each in told if each["asked"]} == {"province", "thousands", "note-order"}
