"""The truth of a made market holds together, and agrees with what lies in the case."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.broker_reading import (
    SMALL,
    amount,
    bill,
    every_text,
    page_objects,
    table,
    text_messages,
    wechat_rows,
)

from headwater.simulation.brokers import make_brokers

Market = tuple[Path, dict[str, Any]]
SOLD = {"order", "half", "rest", "settlement", "released", "bulk"}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    case = tmp_path_factory.mktemp("truth") / "case"
    return case, make_brokers(case, seed=8, habits=SMALL)["network"]


@pytest.fixture(scope="module")
def text(market: Market) -> str:
    return every_text(market[0])


def when(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def people(network: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {person["id"]: person for person in network["people"]}


def test_paths_run_from_a_customer_to_a_source(market: Market) -> None:
    known = people(market[1])
    assert len(market[1]["orders"]) > 0.9 * SMALL.orders
    for order in market[1]["orders"]:
        path = order["path"]
        assert [hop["from"] for hop in order["hops"]] == path[:-1]
        assert [hop["to"] for hop in order["hops"]] == path[1:]
        assert len(set(path)) == len(path)
        assert (known[path[0]]["role"], known[path[-1]]["role"]) == ("customer", "source")
        tiers = [known[person]["tier"] for person in path]
        climbs = [up > down or hop["swap"] for down, up, hop in zip(tiers, tiers[1:], order["hops"], strict=False)]
        assert all(climbs)
        assert set(order["seen"]) <= set(path)


def test_requests_go_up_and_results_come_down_in_time(market: Market) -> None:
    for order in market[1]["orders"]:
        asked = [when(hop["asked"]) for hop in order["hops"]]
        answered = [when(hop["answered"]) for hop in order["hops"]]
        assert when(order["time"]) == asked[0]
        assert asked == sorted(set(asked))
        assert answered == sorted(set(answered), reverse=True)
        assert answered[-1] > asked[-1]


def test_insiders_answer_in_office_hours(market: Market) -> None:
    known = people(market[1])
    offices = [
        o["hops"][-1] for o in market[1]["orders"] if known[o["path"][-1]]["kind"] in ("bank", "telecom", "police")
    ]
    times = [when(hop["answered"]) for hop in offices]
    assert len(times) > 50
    assert all(9 <= time.hour < 18 for time in times)
    assert sum(time.weekday() >= 5 for time in times) < 0.1 * len(times)


def test_prices_rise_toward_the_customer(market: Market) -> None:
    shares = []
    for order in market[1]["orders"]:
        prices = [hop["price"] for hop in order["hops"] if not hop["swap"]]
        assert prices == sorted(set(prices), reverse=True)
        assert all(hop["price"] == 0 for hop in order["hops"] if hop["swap"])
        shares.append(prices[-1] / prices[0])
    middle = sorted(shares)[len(shares) // 2]
    assert 0.2 <= middle <= 0.4


def test_gains_follow_from_orders_and_files(market: Market) -> None:
    network = market[1]
    sums: dict[str, dict[str, int]] = {name: defaultdict(int) for name in ("gains", "paid", "given", "got")}
    for hop in (hop for order in network["orders"] for hop in order["hops"]):
        assert 0 <= hop["refund"] <= hop["paid"] <= hop["price"]
        for side, name in (("to", "gains"), ("from", "paid")):
            sums[name][hop[side]] += hop["paid"]
        sums["given"][hop["to"]] += hop["refund"]
        sums["got"][hop["from"]] += hop["refund"]
    for deal in network["bulk"]:
        sums["gains"][deal["seller"]] += deal["price"]
        sums["paid"][deal["buyer"]] += deal["price"]
    for payment in network["payments"]:
        if payment["what"] == "share":
            sums["gains"][payment["to"]] += payment["amount"]
            sums["paid"][payment["from"]] += payment["amount"]
    for person in network["people"]:
        who = person["id"]
        assert person["gains"] == sums["gains"][who]
        assert person["paid"] == sums["paid"][who]
        assert person["net"] == person["gains"] - person["paid"] - sums["given"][who] + sums["got"][who]


def test_payments_add_up_to_gains(market: Market) -> None:
    network = market[1]
    received: dict[str, int] = defaultdict(int)
    drawn = {p["for"] for p in network["payments"] if p["what"] == "deposit"}
    for payment in network["payments"]:
        if payment["what"] in SOLD and not payment["returned"]:
            received[payment["for"]] += payment["amount"]
    sellers = [p for p in network["people"] if p["gains"] and p["id"] not in drawn]
    assert len(sellers) > 5
    for person in sellers:
        assert received[person["id"]] == person["gains"] - person["shares"]


def test_items_count_each_subject_once_per_recipient(market: Market) -> None:
    pairs: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for order in market[1]["orders"]:
        if order["fulfilled"]:
            for hop in order["hops"]:
                pairs[hop["to"], order["category"]].add((order["subject"]["id_number"], hop["from"]))
    for person in market[1]["people"]:
        counts = {category: count for category, count in person["items"].items() if category != "contact"}
        assert counts == {category: len(held) for (who, category), held in pairs.items() if who == person["id"]}


def test_every_payment_that_is_said_to_lie_in_a_bill_does(market: Market) -> None:
    case, network = market
    files = sorted({path for payment in network["payments"] for path in payment["bills"]})
    sums = {path: {abs(amount(row)) for row in bill(case / path)[1]} for path in files}
    shown = [p for p in network["payments"] if p["bills"]]
    assert len(shown) > 0.4 * len(network["payments"])
    assert any(len(p["bills"]) >= 3 for p in shown)
    for payment in shown:
        for path in payment["bills"]:
            assert payment["amount"] in sums[path]


def test_bills_hold_every_payment_of_their_owner_unless_rows_were_deleted(market: Market) -> None:
    case, network = market
    known = people(network)
    wallets = {p["id"] for p in network["people"] if list((case / "payments" / p["name"]).glob("微信支付账单*"))}
    banks = {p["id"] for p in network["people"] if list((case / "payments" / p["name"]).glob("*_流水.*"))}
    lost = total = 0
    for payment in network["payments"]:
        for side in ("from", "to"):
            owner = known[payment[side]]["name"]
            own = [path for path in payment["bills"] if path.split("/")[1] == owner]
            if payment["channel"] == "bank" and payment[side] in banks:
                assert own, payment
            elif payment["channel"] in ("transfer", "packet", "code") and payment[side] in wallets:
                total += 1
                lost += not own and not (payment["returned"] and side == "to")
    assert total > 100
    assert lost < 0.1 * total


def test_totals_of_bills_are_the_sums_of_their_rows(market: Market) -> None:
    case, _ = market
    checked = set()
    for path in sorted((case / "payments").rglob("*.*")):
        head, rows, tail = bill(path)
        amounts = [amount(row) for row in rows]
        gained, spent = sum(a for a in amounts if a > 0), -sum(a for a in amounts if a < 0)
        told = "\n".join(" ".join(row) for row in head + tail)
        if found := re.findall(r"收入[：:](\d+)笔[ ,](-?[\d.]+)元", told):
            assert (int(found[0][0]), float(found[0][1])) == (sum(a > 0 for a in amounts), pytest.approx(gained))
            checked.add("wallet")
        if found := re.findall(r"合计 收入\d+笔 ([\d.,]+) 支出\d+笔 ([\d.,]+)", told):
            assert [float(f.replace(",", "")) for f in found[0]] == [pytest.approx(gained), pytest.approx(spent)]
            checked.add("bank")
    assert checked == {"wallet", "bank"}


def test_visible_aliases_are_in_the_case(market: Market, text: str) -> None:
    shown = [alias for person in market[1]["people"] for alias in person["visible_aliases"]]
    assert len(shown) > 2 * SMALL.members
    assert [alias for alias in shown if alias not in text] == []
    for person in market[1]["people"]:
        assert set(person["visible_aliases"]) <= set(person["aliases"])


def test_aliases_that_are_not_visible_are_nowhere(market: Market, text: str) -> None:
    case, network = market
    handed = {each["alias"] for each in network["handovers"]}
    hidden = [set(p["aliases"]) - set(p["visible_aliases"]) - handed for p in network["people"]]
    ids = [alias for aliases in hidden for alias in aliases if re.fullmatch(r"[\w@.]{8,}", alias, re.ASCII)]
    assert len(ids) > SMALL.members
    assert [alias for alias in ids if alias in text] == []
    taken = {each["from"] for each in network["handovers"]} | {each["to"] for each in network["handovers"]}
    names = shown_names(case)
    nicknames = [
        a
        for p, aliases in zip(network["people"], hidden, strict=True)
        if p["id"] not in taken
        for a in aliases
        if a not in ids
    ]
    outside = outside_names(case, network)
    assert [name for name in nicknames if name in names - outside] == []


def shown_names(case: Path) -> set[str]:
    """Every name that stands in a cell of its own somewhere."""
    names: set[str] = {path.name for path in (case / "chats").iterdir()}
    for path in sorted((case / "chats").rglob("*")):
        if path.suffix == ".csv" and path.read_bytes().startswith(b"\xef\xbb\xbf"):
            names |= {row[10] for row in wechat_rows(path)}
        elif path.suffix == ".html":
            names |= {each["displayname"] for each in page_objects(path)}
        elif path.suffix == ".txt":
            names |= {name for _, name in text_messages(path)}
    for path in sorted((case / "contacts").rglob("*.csv")):
        names |= {row[1] for row in table(path)}
    for path in sorted((case / "payments").rglob("*.*")):
        for row in bill(path)[1]:
            names |= {
                row.get(c, "").removeprefix("发给")
                for c in ("交易对方", "对手户名", "对方户名", "对方账户名", "对方户名 Payment Name")
            }
    return names - {""}


def outside_names(case: Path, network: dict[str, Any]) -> set[str]:
    """Nicknames of people outside of the trade, who may call themselves as somebody in it does."""
    ours = {alias for person in network["people"] for alias in person["aliases"]}
    names: set[str] = set()
    for path in sorted((case / "contacts").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            names |= {row["nickname"] for row in csv.DictReader(stream) if row["wxid"] not in ours}
    for path in sorted((case / "chats").rglob("*业主群*.csv")):
        names |= {row[10] for row in wechat_rows(path)}
    for path in [*(case / "chats").rglob("*业主群*.html"), *(case / "chats").rglob("*家族群*.html")]:
        names |= {each["displayname"] for each in page_objects(path)}
    for path in [*(case / "chats").rglob("*业主群*.txt"), *(case / "chats").rglob("*家族群*.txt")]:
        names |= {name for _, name in text_messages(path)}
    for path in (case / "chats").rglob("*家族群*.csv"):
        names |= {row[10] for row in wechat_rows(path)}
    return names


def test_orders_that_are_seen_can_be_read(market: Market, text: str) -> None:
    plain = re.sub(r"[ \-]", "", text)
    seen = [order for order in market[1]["orders"] if order["seen"] and not order["corrupted"]]
    assert len(seen) > 0.5 * len(market[1]["orders"])
    for order in seen:
        assert any(value in plain for value in order["subject"].values())


def test_files_that_were_sold_lie_beside_the_chats(market: Market) -> None:
    case, network = market
    shown = [deal for deal in network["bulk"] if deal["visible"]]
    assert shown
    for deal in shown:
        found = list((case / "chats").glob(f"*/{deal['file']}"))
        assert found
        assert {len(table(path)) - 1 for path in found} == {deal["rows"]}
    files = {path.name for path in (case / "chats").rglob("*.xlsx")}
    assert files <= {deal["file"] for deal in shown}


def test_a_file_is_cheaper_by_the_row_for_those_nearer_the_source(market: Market) -> None:
    known = people(market[1])
    rates: dict[int, list[float]] = defaultdict(list)
    for deal in market[1]["bulk"]:
        if deal["rows"] >= 30:
            rates[known[deal["buyer"]]["tier"]].append(deal["price"] / deal["rows"])
    middle = [sorted(rates[tier])[len(rates[tier]) // 2] for tier in sorted(rates)]
    assert middle == sorted(middle, reverse=True)
    assert len(middle) >= 3


def test_heads_are_silent_and_mules_pass_on(market: Market) -> None:
    network = market[1]
    trading = {person for order in network["orders"] for person in order["path"]}
    silent = {p["id"] for p in network["people"] if p["silent"]}
    mules = {p["id"] for p in network["people"] if p["role"] == "mule"}
    assert silent
    assert mules
    assert not (silent | mules) & trading
    assert {p["what"] for p in network["payments"] if p["to"] in silent} == {"share"}
    taken, passed = (sum(p["amount"] for p in network["payments"] if p[side] in mules) for side in ("to", "from"))
    assert 0.8 * taken <= passed <= taken


def test_people_have_several_accounts_that_belong_together(market: Market) -> None:
    known = [set(person["aliases"]) for person in market[1]["people"]]
    assert market[1]["merges"]
    for one, other in market[1]["merges"]:
        assert any({one, other} <= aliases for aliases in known)
