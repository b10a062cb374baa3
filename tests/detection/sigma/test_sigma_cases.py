"""Rules of a case folder, from headwater.toml to the result; and the verb that checks them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from headwater.cli.main import main
from headwater.detection.sigma import plan as planning
from headwater.exhibits import rule_files
from headwater.exhibits.folder import open_case
from headwater.investigation.case import open_investigation
from headwater.model.errors import SettingsError
from headwater.store.keys import ENVIRONMENT

GOOD = "title: A\nlogsource: {category: proxy}\ndetection: {s: {cs-host: x}, condition: s}\n"


def case(root: Path, toml: str = "", **files: str | bytes) -> Path:
    folder = root / "case"
    folder.mkdir(parents=True)
    (folder / "headwater.toml").write_text(toml, "utf-8")
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yml", ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_rules_lie_under_rules_by_default(tmp_path: Path) -> None:
    sigma = open_case(case(tmp_path, rules__a_yml=GOOD, rules__deep__b_yml=GOOD, other__c_yml=GOOD)).settings.sigma
    assert [f.path for f in sigma.files] == ["rules/a.yml", "rules/deep/b.yml"]
    assert (sigma.builtin, sigma.faults) == (False, ())


def test_the_settings_say_where_rules_lie(tmp_path: Path) -> None:
    toml = '[sigma]\nrules = ["other/*.yml", "none/*.yml"]\nbuiltin = true\n'
    sigma = open_case(case(tmp_path, toml, rules__a_yml=GOOD, other__c_yml=GOOD)).settings.sigma
    assert [f.path for f in sigma.files] == ["other/c.yml"]
    assert sigma.builtin
    assert sigma.faults == (("headwater.toml", "[sigma] rules: no file matches 'none/*.yml'"),)


@pytest.mark.parametrize("toml", ["[sigma]\nrule = 'x'", "[sigma]\nbuiltin = 'yes'", "[sigma]\nrules = 3", "sigma = 1"])
def test_wrong_settings_name_their_block(tmp_path: Path, toml: str) -> None:
    with pytest.raises(SettingsError, match="sigma"):
        open_case(case(tmp_path, toml))


def test_files_that_cannot_be_read_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_files, "LARGEST", 1000)
    folder = case(tmp_path, rules__a_yml=b"\xff\xfe", rules__b_yml=b"#" * 1001)
    sigma = open_case(folder).settings.sigma
    assert [path for path, _reason in sigma.faults] == ["rules/a.yml", "rules/b.yml"]
    assert [f.path for f in sigma.files] == []


def test_what_is_set_aside_is_in_the_result_with_file_line_and_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, "5a" * 32)
    folder = case(tmp_path, rules__a_yml=f"{GOOD}---\n{GOOD.replace('cs-host', 'cs-cookie')}")
    with open_investigation(folder, tmp_path / "w") as work:
        work.ingest()
        with work.scene() as scene:
            result = work.result(work.conclude(scene, work.detect(scene), work.attribute(scene)))
    (aside,) = result["read"]["rejected"]
    assert (aside["source"], aside["line"]) == ("rules/a.yml", 5)
    assert "cs-cookie" in aside["reason"]
    assert any("1 Sigma rule(s) could not be used" in limit for limit in result["limits"])


def test_without_pysigma_every_file_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import headwater.detection.sigma as package

    monkeypatch.setitem(sys.modules, "headwater.detection.sigma.planning", None)
    monkeypatch.delattr(package, "planning", raising=False)
    planning.planned.cache_clear()
    settings = open_case(case(tmp_path, rules__a_yml=GOOD + "# no other text\n")).settings.sigma
    made = planning.plan(settings)
    assert [(a.source, a.reason) for a in made.aside] == [("rules/a.yml", planning.NEEDS)]
    assert made.rules == ()
    planning.planned.cache_clear()


def ran(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str | Path
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["headwater", "sigma", "check", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capfd.readouterr()
    return int(ended.value.code or 0), out, err


def test_check_says_of_every_rule_whether_it_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = case(tmp_path, rules__a_yml=GOOD, rules__b_yml="title: [}")
    code, out, _err = ran(monkeypatch, capfd, folder / "rules" / "a.yml")
    assert (code, "rule over web: A (low)" in out) == (0, True)
    code, out, _err = ran(monkeypatch, capfd, folder / "rules", "--json")
    told = json.loads(out)
    assert code == 1
    assert [r["tables"] for r in told["usable"]] == [["web"]]
    assert [(Path(a["source"]).name, a["line"]) for a in told["set_aside"]] == [("b.yml", 1)]


def test_check_of_nothing_is_an_error_of_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ran(monkeypatch, capfd, tmp_path / "nope.yml")[0] == 2
    assert ran(monkeypatch, capfd, tmp_path)[0] == 2
