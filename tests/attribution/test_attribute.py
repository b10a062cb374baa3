"""Planted leaks are laid to whoever took them; leaks that nobody took name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from tests.attribution.worlds import BULK_DAY, SIZE, World, day, world
from tests.detection.lakes import DATASET, moment, opened

from headwater.attribution.attribute import Options, attribute
from headwater.attribution.histories import histories
from headwater.model.attribution import Attribution, Leak
from headwater.model.evidence import Citation

SEEDS = range(20)
NULLS = ("popular", "one_book", "anything", "old")
PADDING = (0.0, 0.5, 0.9)


@dataclass(frozen=True)
class Told:
    world: World
    said: Attribution
    leaks: Mapping[str, Leak]
    takers: Mapping[str, tuple[str, ...]]

    def named(self, name: str) -> tuple[str, ...]:
        return tuple(t.account for t in self.leaks[name].takers)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    made = world()
    takers: dict[str, tuple[str, ...]] = {}
    plant(made, takers)
    for seed in SEEDS:
        rng = np.random.default_rng(1000 + seed)
        rows = int(rng.choice([60, 150, 400]))
        for kind in NULLS[:3]:
            made.leak(f"{kind}-{seed}", getattr(made, kind)(rng, rows))
        who = sorted(made.bulk)[seed % len(made.bulk)]
        taken = [int(x) for x in rng.choice(made.bulk[who], 80, replace=False)]
        made.leak(f"old-{seed}", taken, kind="landline")
    with opened(made, tmp_path_factory.mktemp("world") / "w") as scene:
        said = attribute(scene, Options(draws=99))
    return Told(made, said, {x.leak.split("/")[1][:-4]: x for x in said.leaks}, takers)


def plant(made: World, takers: dict[str, tuple[str, ...]]) -> None:
    rng = np.random.default_rng(5)
    people = [a for a in sorted(made.bulk) if a != "t1"]
    for padding in PADDING:
        for who in people[:4]:
            name = f"bulk-{padding}-{who}"
            taken = [int(x) for x in rng.choice(made.bulk[who], 100, replace=False)]
            more = made.popular(rng, round(100 * padding / (1 - padding))) if padding < 0.9 else []
            made.leak(name, sorted({*taken, *more}), foreign=900 if padding == 0.9 else 0)
            takers[name] = (who,)
    for who in ("a05", "a16", "a28"):
        name = f"work-{who}"
        made.leak(name, [int(x) for x in rng.choice(sorted(made.read_by[who]), 150, replace=False)], foreign=50)
        takers[name] = (who,)
    for one, two in ((people[0], people[3]), (people[1], people[4])):
        name = f"two-{one}"
        taken = [int(x) for w in (one, two) for x in rng.choice(made.bulk[w], 80, replace=False)]
        made.leak(name, sorted(set(taken)), foreign=100)
        takers[name] = (one, two)
    mixed(made, rng, people[0])
    made.leak("twins", made.bulk["t1"][:120])
    made.leak("tiny", made.bulk[people[0]][:4])
    made.leak("foreign", [], foreign=50)


def mixed(made: World, rng: np.random.Generator, who: str) -> None:
    """A leak of what somebody took, of what he read when it was long out of date, and of another data set."""
    read = [int(x) for x in rng.permutation(made.bulk[who])[:150]]
    made.leak("mixed", read[:100])
    made.rows["documents"][-1] |= {"rows": 150, "persons": 150}
    for n in range(20):
        made.add(
            "records", dataset="loans", subject=f"l{n}", ordinal=n, version=0, segment="l", source="clients/loans.csv"
        )
        made.add("subjects", dataset="loans", subject=f"l{n}", ordinal=n, version=0, kind="mobile", token=f"loan{n}")
    for line, token in enumerate(
        [*(f"landline{n}" for n in read[100:130]), *(f"loan{n}" for n in range(20))], start=102
    ):
        kind = token.rstrip("0123456789").replace("loan", "mobile")
        made.add("holdings", source="leaks/mixed.csv", line=line, holder="", role="leak", kind=kind, category="contact",
                 token=token, confidence=1.0)  # fmt: skip


def test_rows_of_another_data_set_and_of_before_the_log_are_laid_to_nobody(told: Told) -> None:
    leak = told.leaks["mixed"]
    (taker,) = leak.takers
    assert (leak.dataset, leak.ours, leak.not_ours) == (DATASET, 150, 0)
    assert (taker.rows_explained, taker.share, leak.unexplained) == (100, 100 / 150, 50)
    notes = " ".join(n.en for n in leak.notes)
    assert "20 of the rows are of the data set loans" in notes
    assert "30 rows hold values that were out of date" in notes


@pytest.mark.parametrize("kind", NULLS)
def test_a_leak_that_nobody_took_names_nobody(told: Told, kind: str) -> None:
    wrong = {f"{kind}-{s}": told.named(f"{kind}-{s}") for s in SEEDS if told.leaks[f"{kind}-{s}"].takers}
    assert wrong == {}
    assert all(told.leaks[f"{kind}-{s}"].notes for s in SEEDS)


def test_takers_are_named_and_nobody_beside_them(told: Told) -> None:
    found = {name: told.named(name) for name in told.takers}
    beside = {n: found[n] for n, who in told.takers.items() if set(found[n]) - set(who)}
    recall = {
        kind: np.mean([w in found[n] for n, who in told.takers.items() if n.startswith(kind) for w in who])
        for kind in (*(f"bulk-{p}" for p in PADDING), "work", "two")
    }
    print("recall of takers:", {k: round(float(v), 2) for k, v in recall.items()}, "beside:", beside)
    assert beside == {}
    assert recall["bulk-0.0"] >= 0.75
    assert recall["bulk-0.9"] >= 0.75
    assert recall["bulk-0.5"] >= 0.5
    assert recall["work"] >= 0.3
    assert recall["two"] >= 0.5


def test_a_named_taker_is_dated_placed_counted_and_cited(told: Told) -> None:
    lines = {Citation(r["source"], r["line"]) for r in told.world.rows["access"]}
    seen = 0
    for name in (n for n in told.takers if n.startswith("bulk-")):
        for taker in told.leaks[name].takers:
            leak = told.leaks[name]
            who = f"E{taker.account[1:]}"
            assert taker.starts <= day(BULK_DAY) <= taker.ends
            assert [p.employee for p in taker.people if p.probability > 0.5] == [who]
            assert taker.devices == (f"PC-{taker.account[1:]}",)
            assert taker.rows_explained >= 80
            assert taker.rows_explained + leak.unexplained == leak.ours or len(leak.takers) > 1
            assert taker.share == pytest.approx(taker.rows_explained / leak.ours)
            assert 0.5 < taker.probability <= Options().ceiling
            assert taker.bits == pytest.approx(sum(s.bits for s in taker.statements))
            cited = {c for s in taker.statements for c in s.evidence}
            assert cited
            assert cited <= lines
            seen += 1
    assert seen


def test_rows_of_others_are_counted_as_not_ours(told: Told) -> None:
    for name, leak in told.leaks.items():
        foreign = sum(
            r["token"].startswith("foreign") for r in told.world.rows["holdings"] if r["source"] == f"leaks/{name}.csv"
        )
        assert (leak.not_ours, leak.ours + leak.not_ours) == (foreign, leak.rows), name


def test_a_service_that_reads_everything_is_not_named_and_said_to_be_left_out(told: Told) -> None:
    assert not any("backup" in (t.account, *t.alike) for leak in told.leaks.values() for t in leak.takers)
    assert all(any("backup" in n.en for n in told.leaks[name].notes) for name in ("twins", "anything-0"))


def test_two_who_read_the_same_share_the_probability(told: Told) -> None:
    (taker,) = told.leaks["twins"].takers
    assert {taker.account, *taker.alike} == {"t1", "t2"}
    assert taker.probability <= 0.5
    assert taker.people == () or all(p.employee == "?" for p in taker.people)


def test_too_few_rows_and_foreign_rows_are_said(told: Told) -> None:
    assert told.leaks["tiny"].takers == ()
    assert "too few" in told.leaks["tiny"].notes[0].en
    assert told.leaks["foreign"].dataset is None
    assert told.leaks["foreign"].ours == 0


def test_old_values_date_the_theft_before_the_log(told: Told) -> None:
    for seed in SEEDS:
        after = told.leaks[f"old-{seed}"].not_after
        assert after is None or after <= day(-29)


def test_rows_that_were_out_of_date_before_the_log_are_laid_to_nobody(told: Told) -> None:
    for seed in SEEDS:
        leak = told.leaks[f"old-{seed}"]
        assert leak.takers == ()
        assert f"{leak.ours:,} rows hold values that were out of date" in leak.notes[0].en
        assert "过时" in leak.notes[0].zh
    assert not any("out of date" in n.en for n in told.leaks["twins"].notes)


def test_records_that_nobody_is_known_to_have_read_are_said(told: Told) -> None:
    ever = set().union(*(s for a, s in told.world.read_by.items() if a != "backup"))
    unread = [n for n in range(SIZE) if n not in ever]
    assert len(unread) > 20  # the backup reads them, as it reads everything
    for seed in SEEDS:
        leak = told.leaks[f"anything-{seed}"]
        rows = [r for r in told.world.rows["holdings"] if r["source"] == leak.leak]
        missing = sum(int(r["token"].removeprefix("mobile")) in set(unread) for r in rows)
        said = [n.en for n in leak.notes if "read by no account" in n.en]
        assert bool(said) == (missing >= 0.1 * len(rows))
        if said:
            assert said[0].startswith(f"{missing:,} of our {len(rows):,} records")


def test_the_export_that_gave_most_rows_is_named_with_its_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    made, rng = world(), np.random.default_rng(8)
    taken = sorted(int(x) for x in rng.choice(1200, 200, replace=False))
    for number in taken:
        made.add("returned", returned="set0", dataset=DATASET, subject=f"c{number}", ordinal=number)
    made.event("access", moment(day(30), 15.0), account="a05", ip="10.0.1.5", application="db", dataset=DATASET,
               action="sql", rows=len(taken), returned="set0", exact=True, outcome="success")  # fmt: skip
    made.leak("exported", [int(x) for x in rng.choice(taken, 70, replace=False)])
    with opened(made, tmp_path_factory.mktemp("exported") / "w") as scene:
        (leak,) = attribute(scene, Options(draws=99)).leaks
    (taker,) = leak.takers
    assert taker.account == "a05"
    act = next(r for r in made.rows["access"] if r.get("action") == "sql")
    (said,) = [s.text for s in taker.statements if "returned these rows" in s.text.en]
    assert f"({act['source']}:{act['line']}) returned 200 records, 70 of them in the leak" in said.en
    assert "70 条在泄露数据中" in said.zh


def test_one_list_of_many_that_were_drawn_that_day_is_told_from_the_others(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made, rng = world(), np.random.default_rng(9)
    drawn = {f"set{i}": sorted(int(x) for x in rng.choice(1200, 90, replace=False)) for i in range(8)}
    for name, numbers in drawn.items():
        for number in numbers:
            made.add("returned", returned=name, dataset=DATASET, subject=f"c{number}", ordinal=number)
        made.event("access", moment(day(30), 15.0), account="a05", ip="10.0.1.5", application="db", dataset=DATASET,
                   action="sql", rows=len(numbers), returned=name, exact=True, outcome="success")  # fmt: skip
    made.event("access", moment(day(33), 9.0), account="a05", ip="10.0.1.5", application="db", dataset=DATASET,
               action="sql", rows=90, returned="set3", exact=True, outcome="success")  # fmt: skip
    given = rng.choice(drawn["set3"], 40, replace=False).tolist()
    made.leak("listed", [int(x) for x in (*given, *rng.choice(1200, 60, replace=False))])
    made.leak("nobody's", [int(x) for x in rng.choice(1200, 100, replace=False)])
    with opened(made, tmp_path_factory.mktemp("listed") / "w") as scene:
        h = histories(scene.engine, DATASET)
        listed, nobodys = attribute(scene, Options(draws=99)).leaks
    lists, a05 = h.exports, h.accounts.index("a05")
    assert [(lists.account[i], lists.records(i).tolist()) for i in range(8)] == [
        (a05, drawn[f"set{i}"]) for i in range(8)
    ]
    assert (lists.last - lists.first).tolist() == [0, 0, 0, 3, 0, 0, 0, 0]
    (taker,) = listed.takers
    assert (taker.account, taker.starts, taker.ends) == ("a05", day(30), day(33))
    said = next(s.text for s in taker.statements if s.kind == "hits")
    assert "drew 90 records in that time, as 1 list(s)" in said.en
    assert "以 1 份清单取得 90 条记录" in said.zh
    assert nobodys.takers == ()


@pytest.mark.parametrize(
    ("kind", "after"), [("random", BULK_DAY + 10), ("one_book", BULK_DAY + 10), ("before", BULK_DAY - 1)]
)
def test_complaints_that_have_nothing_in_common_lead_to_nobody(
    kind: str, after: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made, rng = world(), np.random.default_rng(4)
    who = sorted(made.bulk)[1]
    numbers = {
        "random": lambda: made.anything(rng, 30),
        "one_book": lambda: made.one_book(rng, 30),
        "before": lambda: rng.choice(made.bulk[who], 30, replace=False).tolist(),
    }[kind]()
    made.complain(numbers, after)
    with opened(made, tmp_path_factory.mktemp("null") / "w") as scene:
        found = attribute(scene, Options(draws=199)).complaints
    assert [s.account for s in found.common if s.p_value <= 0.01] == []
