"""Write down what was taken from one person: chats with the files beside them, bills, and the address book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from headwater.simulation.brokers import wallets
from headwater.simulation.brokers.bills.alipay import alipay
from headwater.simulation.brokers.bills.bank import bank_statement
from headwater.simulation.brokers.bills.row import Row
from headwater.simulation.brokers.bills.wechat_pay import wechat_pay
from headwater.simulation.brokers.bulk_files import write_sold
from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.exports.html import html
from headwater.simulation.brokers.exports.json_lines import json_lines
from headwater.simulation.brokers.exports.text import text
from headwater.simulation.brokers.exports.wechat_csv import wechat_csv
from headwater.simulation.brokers.habits import ChatForm
from headwater.simulation.brokers.lines import FILE, LIFE
from headwater.simulation.brokers.outsiders import Acquaintance, outsiders
from headwater.simulation.brokers.phone import Scene, life_chats, room_chats, surviving, trade_chats
from headwater.simulation.brokers.sightings import Sightings
from headwater.simulation.files import write_log, write_table

_OBTAINED = {"wechat": 0.95, "alipay": 0.85, "bank": 0.75}  # of the bills of those whose phone was taken; assumed


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose phone it is, and which layouts its files have."""

    person: int
    number: int  # of the phones taken so far
    payments: tuple[int, ...]  # places in the ledger

    def of(self, forms: tuple[str, ...]) -> str:
        """The layout whose turn it is."""
        return forms[self.number % len(forms)]


def take(scene: Scene, turn: Turn, case: Path, seen: Sightings) -> None:
    """Write everything of one person below ``case``."""
    made, name = scene.made, str(scene.made.people.name[turn.person])
    known = outsiders(made, turn.person)
    book: dict[str, list[str]] = {}
    gifts: dict[int, list[Chat]] = {}
    form: ChatForm = turn.of(made.habits.formats.chats)  # type: ignore[assignment]
    writer = _Writer(case / "chats" / name, form)
    for account in made.accounts.of(turn.person):
        gifts[account] = []
        for chat, trade in _chats(scene, account, known):
            if not trade and not chat.room:
                money = [line for line in chat.lines if line.payment == LIFE]
                gifts[account].append(Chat(chat.parties, "", chat.title, money))
            held = surviving(chat, made, turn.person)
            _note(book, held, made.dice(f"book/{turn.person}/{chat.peer}"), seen, scene)
            if held.lines:
                writer.write(held, account == made.accounts.main[turn.person])
                seen.read(held, form, trade)
                _sold(scene, held, case / "chats" / name, seen)
        writer.flush(made.accounts.rows[account].wxid, account == made.accounts.main[turn.person])
        if account != made.accounts.main[turn.person] and form not in ("txt",):
            seen.see(turn.person, made.accounts.rows[account].wxid)
    seen.see(turn.person, name)
    rows = [["wxid", "nickname", "remark", "phone"], *(book[wxid] for wxid in sorted(book))]
    write_table(case / "contacts" / name / "contacts.csv", rows)
    _bills(scene, turn, case, gifts, seen)


def _chats(scene: Scene, account: int, known: list[Acquaintance]) -> Iterator[tuple[Chat, bool]]:
    """All chats of an account, and whether they are of the trade."""
    row = scene.made.accounts.rows[account]
    if row.person < scene.made.people.members:
        for chat in trade_chats(scene, account):
            yield chat, True
        for chat in room_chats(scene, account):
            yield chat, True
    if account == scene.made.accounts.main[row.person]:
        for chat in life_chats(scene, account, known):
            yield chat, False


class _Writer:
    """Writes the chats of one phone in its form; the numbers in its database run on from chat to chat."""

    def __init__(self, folder: Path, form: ChatForm) -> None:
        self._folder, self._form = folder, form
        self._talker, self._next = 0, 1
        self._held: list[Chat] = []
        self._names: dict[str, int] = {}

    def write(self, chat: Chat, main: bool) -> None:
        """Write one chat, or keep it where all chats share one file."""
        self._talker += 1
        own = "" if main else f"_{chat.owner.wxid}"
        title = chat.title.replace("/", "_")
        if self._form == "json-lines":
            self._held.append(chat)
        elif self._form in ("wechat-csv", "wechat-csv-long"):
            body = wechat_csv(chat, self._talker, self._next, self._form == "wechat-csv-long")
            self._put(f"{title}({chat.peer}){own}.csv", f"\ufeff{body}")
        elif self._form == "txt":
            again = self._names[title] = self._names.get(title, 0) + 1
            self._put(f"{title}{f'_{again}' if again > 1 else ''}.txt", text(chat))
        else:
            self._put(f"{title}({chat.peer}){own}.html", html(chat, self._form == "html-json"))
        self._next += len(chat.lines) + self._talker % 5

    def flush(self, wxid: str, main: bool) -> None:
        """Write the file that all chats of an account share, if the form has one."""
        if self._held:
            write_log(self._folder / ("messages.jsonl" if main else f"messages_{wxid}.jsonl"), json_lines(self._held))
            self._held = []

    def _put(self, name: str, content: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_text(content, encoding="utf-8", newline="")


def _note(book: dict[str, list[str]], chat: Chat, rng: np.random.Generator, seen: Sightings, scene: Scene) -> None:
    """The address book holds everybody one has a chat with, sometimes with a number."""
    if chat.room:
        return
    peer = chat.parties[1]
    phone = str(scene.made.people.phone[peer.person]) if peer.person >= 0 and rng.random() < 0.2 else ""
    book.setdefault(peer.wxid, [peer.wxid, peer.nickname, peer.remark, phone])
    if book[peer.wxid][1:] == [peer.nickname, peer.remark, phone]:
        seen.see(peer.person, peer.wxid, peer.nickname, phone)


def _sold(scene: Scene, chat: Chat, folder: Path, seen: Sightings) -> None:
    """The files that were sent in a chat lie beside it."""
    sent = {line.ref for line in chat.lines if line.kind == FILE}
    if not sent:
        return
    sides = {party.person for party in chat.parties}
    for place, deal in enumerate(scene.made.deals):
        if deal.file in sent and {deal.seller, deal.buyer} == sides:
            seen.deals[place] = True
            write_sold(scene.made, deal, folder)


def _bills(scene: Scene, turn: Turn, case: Path, gifts: dict[int, list[Chat]], seen: Sightings) -> None:
    made, person, name = scene.made, turn.person, str(scene.made.people.name[turn.person])
    rng = made.dice(f"bills/{person}")
    folder, formats = case / "payments" / name, made.habits.formats
    drawn: list[Row] = []
    for account, chats in gifts.items():
        row = made.accounts.rows[account]
        held = [
            r for r in wallets.wallet(made, account, turn.payments, chats, rng) if row.since <= r.time < made.span.end
        ]
        drawn += held
        held = _kept(held, made.habits.deleted_bill_rows, rng)
        if held and rng.random() < _OBTAINED["wechat"]:
            sheet = turn.of(formats.wechat_bills) == "xlsx"
            nickname = row.nickname(made.span.end)
            cells = wechat_pay(nickname, held, made.span, sheet)
            path = write_table(folder / f"微信支付账单({row.wxid}).csv", cells, "xlsx" if sheet else "utf-8-sig")
            _seen(seen, held, path.relative_to(case), person, row.wxid, nickname)
    held = [r for r in wallets.alipay_rows(made, person, turn.payments, rng) if r.time < made.span.end]
    drawn += held
    held = _kept(held, made.habits.deleted_bill_rows, rng)
    login = str(made.accounts.alipay[person])
    if held and rng.random() < _OBTAINED["alipay"]:
        path = folder / f"alipay_record_{made.habits.start:%Y%m%d}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            alipay(login, name, held, made.span, turn.of(formats.alipay_bills) == "twelve").encode("gb18030")
        )
        _seen(seen, held, path.relative_to(case), person, login)
    rows = [r for r in wallets.bank_rows(made, person, turn.payments, drawn, rng) if r.time < made.span.end]
    if rows and rng.random() < _OBTAINED["bank"]:
        _bank(scene, turn, case, rows, seen, rng)


def _bank(scene: Scene, turn: Turn, case: Path, rows: list[Row], seen: Sightings, rng: np.random.Generator) -> None:
    made, person = scene.made, turn.person
    form = made.habits.formats.bank_statements[turn.number % len(made.habits.formats.bank_statements)]
    name, card, bank = (str(column[person]) for column in (made.people.name, made.accounts.card, made.accounts.bank))
    rows = sorted(rows, key=lambda r: (r.time, r.number))
    lowest = min(np.cumsum([row.sign * row.amount for row in rows]))
    opening = round(max(0.0, -float(lowest)) + float(rng.integers(1_000, 20_000)), 2)
    cells = bank_statement(form, name, card, rows, opening, made.span)
    kind = "gb18030" if form == "police-reply" else ("utf-8", "xlsx")[turn.number // 4 % 2]
    path = write_table(case / "payments" / name / f"{bank}_{card}_流水.csv", cells, kind)  # type: ignore[arg-type]
    for row in rows:
        if row.person >= 0 and row.kind != "快捷支付":
            seen.see(row.person, row.other, row.account)
    _seen(seen, [row._replace(person=-1) for row in rows], path.relative_to(case), person, card)


def _kept(rows: list[Row], share: float, rng: np.random.Generator) -> list[Row]:
    return [row for row, stays in zip(rows, (rng.random(len(rows)) >= share).tolist(), strict=True) if stays]


def _seen(seen: Sightings, rows: list[Row], path: Path, person: int, *aliases: str) -> None:
    """Note a bill: whose it is, which payments of the trade lie in it, and who is named by his nickname."""
    seen.see(person, *aliases)
    seen.payments += len(rows)
    for row in rows:
        if row.payment >= 0:
            seen.bills[row.payment].append(path.as_posix())
        if row.person >= 0 and not row.other.startswith("*"):
            seen.see(row.person, row.other.removeprefix("发给"))
