"""The market as it was rebuilt: people behind accounts, orders with their paths, money, and who holds it together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text

Counts = Mapping[str, int]
PART = "#"
"""What stands before the number of the part in the id of an account that passed to somebody else (``wxid_a#1``, ``wxid_a#2``)."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name under which a person was seen.

    ``kind``: account, nickname, name (masked), phone, card, wallet (masked). ``account`` is the account it belongs to.
    """

    value: str
    kind: str
    account: str = ""
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Why two accounts are held to be one person's; bits add up, negative ones speak against it."""

    first: str
    second: str
    statements: tuple[Statement, ...]
    verdict: str = ""
    """``merge`` or ``split`` where a human has said so."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money of one person in CNY: matched to orders (the low figure), and all from and to people of the market (the high one).

    ``received`` is gross; ``passed_up`` was paid to sellers; ``refunded`` was given back; ``returned`` was got back;
    ``kept`` is received - passed_up - refunded + returned.
    """

    received: float = 0.0
    passed_up: float = 0.0
    refunded: float = 0.0
    returned: float = 0.0

    @property
    def income(self) -> float:
        """What was received and not given back."""
        return self.received - self.refunded

    @property
    def spent(self) -> float:
        """What was passed up and not got back."""
        return self.passed_up - self.returned

    @property
    def kept(self) -> float:
        """What stayed with the person."""
        return self.received - self.passed_up - self.refunded + self.returned


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the market.

    ``role`` is the foremost of ``roles`` (customer, middleman, source, shop, escrow, mule, head; empty when the facts do not
    say). ``grade``: lower or upper, of middlemen. ``trade``: what kind of source. ``tier``: 0 for customers, rising toward the
    sources; ``None`` when the flow has no direction, with its interval. ``seized``: a device of the person was read.
    """

    id: str
    aliases: tuple[Alias, ...]
    role: str = ""
    roles: tuple[str, ...] = ()
    grade: str = ""
    trade: str = ""
    facts: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    tier: float | None = None
    tier_low: float | None = None
    tier_high: float | None = None
    low: Amounts = Amounts()
    high: Amounts = Amounts()
    sold: Counts = field(default_factory=dict)
    bought: Counts = field(default_factory=dict)
    rows_sold: int = 0
    rows_bought: int = 0
    place: str = ""
    confidence: float = 0.0
    seized: bool = False
    holder: str = ""
    bills: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One message or payment of a hop, as the order's story tells it.

    ``act``: as in the frame of acts (order, quote, pay_request, result …), or paid, refunded. ``sender`` and ``receiver`` are people;
    ``text`` is masked.
    """

    time: datetime | None
    act: str
    sender: str
    receiver: str
    text: str = ""
    amount: float | None = None
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of an order, from who asked to who was asked. ``inferred``: no message of it was seen."""

    buyer: str
    seller: str
    asked: datetime | None
    answered: datetime | None
    outcome: str  # answered, failed, open
    price: float | None
    paid: float
    refunded: float
    confidence: float
    inferred: bool = False
    statements: tuple[Statement, ...] = ()
    evidence: tuple[Citation, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherPath:
    """A path that the evidence leaves possible beside the one that is told."""

    path: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where an order's subject was looked up in the house's own systems: between question and answer."""

    account: str
    employee: str
    time: datetime
    dataset: str
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One person's data, of one category, asked by one customer: the path goes from the customer to the source."""

    id: str
    token: str
    name: str  # masked
    phone: str  # masked
    number: str  # masked resident id, plate or other key
    category: str
    path: tuple[str, ...]
    hops: tuple[Hop, ...]
    outcome: str
    confidence: float
    others: tuple[OtherPath, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    resale_of: str = ""
    batch: str = ""

    @property
    def asked(self) -> datetime | None:
        """When the customer asked; where that message is gone, when the answer came: it was not later."""
        return (self.hops[0].asked or self.hops[0].answered) if self.hops else None

    @property
    def answered(self) -> datetime | None:
        """When the customer had the answer."""
        return self.hops[0].answered if self.hops else None


@dataclass(frozen=True, slots=True)
class Sale:
    """A list of people's data that went from one to another."""

    seller: str
    buyer: str
    time: datetime
    file: str
    digest: str
    rows: int | None
    persons: int | None
    price: float | None
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """Money from one person to another in one month; ``matched`` is the part that was laid to orders."""

    payer: str
    payee: str
    month: str
    amount: float
    matched: float
    payments: int


@dataclass(frozen=True, slots=True)
class KeyPlayer:
    """A person whose removal breaks answered orders; ``cut`` of them alone, ranks and ``kept`` over jackknife rounds."""

    id: str
    rank: int
    cut: int
    items: int
    fragmentation: float
    kept: float
    rank_low: int
    rank_high: int


@dataclass(frozen=True, slots=True)
class Price:
    """What one category cost at one tier in one month, CNY."""

    category: str
    tier: int | None
    month: str
    orders: int
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a human said of accounts: that they are one person's, or that they are not.

    ``said``: ``merge`` (all of ``accounts`` and ``others`` are one person's) or ``split`` (none of ``accounts`` is of the person of
    ``others``). Accounts are named as in :attr:`Alias.account`, so that a verdict outlives every new run.
    """

    id: str
    said: str
    accounts: tuple[str, ...]
    others: tuple[str, ...]
    because: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Market:
    """The whole network; empty where a case has no chats and no payments."""

    people: tuple[Member, ...] = ()
    orders: tuple[Order, ...] = ()
    sales: tuple[Sale, ...] = ()
    flows: tuple[Flow, ...] = ()
    key_players: tuple[KeyPlayer, ...] = ()
    prices: tuple[Price, ...] = ()
    notes: tuple[Text, ...] = ()
    verdicts: tuple[str, ...] = ()
    """Ids of the verdicts on who is who that it was rebuilt by."""
    counts: Counts = field(default_factory=dict)
