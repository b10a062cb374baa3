"""Administrative law and labels as data: complete, cited, checked, and in step with the criminal rule set."""

from __future__ import annotations

import hashlib
import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from headwater.law import showing
from headwater.law.articles import place
from headwater.law.labels import SAYS, UNKNOWN, load_labels, parse_labels
from headwater.law.reading import RuleSetError, content
from headwater.law.rules import load
from headwater.law.statutes import load_statutes, parse_statutes

CRIMINAL, ADMIN, LABELS = load("cn_criminal"), load_statutes("cn_admin"), load_labels()


def test_each_body_is_known_by_version_and_digest() -> None:
    for name, body in (("cn_criminal", CRIMINAL), ("cn_admin", ADMIN), ("cn_labels", LABELS)):
        assert body.digest == hashlib.sha256(content(name)).hexdigest()
        assert body.version
    assert [b.id for b in showing.bodies()] == ["cn.criminal", "cn.admin", "cn.labels"]
    assert showing.body("cn.atlantis") is None


@pytest.mark.parametrize("name", ["cn_criminal", "cn_admin", "cn_labels"])
def test_every_entry_names_article_dates_source_and_certainty(name: str) -> None:
    data = tomllib.loads(content(name).decode())
    entries = [
        e for kind in ("threshold", "measure", "offence", "rule", "penalty", "label") for e in data.get(kind, ())
    ]
    assert entries
    for entry in entries:
        assert {"article", "in_force", "as_of", "source", "certainty", "verified"} <= set(entry), entry["id"]


def test_what_the_criminal_law_and_the_table_of_labels_say_of_a_category_is_the_same() -> None:
    for category in CRIMINAL.categories:
        for name in category.names:
            cell = LABELS.say(name)["criminal"]
            assert (cell.says, cell.high) == (category.low, category.high), name
            assert (cell.certainty, cell.verified) == (category.certainty, category.verified), name


STATUTES = {
    "《刑法》": "Criminal Law", "《个人信息保护法》": "Personal Information Protection Law", "《数据安全法》": "Data Security Law",
    "《网络数据安全管理条例》": "Network Data Regulations", "《反电信网络诈骗法》": "Anti-Telecom-Fraud Law",
    "《治安管理处罚法》": "Public Security Punishments Law", "《网络安全法》（2025年修正）": "Cybersecurity Law (amended 2025-10-28)",
}  # fmt: skip
FA_SHI = re.compile(r"法释〔(\d+)〕(\d+)号")


@pytest.mark.parametrize("name", ["cn_criminal", "cn_admin"])
def test_an_article_is_the_same_in_both_languages(name: str) -> None:
    data = tomllib.loads(content(name).decode())
    entries = [e for kind in ("threshold", "measure", "offence", "rule", "penalty") for e in data.get(kind, ())]
    checked = 0
    for article in (e["article"] for e in entries):
        of, number, added, paragraph, item = place(article["zh"])
        known = FA_SHI.fullmatch(of)
        text = f"Fa Shi [{known[1]}] {known[2]}" if known else STATUTES.get(of)
        if text is None or "、" in article["zh"]:
            continue  # a judgment, a guiding case, or several articles at once
        told = f"{text} Art. {number}" + f"-{added}" * bool(added) + f" para. {paragraph}" * bool(paragraph)
        told += f" no. {item}" * bool(item)
        assert article["en"].removesuffix(", practice") == told
        checked += 1
    assert checked > 30


# the table of what three labels say of the same data: criminal, GB/T 45574-2025, GB/T 35273-2020
DISAGREE = [
    ("track", "n3", "yes", "yes"), ("communication_content", "n3", "?", "yes"), ("credit", "n3", "yes", "yes"),
    ("account_password", "n3", "yes", "yes"), ("deposit", "n3", "no", "yes"), ("real_estate", "n3", "no", "yes"),
    ("transaction", "n4", "no", "yes"), ("lodging", "n4", "?", "yes"), ("call_record", "n4", "?", "yes"),
    ("health", "n4", "yes", "yes"), ("face", "n4", "yes", "yes"), ("gene", "n4", "yes", "yes"),
    ("id_card_photo", "n4", "yes", "yes"), ("resident_id", "n5", "no", "yes"), ("religion", "n5", "yes", "yes"),
    ("crime_record", "n5", "yes", "yes"), ("marital", "n5", "no", "yes"), ("location_coarse", "n5", "no", "?"),
    ("name", "n5", "no (many together may be)", "no"), ("bank_card", "n5–n3", "?", "yes"),
    ("policy", "n5–n4", "by content", "by content"), ("courier", "n5–n4", "by content", "by content"),
    ("under_14", "by content", "yes", "yes"),
]  # fmt: skip


@pytest.mark.parametrize("row", DISAGREE, ids=lambda r: r[0])
def test_the_labels_disagree_as_they_do(row: tuple[str, str, str, str]) -> None:
    name, *wanted = row
    cells = LABELS.say(name)
    assert [showing.said(cells[label]) for label in ("criminal", "gbt45574", "gbt35273")] == wanted


def test_unknown_stays_unknown_and_is_never_verified() -> None:
    cells = [c for item in LABELS.items for c in item.cells.values()]
    unknown = [c for c in cells if not c.known]
    assert len(unknown) > 20
    assert not any(c.verified for c in unknown)
    assert {c.says for c in LABELS.say("shoe size").values()} == {UNKNOWN}
    assert LABELS.of("shoe size") is None
    assert not any(item.cells["gbt45574"].verified for item in LABELS.items), "known from secondary pages"


def test_children_and_biometrics_are_sensitive_by_law_and_a_code_is_of_two_classes() -> None:
    for name in ("under_14", "face", "fingerprint", "religion", "health", "track"):
        assert LABELS.say(name)["pipl"].says == "yes"
        assert LABELS.say(name)["pipl"].verified
    code = LABELS.say("sms_code")["jrt0171"]
    assert (code.says, code.verified) == ("C3 or C2", False)
    assert LABELS.levels[0] == {"C3": 4, "C2": 3, "C1": 2}
    assert not LABELS.levels[1].verified


# PIPL 66, DSL 45 and 48, PSPL 56, Anti-Telecom-Fraud Law 42 as their texts have them
COSTS = [
    ("cn.pipl.66.1", 0, 1_000_000), ("cn.pipl.66.1.person", 10_000, 100_000), ("cn.pipl.66.2", 0, 50_000_000),
    ("cn.pipl.66.2.share", 0, Fraction(1, 20)), ("cn.pipl.66.2.person", 100_000, 1_000_000),
    ("cn.dsl.45.1", 50_000, 500_000), ("cn.dsl.45.1.grave", 500_000, 2_000_000), ("cn.dsl.48.2", 100_000, 1_000_000),
    ("cn.pspl.56.days", 10, 15), ("cn.pspl.56.light", 0, 5), ("cn.atfl.42.times", 1, 10), ("cn.atfl.42", 0, 500_000),
]  # fmt: skip


@pytest.mark.parametrize("row", COSTS, ids=lambda r: r[0])
def test_a_breach_costs_what_the_text_says(row: tuple[str, int, Any]) -> None:
    penalty = next(p for p in ADMIN.penalties if p.id == row[0])
    assert (penalty.low, penalty.high) == row[1:]
    assert penalty.basis.verified
    assert penalty in ADMIN.costs(penalty.breach)
    assert penalty in ADMIN.costs(penalty.breach, penalty.who)


def test_what_is_unverified_in_administrative_law_is_marked() -> None:
    unverified = {r.id for r in ADMIN.rules if not r.basis.verified}
    assert unverified == {"cn.pipl.41", "cn.csl.44", "cn.csl.46", "cn.csl.71"}
    assert {r.basis.article.en.split(" Art.")[0] for r in ADMIN.ruled("export")} == {
        "Personal Information Protection Law",
        "Data Security Law",
    }


UNSURE = 'says = "?", certainty = "inference", verified = false'


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("cn_admin", 'breach = "cn.pipl.51"', 'breach = "cn.pipl.999"', "no such rule: cn.pipl.999"),
        ("cn_admin", 'unit = "days"', 'unit = "years"', "who, tier or unit is none of"),
        ("cn_admin", "low = 10\nhigh = 15", "low = 15\nhigh = 10", "range is out of order"),
        ("cn_admin", 'source = "JL"', 'source = "hearsay"', "not listed: hearsay"),
        ("cn_admin", 'id = "cn.pipl.28"', 'id = "cn.pipl.10"', "there twice"),
        ("cn_labels", 'says = "C2"', 'says = "C9"', "cannot say C9"),
        ("cn_labels", UNSURE, UNSURE.replace("inference", "opened").replace("false", "true"), "unknown cannot"),
        ("cn_labels", 'id = "pipl"', 'id = "gdpr"', "the labels must be"),
        ("cn_labels", 'names = ["property"]', 'names = ["property", "credit"]', "there twice"),
        ("cn_labels", "C1 = 2\n", "", "lacks 'C1'"),
    ],
)  # fmt: skip
def test_a_body_that_cites_badly_is_refused(name: str, old: str, new: str, said: str) -> None:
    parse = parse_labels if name == "cn_labels" else parse_statutes
    text = content(name).decode()
    assert old in text
    with pytest.raises(RuleSetError, match=r"bad\.toml") as refused:
        parse(text.replace(old, new).encode(), "bad.toml")
    assert said in str(refused.value)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_entry_can_be_shown_with_its_mark(lang: Any) -> None:
    for body in showing.bodies():
        told = list(showing.entries(body, lang))
        head = showing.head(body, lang)
        assert (head["entries"], head["unverified"]) == (len(told), sum(not e["verified"] for e in told))
        assert {e["certainty"] for e in told} <= set(showing.MARKS)
        assert all(e["text"] for e in told)
    assert set(SAYS) == {label.id for label in LABELS.labels}


def test_the_docs_list_every_entry_with_its_certainty() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "law.md").read_text("utf-8")
    for body in showing.bodies():
        for told in (e for e in showing.entries(body, "en") if "in_force" in e):
            mark = showing.MARKS[told["certainty"]] if told["verified"] else f"? {showing.MARKS[told['certainty']]}"
            line = f"| `{told['id']}` | {told['article']} | {told['in_force']} | {told['source']} | {mark} |"
            assert line in docs, line
