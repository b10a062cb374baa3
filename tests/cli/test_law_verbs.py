"""The verbs ``headwater law …``: rule sets shown with their certainty, facts written and weighed, labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headwater.casework.market_weighing import market_tallies
from headwater.casework.reports.json import dumps
from headwater.cli.main import app
from headwater.law.counts import Counts, Range
from headwater.law.entry import entry
from headwater.law.rules import load
from headwater.law.tally import tally
from headwater.model.errors import HeadwaterError
from headwater.model.network import Amounts, Market, Member

RULES = load("cn_criminal")


def ran(*words: str) -> str:
    done = CliRunner().invoke(app, ["law", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*words: str) -> str:
    done = CliRunner().invoke(app, ["law", *words])
    assert isinstance(done.exception, HeadwaterError), done.output
    return str(done.exception)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.toml"
    path.write_text('suspect = "L1"\nin_service = true\nsold = "disputed"\n[items]\nn5 = 2500\n', "utf-8")
    return path


def test_rule_sets_are_listed_and_shown_with_their_marks() -> None:
    assert [line.split()[0] for line in ran("list").splitlines()] == ["cn.criminal", "cn.admin", "cn.labels"]
    heads = {h["id"]: h for h in json.loads(ran("list", "--json", "--lang", "zh"))["rule_sets"]}
    assert heads["cn.criminal"]["digest"] == RULES.digest
    shown = ran("show", "cn.criminal")
    assert "O cn.253-1.n3 (threshold): Fa Shi [2017] 10 Art. 5 para. 1 no. 3" in shown
    assert "≥ 50 (25) / ≥ 500 (250) [2017-06-01; LRB, 2025-04-19]" in shown
    open_ = ran("show", "cn.criminal", "--unverified").splitlines()
    assert len(open_) == heads["cn.criminal"]["unverified"]
    assert all(line.split()[0] in ("X?", "M?", "I?") for line in open_)
    assert "《治安管理处罚法》第五十六条第一款" in ran("show", "cn.admin", "--kind", "penalty", "--lang", "zh")
    assert json.loads(ran("show", "cn.labels", "--kind", "label", "--json"))["entries"][0]["id"] == "criminal"


def test_facts_are_weighed_in_both_languages(facts: Path) -> None:
    english, chinese = ran("weigh", str(facts)), ran("weigh", str(facts), "--lang", "zh")
    assert english.startswith("L1\nGrade: below serious / serious (low / high)\n")
    assert "High count, sum: 0.5 ≤ 0.5 < 5: serious" in english
    assert "no judgment and no legal advice" in english
    assert "档次: 未达情节严重 / 情节严重（" not in chinese
    assert "适用条款: 法释〔2017〕10号 第五条第一款第（五）项; 法释〔2017〕10号 第五条第一款第（八）项" in chinese
    told = json.loads(ran("weigh", str(facts), "--json"))
    assert (told["grade"], told["high"]["grade"], told["suspect"]) == ("none", "serious", "L1")
    facts.write_text("[refused_order]\nordered = true\nn3 = 500\n", "utf-8")
    assert "Criminal Law Art. 286-1: serious" in ran("weigh", str(facts))


def test_a_tally_can_be_redone_by_hand_and_what_people_know_be_added(tmp_path: Path) -> None:
    counts = Counts(n4=Range(0, 600), n5=Range(3_000, 400), gains_low=100, gains_high=2_600.5)
    told = entry(tally(counts, True, RULES), "E1021", "en")
    whole = entry(tally(Counts(n5=Range(1, 2)), False, RULES), None, "en")
    result, mine = tmp_path / "result.json", tmp_path / "mine.toml"
    result.write_bytes(dumps({"schema": "headwater/result/1", "tally": [told, whole]}))
    mine.write_text(ran("facts", "--from", str(result), "--suspect", "E1021"), "utf-8")
    assert json.loads(ran("weigh", str(mine), "--json")) == told
    mine.write_text(mine.read_text("utf-8").replace("# prior =\n", "prior = true\n"), "utf-8")
    assert "Fa Shi [2017] 10 Art. 5 para. 1 no. 9" in json.loads(ran("weigh", str(mine), "--json"))["articles"]
    assert "n5 = { low = 1, high = 2 }" in ran("facts", "--from", str(result))
    assert "是否在履行职责" in ran("facts", "--lang", "zh")
    person = Member("N1", (), low=Amounts(5_000.25), high=Amounts(6_000), sold={"credit": 3})
    (graded,) = market_tallies("cn", Market(people=(person,)), "en")
    result.write_bytes(dumps({"schema": "headwater/result/1", "tally": [], "network": {"tally": [graded]}}))
    mine.write_text(ran("facts", "--from", str(result), "--suspect", "N1"), "utf-8")
    again = json.loads(ran("weigh", str(mine), "--json"))
    assert {key: again[key] for key in graded if key not in ("persons", "changes")} == {
        key: value for key, value in json.loads(dumps(graded)).items() if key not in ("persons", "changes")
    }


def test_a_whole_tally_is_weighed_anew_with_what_people_say(tmp_path: Path) -> None:
    counts = Counts(n5=Range(2_600, 3_000))
    told = [entry(tally(counts, False, RULES), name, "en", Range(9, 9)) for name in ("E1021", "L1", None)]
    result, said = tmp_path / "result.json", tmp_path / "said.toml"
    result.write_bytes(dumps({"schema": "headwater/result/1", "tally": told}))
    assert json.loads(ran("tally", str(result), "--json"))["tally"] == told, "nothing said, nothing changed"
    said.write_text("[E1021]\nin_service = true\nsold = true\n[case]\nprior = true\n", "utf-8")
    again = json.loads(ran("tally", str(result), "--said", str(said), "--json"))["tally"]
    assert [t["grade"] for t in again] == ["serious", "none", "serious"]
    assert again[0]["articles"][-1] == "Fa Shi [2017] 10 Art. 5 para. 1 no. 8"
    assert again[1] == told[1]
    shown = ran("tally", str(result), "--said", str(said), "--lang", "zh")
    assert shown.startswith("E1021\n档次: 情节严重\n")
    assert "\n全案\n档次: 情节严重\n" in shown
    said.write_text("[E9]\nsold = true\n", "utf-8")
    assert "it has E1021, L1, case" in refused("tally", str(result), "--said", str(said))
    said.write_text("E1021 = 3\n", "utf-8")
    assert "E1021: a table of facts is wanted" in refused("tally", str(result), "--said", str(said))
    said.write_text("[E1021]\nsold = 3\n", "utf-8")
    assert "sold: true, false or 'disputed'" in refused("tally", str(result), "--said", str(said))


def test_labels_say_what_each_body_of_law_says() -> None:
    told = ran("labels", "bank_card")
    assert "Fa Shi [2017] 10 Art. 5 para. 1 nos. 3 to 5: n5–n3  I?" in told
    assert "GB/T 45574-2025: ?  I?" in told
    assert "C3 or C2  X?" in ran("labels", "sms_code", "--lang", "zh")
    every = json.loads(ran("labels", "--json"))["labels"]
    assert len(every) == len({*every}) > 20
    assert ran("labels").count("GB/T 45574-2025") == len(every)


def test_what_does_not_exist_is_named(facts: Path, tmp_path: Path) -> None:
    assert "there are cn.criminal, cn.admin, cn.labels" in refused("show", "nope")
    assert "there are" in refused("show", "cn.admin", "--kind", "nope")
    assert "bank_card" in refused("labels", "nope")
    assert "no rule set for nope" in refused("weigh", str(facts), "--jurisdiction", "nope")
    assert "missing.toml" in refused("weigh", str(tmp_path / "missing.toml"))
    facts.write_text("sold = true\nprior =\n", "utf-8")
    assert refused("weigh", str(facts)).startswith(f"{facts}:2: is no file of facts")
    facts.write_text("sold = 3\n", "utf-8")
    assert "sold: true, false or 'disputed'" in refused("weigh", str(facts))
    facts.write_text("[items]\nn3 = { low = 10, high = 5 }\n", "utf-8")
    assert "outweighs" in refused("weigh", str(facts))
    (tmp_path / "result.json").write_text('{"tally": [{"suspect": "E1"}, 3]}', "utf-8")
    assert "there are E1" in refused("facts", "--from", str(tmp_path / "result.json"), "--suspect", "E9")
    (tmp_path / "result.json").write_text("[" * 100_000, "utf-8")
    assert "is no result.json" in refused("facts", "--from", str(tmp_path / "result.json"))
    assert "cannot" in refused("facts", "--from", str(tmp_path)) or "directory" in refused(
        "facts", "--from", str(tmp_path)
    )
