"""What holds of every rule file, and what a file must not say."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest

from headwater.law.duties.assessing import assess
from headwater.law.duties.entries import NO_DAY, entry, place_entry
from headwater.law.duties.facts import Facts, vocabulary
from headwater.law.duties.reading import known_places, parse, place
from headwater.law.reading import RuleSetError

PLACES = files("headwater.law.duties") / "places"
DUTIES = [d for name in known_places() for d in place(name).duties]
EU = (PLACES / "eu.toml").read_text("utf-8")

UNVERIFIED = {
    *(
        "eu.authority",
        "eu.persons",
        "eu.customer",
        "eu.omnibus",
        "uk.authority",
        "uk.persons",
        "uk.pecr",
        "uk.customer",
    ),
    *(
        "us-hipaa.media",
        "us-ca.persons",
        "us-ca.attorney-general",
        "in.cert",
        "in.board",
        "in.board-detail",
        "in.persons",
    ),
    *("cn.nfra.first", "cn.nfra.written", "cn.pboc", "cn.pboc.draft", "cn.miit", "cn.csl.report", "cn.customer"),
}


def test_all_jurisdictions_are_there() -> None:
    assert known_places() == ("cn", "eu", "hk", "in", "jp", "kr", "mo", "sg", "tw", "uk", "us-ca", "us-hipaa")


def test_a_file_is_known_by_its_digest() -> None:
    for name in known_places():
        content = (PLACES / f"{name}.toml").read_bytes()
        assert place(name).digest == hashlib.sha256(content).hexdigest()
        assert place(name).id == name


def test_what_nobody_has_verified_says_so() -> None:
    assert [d.id for d in DUTIES if d.id in UNVERIFIED and d.basis.verified] == []
    assert [d.id for d in DUTIES if d.basis.certainty in ("from memory", "inference") and d.basis.verified] == []


def test_every_fact_is_asked_for_by_some_rule() -> None:
    asked = {fact for name in known_places() for fact in place(name).asked()}
    assert set(vocabulary()) - asked == {"applies"}
    assert "ca_information" in place("us-ca").asked() and "ca_information" not in place("cn").asked()


def test_every_duty_has_a_limit_or_says_in_words_that_there_is_none() -> None:
    for duty in DUTIES:
        assert duty.manner.en and duty.manner.zh
        if duty.delay and duty.delay.iso.startswith("PT"):
            assert duty.delay.iso[2:-1] in duty.manner.en, duty.id
        elif duty.delay and duty.delay.binding:
            assert duty.delay.iso[1:-1] in duty.manner.en, duty.id


def test_a_day_that_nobody_set_belongs_to_what_does_not_apply() -> None:
    assert all(d.standing in ("proposed", "adopted") for d in DUTIES if d.basis.in_force == NO_DAY)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('article = { en = "GDPR Art. 34", zh = "GDPR第34条" }\n', "", "article"),
        ('source = "sourcingspeak"', 'source = "hearsay"', "hearsay"),
        ('certainty = "excerpt"', 'certainty = "rumour"', "rumour"),
        ('certainty = "excerpt"\nverified = false', 'certainty = "from memory"\nverified = true', "from memory"),
        ('to = "persons"', 'to = "everybody"', "everybody"),
        ('standing = "proposed"', 'standing = "hoped for"', "hoped for"),
        ('within = "PT72H"', 'within = "three days"', "three days"),
        ('when = "breach and high_risk"', 'when = "breach and moonshine"', "moonshine"),
        ('id = "eu.persons"', 'id = "eu.authority"', "twice"),
        ('id = "eu.persons"', 'id = "fr.persons"', "another place"),
        ('"advice"]', '"poem"]', "poem"),
        ("in_force = 2018-05-25", 'in_force = "soon"', "soon"),
        ('zone = "Europe/Brussels"', 'zone = "Europe/Atlantis"', "Atlantis"),
    ],
)
def test_a_file_that_cites_badly_is_refused(old: str, new: str, said: str) -> None:
    assert old in EU
    with pytest.raises(RuleSetError, match=said):
        parse(EU.replace(old, new).encode(), "eu.toml")


def test_an_unknown_place_is_refused_by_name() -> None:
    with pytest.raises(RuleSetError, match="atlantis"):
        place("atlantis")
    with pytest.raises(RuleSetError):
        place("../../rules/cn_criminal")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_entry_says_who_when_and_by_which_article(lang: str) -> None:
    for found in assess(Facts(), known_places()):
        told = entry(found, lang)  # type: ignore[arg-type]
        assert all(
            told[key] for key in ("who", "title", "manner", "article", "source", "as_of", "certainty", "counted")
        )
        assert "deadline" not in told
        assert (told["in_force"] is None) == (found.duty.basis.in_force == NO_DAY)
        assert place_entry(found.place, lang)["counting"]  # type: ignore[arg-type]
