"""Worked examples, written from the text of the law: each jurisdiction, both sides of each figure, and the ends of limits."""

from __future__ import annotations

import pytest
from tests.law.duties.weighing_duties import KNOWN, Given, facts, weigh

from headwater.law.duties.reading import known_places, place

# an ordinary organisation in China whose event is graded by persons alone
CAC: dict[str, Given] = {"suspected": True, "other_limb": False, "loss_cny": 0, "cii": False, "central_organ": False}
HIPAA: dict[str, Given] = {"hipaa": True, "phi": True, "breach": True, "encrypted": False}
CALIFORNIA: dict[str, Given] = {"breach": True, "ca_information": True, "encrypted": False}
MAYBE, ASKED, DUE, NOT, LATER = "due if", "cannot be said", "due", "not due", "not in force"

EXAMPLES: list[tuple[str, str, dict[str, Given], str]] = [
    # China: PIPL 57 has no figure, and holds for a leak that may have happened
    ("cn", "pipl.authority", {"suspected": True, "persons": 1}, DUE),
    ("cn", "pipl.authority", {}, ASKED),
    ("cn", "pipl.authority", {"suspected": True, "harm_avoided": True}, DUE),
    ("cn", "pipl.persons", {"suspected": True}, DUE),
    ("cn", "pipl.persons", {"suspected": True, "harm_avoided": False}, DUE),
    ("cn", "pipl.persons", {"suspected": True, "harm_avoided": True}, NOT),
    ("cn", "dsl.authority", {"suspected": True}, DUE),
    ("cn", "dsl.users", {"suspected": False}, NOT),
    ("cn", "csl.report", {"suspected": True}, DUE),
    ("cn", "ndr.product", {"product_risk": True}, DUE),
    ("cn", "ndr.product", {"product_risk": False}, NOT),
    ("cn", "ndr.report", {"suspected": True}, DUE),
    ("cn", "ndr.persons", {"suspected": True, "harm": True}, DUE),
    ("cn", "ndr.persons", {"suspected": True}, ASKED),
    ("cn", "ndr.persons", {"suspected": True, "harm": False}, NOT),
    ("cn", "ndr.police", {"crime": True}, DUE),
    ("cn", "ndr.police", {}, ASKED),
    # the Incident Reporting Measures: 1,000,000 and more
    ("cn", "cac.others", {**CAC, "persons": 999_999}, NOT),
    ("cn", "cac.others", {**CAC, "persons": 1_000_000}, DUE),
    ("cn", "cac.others", {**CAC, "persons": (999_999, 1_000_000)}, MAYBE),
    ("cn", "cac.others", {**CAC, "persons": 1_000_000, "cii": True}, NOT),
    ("cn", "cac.others", {**CAC, "persons": 1_000_000, "central_organ": True}, NOT),
    ("cn", "cac.others", {"suspected": True, "persons": 1_000_000}, DUE),
    ("cn", "cac.others", {"suspected": True, "persons": 999_999}, ASKED),  # the open clause
    ("cn", "cac.others", {**CAC, "persons": 1, "other_limb": True}, DUE),
    ("cn", "cac.others", {**CAC, "persons": 1, "loss_cny": 4_999_999}, NOT),
    ("cn", "cac.others", {**CAC, "persons": 1, "loss_cny": 5_000_000}, DUE),
    ("cn", "cac.cii", {**CAC, "persons": 1_000_000, "cii": True}, DUE),
    ("cn", "cac.cii-police", {**CAC, "persons": 1_000_000, "cii": True}, DUE),
    ("cn", "cac.cii", {**CAC, "persons": 999_999, "cii": True}, NOT),
    ("cn", "cac.cii", {**CAC, "persons": 1_000_000}, NOT),
    ("cn", "cac.cii", {"suspected": True, "persons": 1_000_000}, ASKED),
    ("cn", "cac.central", {**CAC, "persons": 1_000_000, "central_organ": True}, DUE),
    ("cn", "cac.central", {**CAC, "persons": 1_000_000, "central_organ": True, "cii": True}, NOT),
    ("cn", "cac.central", {**CAC, "persons": 1_000_000}, NOT),
    ("cn", "cac.closing", {**CAC, "persons": 1_000_000}, DUE),
    ("cn", "customer", {"suspected": True, "processor": True}, DUE),
    ("cn", "customer", {"suspected": True, "processor": False}, NOT),
    ("cn", "pboc.draft", {"suspected": True, "persons": 100_000_000}, "proposed"),
    # the European Union
    ("eu", "authority", {"breach": True}, DUE),
    ("eu", "authority", {"breach": True, "risk_unlikely": False}, DUE),
    ("eu", "authority", {"breach": True, "risk_unlikely": True}, NOT),
    ("eu", "authority", {"breach": True, "processor": True}, NOT),
    ("eu", "authority", {"suspected": True}, ASKED),
    ("eu", "authority", {"breach": False}, NOT),
    ("eu", "persons", {"breach": True}, ASKED),
    ("eu", "persons", {"breach": True, "high_risk": True}, DUE),
    ("eu", "persons", {"breach": True, "high_risk": False}, NOT),
    ("eu", "persons", {"breach": True, "high_risk": True, "encrypted": True}, NOT),
    ("eu", "customer", {"breach": True, "processor": True}, DUE),
    ("eu", "omnibus", {"breach": True, "high_risk": True}, "proposed"),
    # the United Kingdom
    ("uk", "authority", {"breach": True}, DUE),
    ("uk", "authority", {"breach": True, "risk_unlikely": True}, NOT),
    ("uk", "persons", {"breach": True, "high_risk": True}, DUE),
    ("uk", "pecr", {"breach": True}, ASKED),
    ("uk", "customer", {"breach": True, "processor": False}, NOT),
    # HIPAA: the Secretary from 500, the media above 500 of one state
    ("us-hipaa", "persons", {**HIPAA, "persons": 1}, DUE),
    ("us-hipaa", "persons", {**HIPAA, "encrypted": True}, NOT),
    ("us-hipaa", "persons", {**HIPAA, "hipaa": False}, NOT),
    ("us-hipaa", "persons", {"breach": True, "phi": True, "hipaa": True}, ASKED),
    ("us-hipaa", "hhs", {**HIPAA, "persons": 499}, NOT),
    ("us-hipaa", "hhs", {**HIPAA, "persons": 500}, DUE),
    ("us-hipaa", "hhs", {**HIPAA, "persons": (499, 500)}, MAYBE),
    ("us-hipaa", "hhs-yearly", {**HIPAA, "persons": 499}, DUE),
    ("us-hipaa", "hhs-yearly", {**HIPAA, "persons": 500}, NOT),
    ("us-hipaa", "hhs-yearly", {**HIPAA, "persons": (499, 500)}, MAYBE),
    ("us-hipaa", "media", {**HIPAA, "in_one_state": 500}, NOT),
    ("us-hipaa", "media", {**HIPAA, "in_one_state": 501}, DUE),
    ("us-hipaa", "media", {**HIPAA, "persons": 501}, ASKED),
    ("us-hipaa", "customer", {**HIPAA, "hipaa_associate": True}, DUE),
    # California: the Attorney General above 500
    ("us-ca", "persons", {**CALIFORNIA, "persons": 1}, DUE),
    ("us-ca", "persons", {**CALIFORNIA, "encrypted": True}, NOT),
    ("us-ca", "persons", {"breach": True, "encrypted": False}, ASKED),
    ("us-ca", "attorney-general", {**CALIFORNIA, "persons": 500}, NOT),
    ("us-ca", "attorney-general", {**CALIFORNIA, "persons": 501}, DUE),
    ("us-ca", "attorney-general", {**CALIFORNIA, "persons": (500, 501)}, MAYBE),
    ("us-ca", "customer", {**CALIFORNIA, "processor": True}, DUE),
    # Singapore: 500 and more, or significant harm; not for scale alone to the persons
    ("sg", "authority", {"breach": True, "persons": 499, "significant_harm": False}, NOT),
    ("sg", "authority", {"breach": True, "persons": 500, "significant_harm": False}, DUE),
    ("sg", "authority", {"breach": True, "persons": (480, 520), "significant_harm": False}, MAYBE),
    ("sg", "authority", {"breach": True, "persons": 499}, ASKED),
    ("sg", "authority", {"breach": True, "persons": 1, "significant_harm": True}, DUE),
    ("sg", "authority", {"breach": True, "persons": 500, "inside_only": True}, NOT),
    ("sg", "persons", {"breach": True, "persons": 500, "significant_harm": False}, NOT),
    ("sg", "persons", {"breach": True, "persons": 1, "significant_harm": True}, DUE),
    ("sg", "persons", {"breach": True, "significant_harm": True, "encrypted": True}, NOT),
    ("sg", "customer", {"breach": True, "processor": True}, DUE),
    # Korea: 1,000 and more, or sensitive data or unique numbers, or an intrusion
    (
        "kr",
        "authority",
        {"breach": True, "persons": 999, "sensitive": False, "unique_id": False, "hacking": False},
        NOT,
    ),
    ("kr", "authority", {"breach": True, "persons": 1_000, "sensitive": False, "unique_id": False}, DUE),
    ("kr", "authority", {"breach": True, "persons": 1, "sensitive": True}, DUE),
    ("kr", "authority", {"breach": True, "persons": 1, "unique_id": True}, DUE),
    ("kr", "authority", {"breach": True, "persons": 1, "hacking": True}, DUE),
    ("kr", "authority", {"breach": True, "persons": 1}, ASKED),
    ("kr", "authority", {"breach": True, "persons": 1_000, "recovered": True}, NOT),
    ("kr", "persons", {"breach": True, "persons": 1}, DUE),
    ("kr", "possible", {"suspected": True, "third_party_trade": True}, DUE),
    ("kr", "possible", {"suspected": True, "third_party_trade": False, "hacking": False}, NOT),
    ("kr", "customer", {"breach": True, "processor": True}, DUE),
    # Japan: above 1,000, or special data, or harm to property, or an improper purpose
    ("jp", "full", {**dict.fromkeys(("sensitive", "financial_harm"), False), "suspected": True, "persons": 1_000}, NOT),
    ("jp", "full", {**dict.fromkeys(("sensitive", "financial_harm"), False), "suspected": True, "persons": 1_001}, DUE),
    ("jp", "full", {"suspected": True, "sensitive": True, "persons": 1}, DUE),
    ("jp", "full", {"suspected": True, "persons": 1_001, "encrypted": True}, NOT),
    ("jp", "full", {"suspected": True, "persons": 1_001, "improper_purpose": True}, DUE),  # until it has been assessed
    ("jp", "full", {"suspected": True, "persons": 1_001, "improper_purpose": True, "improper_assessed": True}, NOT),
    ("jp", "full-improper", {"suspected": True, "improper_purpose": True, "persons": 1}, DUE),
    ("jp", "full-improper", {"suspected": True}, ASKED),
    ("jp", "prompt", {"suspected": True, "persons": 1_001}, DUE),
    ("jp", "prompt", {"suspected": True, "persons": 1_000}, ASKED),
    ("jp", "persons", {"suspected": True, "financial_harm": True}, DUE),
    ("jp", "customer", {"suspected": True, "processor": True, "persons": 1_001}, DUE),
    # Hong Kong, Macau
    ("hk", "authority", {"suspected": True}, "recommended"),
    ("hk", "persons", {"suspected": True}, "recommended"),
    ("hk", "ci-core", {"suspected": True, "cii": True, "core_function": True}, DUE),
    ("hk", "ci-core", {"suspected": True, "cii": True}, ASKED),
    ("hk", "ci-other", {"suspected": True, "cii": True}, DUE),
    ("hk", "ci-other", {"suspected": True, "cii": True, "core_function": True}, NOT),
    ("mo", "ci", {"suspected": True, "cii": True}, DUE),
    ("mo", "ci", {"suspected": True, "cii": False}, NOT),
    # Taiwan
    ("tw", "persons", {"breach": True}, DUE),
    ("tw", "persons", {"breach": True, "no_violation": True}, NOT),
    ("tw", "amended", {"breach": True}, LATER),
    ("tw", "draft", {"breach": True, "records": 100}, "proposed"),
    # India
    ("in", "cert", {"breach": True}, DUE),
    ("in", "cert", {"breach": False, "hacking": True}, DUE),
    ("in", "board", {"breach": True}, LATER),
    ("in", "board-detail", {"breach": True}, LATER),
    ("in", "persons", {"breach": True}, LATER),
]


@pytest.mark.parametrize(("where", "duty", "given", "status"), EXAMPLES)
def test_a_duty_arises_as_its_article_says(where: str, duty: str, given: dict[str, Given], status: str) -> None:
    assert weigh(where, facts(**given))[duty].status == status


def test_every_duty_has_an_example() -> None:
    told = {f"{where}.{duty}" for where, duty, _given, _status in EXAMPLES}
    told |= {f"{where}.{duty}" for where, duty, *_rest in SECTORS}
    assert {d.id for name in known_places() for d in place(name).duties} == told


SECTORS = [
    ("cn", "nfra.first", ("insurance",), {}, DUE),
    ("cn", "nfra.written", ("banking",), {}, DUE),
    ("cn", "nfra.first", ("retail",), {}, NOT),
    ("cn", "nfra.first", None, {}, ASKED),
    ("cn", "pboc", ("payment",), {}, DUE),
    ("cn", "pboc", ("insurance",), {}, NOT),
    ("cn", "miit", ("telecom",), {"persons": 0, "persons_sensitive": 99_999, "miit_grade": False}, NOT),
    ("cn", "miit", ("telecom",), {"persons": 0, "persons_sensitive": 100_000, "miit_grade": False}, DUE),
    ("cn", "miit", ("retail",), {"persons": 100_000_000}, NOT),
    ("uk", "pecr", ("telecom",), {}, DUE),
    ("uk", "pecr", ("retail",), {}, NOT),
    ("tw", "fsc", ("insurance",), {"tw_major": True}, DUE),
    ("tw", "fsc", ("insurance",), {}, ASKED),
    ("tw", "fsc", ("retail",), {"tw_major": True}, NOT),
    ("tw", "moda", ("digital economy",), {"tw_major": True}, DUE),
]


@pytest.mark.parametrize(("where", "duty", "sector", "given", "status"), SECTORS)
def test_rules_of_a_sector_reach_that_sector(
    where: str, duty: str, sector: tuple[str, ...] | None, given: dict[str, Given], status: str
) -> None:
    assert weigh(where, facts(sector, suspected=True, breach=True, **given))[duty].status == status


@pytest.mark.parametrize(
    ("persons", "names"),
    [
        (999_999, []),
        (1_000_000, ["较大"]),
        (9_999_999, ["较大"]),
        (10_000_000, ["较大", "重大"]),
        (99_999_999, ["较大", "重大"]),
        (100_000_000, ["较大", "重大", "特别重大"]),
    ],
)
def test_persons_give_the_event_its_grade(persons: int, names: list[str]) -> None:
    found = weigh("cn", facts(**{**CAC, "persons": persons}))["cac.others"]
    assert [v.name.zh for v in found.levels] == names


@pytest.mark.parametrize(
    ("loss", "reached"),
    [(4_999_999, 0), (5_000_000, 1), (19_999_999, 1), (20_000_000, 2), (99_999_999, 2), (100_000_000, 3)],
)
def test_a_grade_by_loss_says_that_its_figure_is_not_verified(loss: int, reached: int) -> None:
    found = weigh("cn", facts(**{**CAC, "persons": 1, "loss_cny": loss}))["cac.others"]
    assert [v.name.zh for v in found.levels] == [f"{n}（按损失，数额未核实）" for n in ("较大", "重大", "特别重大")][
        :reached
    ]


def test_no_grade_follows_from_what_is_unknown() -> None:
    assert weigh("cn", facts(suspected=True))["cac.others"].levels == ()
    between = weigh("cn", facts(suspected=True, persons=(900_000, 10_000_000)))["cac.others"]
    assert [v.name.zh for v in between.levels] == ["较大", "重大"]


ENDS: list[tuple[str, str, dict[str, Given], str, dict[str, str], str]] = [
    # hours run through nights and over the ends of months and years
    ("cn", "cac.others", {**CAC, "persons": 1_000_000}, "2026-12-31T22:30+08:00", {}, "2027-01-01T02:30:00+08:00"),
    (
        "cn",
        "cac.cii",
        {**CAC, "persons": 1_000_000, "cii": True},
        "2028-02-28T23:30+08:00",
        {},
        "2028-02-29T00:30:00+08:00",
    ),
    ("cn", "cac.central", {**CAC, "persons": 1_000_000, "central_organ": True}, KNOWN, {}, "2026-11-20T11:00:00+08:00"),
    ("cn", "ndr.product", {"product_risk": True}, KNOWN, {}, "2026-11-21T09:00:00+08:00"),
    # 30 days after handling was over, the first not counted: across February, and in a leap year
    (
        "cn",
        "cac.closing",
        {**CAC, "persons": 1_000_000},
        KNOWN,
        {"handled": "2027-01-31T10:00+08:00"},
        "2027-03-02T23:59:59+08:00",
    ),
    (
        "cn",
        "cac.closing",
        {**CAC, "persons": 1_000_000},
        KNOWN,
        {"handled": "2028-01-31T10:00+08:00"},
        "2028-03-01T23:59:59+08:00",
    ),
    # 72 hours where the clock is put forward and back
    ("eu", "authority", {"breach": True}, "2026-03-28T10:00+01:00", {}, "2026-03-31T11:00:00+02:00"),
    ("eu", "authority", {"breach": True}, "2026-10-24T10:00+02:00", {}, "2026-10-27T09:00:00+01:00"),
    ("eu", "authority", {"breach": True}, "2028-02-27T10:00+01:00", {}, "2028-03-01T10:00:00+01:00"),
    ("uk", "authority", {"breach": True}, "2026-03-28T10:00+00:00", {}, "2026-03-31T11:00:00+01:00"),
    # 60 days: across the end of a year, and with and without 29 February
    ("us-hipaa", "persons", HIPAA, "2026-11-20T09:00-05:00", {}, "2027-01-19T23:59:59-05:00"),
    ("us-hipaa", "hhs", {**HIPAA, "persons": 500}, "2027-01-01T09:00-05:00", {}, "2027-03-02T23:59:59-05:00"),
    ("us-hipaa", "hhs", {**HIPAA, "persons": 500}, "2028-01-01T09:00-05:00", {}, "2028-03-01T23:59:59-05:00"),
    ("us-hipaa", "persons", HIPAA, "2027-01-20T09:00-05:00", {}, "2027-03-21T23:59:59-04:00"),
    # 60 days after the end of the year of discovery, by the clock of the place
    ("us-hipaa", "hhs-yearly", {**HIPAA, "persons": 499}, "2026-01-01T09:00-05:00", {}, "2027-03-01T23:59:59-05:00"),
    ("us-hipaa", "hhs-yearly", {**HIPAA, "persons": 499}, "2026-12-31T23:00-05:00", {}, "2027-03-01T23:59:59-05:00"),
    ("us-hipaa", "hhs-yearly", {**HIPAA, "persons": 499}, "2027-12-31T12:00-05:00", {}, "2028-02-29T23:59:59-05:00"),
    # California: 30 days of discovery; 15 days after the residents were told
    ("us-ca", "persons", CALIFORNIA, "2026-10-15T09:00-07:00", {}, "2026-11-14T23:59:59-08:00"),
    ("us-ca", "persons", CALIFORNIA, KNOWN, {}, "2026-12-19T23:59:59-08:00"),  # it was still the 19th there
    (
        "us-ca",
        "attorney-general",
        {**CALIFORNIA, "persons": 501},
        KNOWN,
        {"told": "2026-12-20T09:00-08:00"},
        "2027-01-04T23:59:59-08:00",
    ),
    ("us-ca", "attorney-general", {**CALIFORNIA, "persons": 501}, KNOWN, {}, "2027-01-03T23:59:59-08:00"),
    # Singapore: 3 calendar days after the day of the assessment; 30 days for the assessment
    (
        "sg",
        "authority",
        {"breach": True, "persons": 500},
        KNOWN,
        {"assessed": "2026-11-28T23:30+08:00"},
        "2026-12-01T23:59:59+08:00",
    ),
    (
        "sg",
        "authority",
        {"breach": True, "persons": 500},
        KNOWN,
        {"assessed": "2028-02-27T00:01+08:00"},
        "2028-03-01T23:59:59+08:00",
    ),
    ("sg", "authority", {"breach": True, "persons": 500}, KNOWN, {}, "2026-12-23T23:59:59+08:00"),
    ("kr", "authority", {"breach": True, "persons": 1_000}, KNOWN, {}, "2026-11-23T10:00:00+09:00"),
    ("kr", "persons", {"breach": True}, "2026-12-30T09:00+09:00", {}, "2027-01-02T09:00:00+09:00"),
    # Japan: the day of knowing is day one
    ("jp", "prompt", {"suspected": True, "persons": 1_001}, KNOWN, {}, "2026-11-22T23:59:59+09:00"),
    ("jp", "full", {"suspected": True, "persons": 1_001}, KNOWN, {}, "2026-12-19T23:59:59+09:00"),
    ("jp", "full", {"suspected": True, "persons": 1_001}, "2028-02-01T09:00+09:00", {}, "2028-03-01T23:59:59+09:00"),
    ("jp", "full-improper", {"suspected": True, "improper_purpose": True}, KNOWN, {}, "2027-01-18T23:59:59+09:00"),
    ("hk", "ci-core", {"suspected": True, "cii": True, "core_function": True}, KNOWN, {}, "2026-11-20T21:00:00+08:00"),
    ("hk", "ci-other", {"suspected": True, "cii": True}, KNOWN, {}, "2026-11-22T09:00:00+08:00"),
    ("in", "cert", {"breach": True}, KNOWN, {}, "2026-11-20T12:30:00+05:30"),
]


@pytest.mark.parametrize(("where", "duty", "given", "known", "moments", "ends"), ENDS)
def test_a_limit_ends_when_the_law_says(
    where: str, duty: str, given: dict[str, Given], known: str, moments: dict[str, str], ends: str
) -> None:
    clock = weigh(where, facts(None, moments, **given), known)[duty].clock
    assert clock is not None
    assert clock.ends.isoformat() == ends


@pytest.mark.parametrize(
    ("where", "duty", "sector"),
    [("cn", "nfra.first", "insurance"), ("uk", "pecr", "telecom"), ("tw", "fsc", "banking")],
)
def test_limits_of_a_sector_run_too(where: str, duty: str, sector: str) -> None:
    found = weigh(where, facts((sector,), suspected=True, breach=True, tw_major=True))[duty]
    assert found.clock is not None


@pytest.mark.parametrize(
    ("where", "duty", "given", "before", "status"),
    [
        ("cn", "cac.others", {**CAC, "persons": 1_000_000}, "2025-10-31T23:59:59+08:00", LATER),
        ("cn", "cac.others", {**CAC, "persons": 1_000_000}, "2025-11-01T00:00:00+08:00", DUE),
        ("hk", "ci-other", {"suspected": True, "cii": True}, "2025-12-31T23:00+08:00", LATER),
        ("kr", "possible", {"suspected": True, "third_party_trade": True}, "2026-09-10T12:00+09:00", LATER),
        # an earlier text said the like: the event is not waved through
        ("kr", "authority", {"breach": True, "persons": 1_000}, "2026-09-10T23:59+09:00", ASKED),
        ("kr", "authority", {"breach": True, "persons": 1_000}, "2026-09-11T00:00+09:00", DUE),
        ("us-ca", "persons", CALIFORNIA, "2025-12-31T12:00-08:00", ASKED),
        ("cn", "csl.report", {"suspected": True}, "2025-12-31T12:00+08:00", ASKED),
        # India's rules: the day on which they begin is an inference
        ("in", "board", {"breach": True}, "2027-05-12T12:00+05:30", LATER),
        ("in", "board", {"breach": True}, "2027-05-13T12:00+05:30", ASKED),
        ("in", "board", {"breach": False}, "2027-05-13T12:00+05:30", NOT),
        ("in", "board", {"breach": True, "applies": True}, "2027-05-13T12:00+05:30", DUE),
        ("in", "board", {"breach": True, "applies": False}, "2027-05-13T12:00+05:30", LATER),
        ("in", "board", {"breach": True, "applies": True}, "2027-05-12T12:00+05:30", LATER),
        ("kr", "persons", {"breach": True, "applies": True}, "2026-09-10T12:00+09:00", DUE),
        ("tw", "amended", {"breach": True, "applies": True}, "2029-01-01T12:00+08:00", LATER),
    ],
)
def test_a_text_applies_from_its_day(where: str, duty: str, given: dict[str, Given], before: str, status: str) -> None:
    assert weigh(where, facts(**given), before)[duty].status == status


def test_a_clock_that_counts_from_another_moment_says_that_it_is_the_latest_end() -> None:
    told = weigh("us-ca", facts(None, {"told": "2026-11-21T09:00-08:00"}, **{**CALIFORNIA, "persons": 501}))
    assert told["attorney-general"].clock is not None and not told["attorney-general"].clock.latest
    silent = weigh("us-ca", facts(**{**CALIFORNIA, "persons": 501}))
    assert silent["attorney-general"].clock is not None and silent["attorney-general"].clock.latest
    assert weigh("cn", facts(**{**CAC, "persons": 1_000_000}))["cac.closing"].clock is None


def test_what_rests_on_a_figure_from_memory_is_not_verified() -> None:
    by_persons = weigh("cn", facts(**{**CAC, "persons": 1_000_000}))["cac.others"]
    by_loss = weigh("cn", facts(**{**CAC, "persons": 1, "loss_cny": 5_000_000}))["cac.others"]
    assert (by_persons.status, by_persons.verified()) == (DUE, True)
    assert (by_loss.status, by_loss.verified()) == (DUE, False)


def test_the_time_that_is_left_turns_negative_when_it_is_over() -> None:
    given = facts(breach=True)
    before = weigh("eu", given, now="2026-11-23T01:59:59+01:00")["authority"].clock
    after = weigh("eu", given, now="2026-11-23T02:00:01+01:00")["authority"].clock
    assert before is not None and before.left is not None and before.left.total_seconds() == 1 and not before.overdue()
    assert after is not None and after.left is not None and after.left.total_seconds() == -1 and after.overdue()


def test_no_limit_is_counted_for_what_is_not_due_or_only_proposed() -> None:
    for where in known_places():
        for found in weigh(where, facts(breach=False, suspected=False)).values():
            if found.status in (NOT, LATER, "proposed"):
                assert found.clock is None
