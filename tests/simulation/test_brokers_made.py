"""The made market: same seed same bytes, only what was taken is written, and it drowns in ordinary life."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.broker_reading import (
    SMALL,
    TINY,
    chat_messages,
    digest,
    every_text,
    page_objects,
    text_messages,
    wechat_rows,
)

from headwater.identifiers import bank_card, resident_id
from headwater.model.errors import HeadwaterError
from headwater.simulation.brokers import BrokerFormats, BrokerHabits, brokers_of_size, make_brokers

Market = tuple[Path, dict[str, Any]]
SEED = 5


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    case = tmp_path_factory.mktemp("market") / "case"
    return case, make_brokers(case, seed=SEED, habits=SMALL)


def test_the_same_seed_gives_the_same_bytes_and_another_others(market: Market, tmp_path: Path) -> None:
    case, truth = market
    assert make_brokers(tmp_path / "again" / "case", seed=SEED, habits=SMALL) == truth
    assert digest(tmp_path / "again" / "case") == digest(case)
    assert make_brokers(tmp_path / "other" / "case", seed=SEED + 1, habits=SMALL) != truth
    assert digest(tmp_path / "other" / "case") != digest(case)


def test_the_truth_is_plain(market: Market) -> None:
    _, truth = market
    assert json.loads(json.dumps(truth)) == truth
    assert truth["world"] == "brokers"
    assert truth["case"] == "case"
    assert {"schema", "seed", "house", "doings", "benign", "leaks", "holdings", "complaints", "network"} <= set(truth)


def test_only_seized_phones_have_files(market: Market) -> None:
    case, truth = market
    network = truth["network"]
    taken = {p["name"] for p in network["people"] if p["seized"]} | {p["name"] for p in network["bystanders"]}
    assert len(taken) == SMALL.members * SMALL.seized + SMALL.bystanders
    for part in ("chats", "contacts"):
        assert {path.name for path in (case / part).iterdir()} == taken
    assert {path.name for path in (case / "payments").iterdir()} <= taken
    assert {path.name for path in case.iterdir()} == {"headwater.toml", "chats", "contacts", "payments"}


def test_every_form_reads_back_to_what_was_written(market: Market) -> None:
    case, truth = market
    counts: dict[str, int] = defaultdict(int)
    for form, count in chat_messages(case):
        counts[form] += count
    assert set(counts) == {"csv", "jsonl", "html", "txt"}
    assert sum(counts.values()) == truth["network"]["written"]["messages"]


def test_rows_of_the_older_export_are_longer_and_name_the_peer(market: Market) -> None:
    case, _ = market
    older, newer = [], []
    for path in sorted((case / "chats").rglob("*.csv")):
        if path.read_bytes().startswith(b"\xef\xbb\xbf") and "@chatroom" not in path.name:
            rows = wechat_rows(path)
            peer = re.findall(r"\(([\w@]+)\)(?:_\w+)?\.csv$", path.name)[-1]
            (older if len(rows[0]) > 12 else newer).extend((row, peer) for row in rows if row[4] == "1")
    assert {row[11] == peer for row, peer in older} == {True}
    assert {row[11] == peer for row, peer in newer} == {False}
    assert any("<transferid>" in row[7] for row, _ in older)
    assert any(row[7].startswith("[转账] ¥") for row, _ in newer)


def test_pages_and_texts_hold_times_and_words(market: Market) -> None:
    case, _ = market
    pages = [page_objects(path) for path in sorted((case / "chats").rglob("*.html"))]
    assert all({"type", "text", "is_send", "timestamp", "displayname"} <= set(each) for page in pages for each in page)
    paid = [each for page in pages for each in page if each.get("sub_type") == 2000]
    assert paid
    assert all(re.fullmatch(r"￥\d+\.\d\d", each["feedesc"]) for each in paid)
    texts = [message for path in sorted((case / "chats").rglob("*.txt")) for message in text_messages(path)]
    assert texts == sorted(texts, key=lambda m: m[0]) or len({t for t, _ in texts}) > 1


def test_ordinary_life_is_most_of_it(market: Market) -> None:
    written = market[1]["network"]["written"]
    assert written["trade_messages"] < 0.5 * written["messages"]


def test_more_chatter_means_more_ordinary_messages(market: Market, tmp_path: Path) -> None:
    written = market[1]["network"]["written"]
    louder = make_brokers(tmp_path / "case", seed=SEED, habits=replace(SMALL, chatter=6.0))["network"]["written"]
    assert louder["trade_messages"] == written["trade_messages"]
    ordinary = written["messages"] - written["trade_messages"]
    assert louder["messages"] - louder["trade_messages"] > 2 * ordinary


def test_no_living_person_can_have_the_numbers(market: Market) -> None:
    case, truth = market
    text = every_text(case) + json.dumps(truth, ensure_ascii=False)
    retired = set(
        json.loads(
            Path(make_brokers.__globals__["__file__"]).parents[1].joinpath("retired_counties.json").read_text("utf-8")
        )["codes"]
    )
    numbers = {n.upper() for n in re.findall(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])", text)}
    valid = {n for n in numbers if resident_id.is_valid(n)}
    assert len(valid) > SMALL.orders / 2
    assert {n[:6] for n in valid} <= retired
    cards = set(re.findall(r"_([0-9]{19})_流水", text)) | {
        a for p in truth["network"]["people"] for a in p["aliases"] if re.fullmatch("[0-9]{19}", a)
    }
    assert len(cards) >= SMALL.members
    assert not any(bank_card.is_valid(card) for card in cards)


def test_a_person_is_called_differently_on_different_phones(market: Market) -> None:
    case, _ = market
    remarks: dict[str, set[str]] = defaultdict(set)
    for path in sorted((case / "contacts").rglob("contacts.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                remarks[row["wxid"]].add(row["remark"])
    assert sum(len(names) > 1 for names in remarks.values()) > 10


def test_both_phones_hold_the_same_chat_unless_somebody_deleted(tmp_path: Path) -> None:
    habits = replace(TINY, seized=1.0, clock_skew=0.0, deleted_messages=0.0, wiped_conversations=0.0)
    habits = replace(habits, formats=BrokerFormats(chats=("json-lines",)), handovers=0)
    make_brokers(tmp_path / "case", seed=SEED, habits=habits)
    held: dict[str, dict[str, list[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((tmp_path / "case" / "chats").rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            message = json.loads(line)
            pair = " ".join(sorted([message["from"], message["to"]]))
            if "@chatroom" not in pair:
                held[pair][path.parent.name].append(
                    (message["time"], message["from"], message["type"], message["file"])
                )
    both = [list(phones.values()) for phones in held.values() if len(phones) == 2]
    assert len(both) > 20
    assert all(sorted(one) == sorted(other) for one, other in both)


def test_deleting_takes_away_and_a_wrong_clock_moves(market: Market, tmp_path: Path) -> None:
    whole = make_brokers(
        tmp_path / "whole", seed=SEED, habits=replace(SMALL, deleted_messages=0.0, wiped_conversations=0.0)
    )
    kept, count = market[1]["network"]["written"]["messages"], whole["network"]["written"]["messages"]
    assert 0.88 * count < kept < count
    moved = replace(TINY, clock_skew=1.0, formats=BrokerFormats(chats=("json-lines",)))
    still = replace(moved, clock_skew=0.0)
    firsts = []
    for name, habits in (("moved", moved), ("still", still)):
        make_brokers(tmp_path / name, seed=SEED, habits=habits)
        files = sorted((tmp_path / name / "chats").rglob("messages.jsonl"))
        firsts.append([json.loads(path.read_text("utf-8").splitlines()[0])["time"] for path in files])
    assert len(firsts[0]) == len(firsts[1])
    assert all(one != other for one, other in zip(*firsts, strict=True))


@pytest.mark.parametrize("events", [10_000, 40_000])
def test_a_market_of_a_size_has_about_that_size(events: int, tmp_path: Path) -> None:
    written = make_brokers(tmp_path / "case", seed=2, habits=brokers_of_size(events))["network"]["written"]
    assert 0.5 * events < written["messages"] + written["bill_rows"] < 2 * events


def test_sizes_grow_and_have_bounds() -> None:
    sizes = [brokers_of_size(10**n) for n in range(4, 8)]
    for smaller, larger in pairwise(sizes):
        assert (smaller.orders, smaller.members, smaller.days) < (larger.orders, larger.members, larger.days)
        assert smaller.members <= larger.members
    for wrong in (100, 10**8):
        with pytest.raises(HeadwaterError, match="ten thousand"):
            brokers_of_size(wrong)


@pytest.mark.parametrize("wrong", [{"tiers": 1}, {"tiers": 6}, {"members": 10}, {"days": 3}])
def test_a_market_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"made market|members or more"):
        BrokerHabits(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("tiers", [2, 5])
def test_markets_of_few_and_many_tiers_can_be_made(tiers: int, tmp_path: Path) -> None:
    habits = replace(TINY, tiers=tiers)
    truth = make_brokers(tmp_path / "case", seed=1, habits=habits)
    lengths = {len(order["path"]) for order in truth["network"]["orders"]}
    assert max(lengths) >= tiers + 2
    assert max(p["tier"] for p in truth["network"]["people"] if p["role"] == "source") == tiers + 1
