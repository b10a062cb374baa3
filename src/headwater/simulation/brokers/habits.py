"""How the made market works and what is seized of it: everything that a test may want to vary."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ChatForm = Literal["wechat-csv", "wechat-csv-long", "json-lines", "html", "html-json", "txt"]
WeChatForm = Literal["csv", "xlsx"]
AlipayForm = Literal["twelve", "sixteen"]
BankForm = Literal["two-columns", "signed", "debit-credit", "police-reply"]


@dataclass(frozen=True, slots=True)
class BrokerFormats:
    """The layouts that phones are exported in and bills are printed in; phones take them in turn.

    ``wechat-csv-long`` is the older export whose rows are longer than the header and whose ``Sender`` names the peer
    even in the owner's own rows; ``html`` holds a JavaScript array with bare keys, ``html-json`` one of JSON.
    """

    chats: tuple[ChatForm, ...] = (
        "wechat-csv",
        "json-lines",
        "wechat-csv-long",
        "html",
        "wechat-csv",
        "txt",
        "html-json",
    )
    wechat_bills: tuple[WeChatForm, ...] = ("csv", "csv", "xlsx")
    alipay_bills: tuple[AlipayForm, ...] = ("twelve", "sixteen")
    bank_statements: tuple[BankForm, ...] = ("two-columns", "signed", "debit-credit", "police-reply")


@dataclass(frozen=True, slots=True)
class BrokerHabits:
    """The ways of one market. Shares are between 0 and 1; ``docs/worlds/brokers.md`` says which are published.

    ``members`` are all people in the trade; ``tiers`` is the number of tiers of middlemen (2 to 5 here, up to 8 were
    published); ``seized`` is the share of the members whose phone was taken; ``chatter`` is how many messages of
    ordinary life there are for each message about trade on an average phone.
    """

    members: int = 60
    orders: int = 1500
    days: int = 90
    start: date = date(2022, 3, 7)
    tiers: int = 3
    seized: float = 0.5
    chatter: float = 4.0
    outside_contacts: int = 22  # per phone, on average: family, friends, work, deliveries, shops
    bystanders: int = 2  # phones of ordinary people that were taken as well
    skipped_tiers: float = 0.1  # of the ties between tiers
    corrupted_keys: float = 0.1
    batches: float = 0.3  # of the ties over which requests are collected and sent together
    forwarded: float = 0.25  # of the requests, word for word
    quoted: float = 0.06
    pictured: float = 0.05  # of the requests, as a picture of the text
    failures: float = 0.12
    refunds: float = 0.6  # of the failures that were paid for
    deposits: float = 0.08  # of the ties: money is paid in and orders are drawn from it
    halves: float = 0.15  # of the ties: half in advance
    post_paid: float = 0.2
    weekly: float = 0.12  # of the ties among customers; three times that between middlemen
    unpaid: float = 0.02
    escrow: float = 0.06  # of the customers' orders
    swaps: float = 0.03  # of the orders: an equal answers, and is answered another day
    bulk_files: int = 24
    bulk_rows: tuple[int, int] = (60, 600)
    resale: float = 0.6  # of those who bought a file: they sell it on, whole or cut
    extra_accounts: float = 0.35  # of the people in the trade
    renamed: float = 0.4
    handovers: int = 1  # accounts that pass from one person to another
    deleted_messages: float = 0.03
    wiped_conversations: float = 0.03
    deleted_bill_rows: float = 0.01
    clock_skew: float = 0.2  # of the phones
    mules: int = 2
    shops: int = 2
    silent_heads: int = 1
    unassigned_phones: float = 0.6  # why: see `made_people`
    formats: BrokerFormats = field(default_factory=BrokerFormats)

    def __post_init__(self) -> None:
        if not 2 <= self.tiers <= 5:
            raise ValueError("a made market has two to five tiers of middlemen")
        if self.members < 5 * self.tiers + 8:
            raise ValueError(f"{self.tiers} tiers want {5 * self.tiers + 8} members or more")
        if self.days < 14:
            raise ValueError("a made market wants fourteen days or more")
