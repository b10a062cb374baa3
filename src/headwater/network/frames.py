"""The frames that the stages of the network hand on. Rows are known by their place (0-based); -1 means none.

Times are microseconds since 1970 in UTC, with the clocks of devices corrected. Texts that repeat are categories.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
NONE = -1


def _no_handovers() -> pd.DataFrame:
    return pd.DataFrame({name: np.zeros(0, np.int64) for name in ("account", "before", "after", "time", "message")})


@dataclass(frozen=True, slots=True, eq=False)
class Traffic:
    """What was said and paid.

    accounts: ``id``, ``system`` (wechat, qq, telegram, whatsapp, alipay, bank, phone, name), ``owner`` (holder of
      the device whose own
      account it is; empty for others), ``shown`` (the latest nickname, or a mask). A name without an account is one
      too: system ``name``.
    facts: ``account``, ``kind`` (nickname, remark, name, phone, card, wallet), ``token``, ``shown``, ``owner``
      (who calls it so; empty
      for what the account says of itself), ``first`` and ``last`` (time; NONE where not told), ``source``, ``line``.
    chats: ``id``, ``name``, ``group``, ``one`` and ``other`` (accounts; NONE in groups).
    messages (sorted by time): ``time``, ``chat``, ``sender``, ``receiver`` (NONE in groups), ``kind``, ``shape``,
      ``text`` (masked), ``quoted``,
      ``amount``, ``file``, ``digest``, ``reference``, ``copies`` (devices that show it), ``source``, ``line`` (of
      the first copy).
    named: one row for each identifier of a message, in order: ``message``, ``place``, ``kind``, ``token``, ``mask``.
    parts: what survives of one: ``message``, ``place``, ``part`` (its kind), ``token``.
    transfers (sorted by time): each real movement of money once: ``time``, ``payer``, ``payee``, ``amount``,
      ``fee``, ``refunded``, ``kind``
      (transfer, packet, code, refund, other), ``status`` (done, refunded, partly_refunded, returned, failed,
      pending), ``channel``, ``currency``, ``reference``,
      ``message`` (its bubble in a chat), ``billed`` (a bill has it), ``payer_billed``, ``payee_billed`` (whose), ``source``, ``line``.
    copies: ``table`` (messages, transfers), ``row``, ``source``, ``line``: every line that shows it.
    clocks: ``owner``, ``offset`` (microseconds added to what the device says), ``shared`` (messages it rests on).
    handovers: an account that passed to somebody else is two accounts: ``account`` (the first of all its parts), ``before``,
      ``after`` (its parts), ``time`` (from when on), ``message`` (that says so; one row for each).
    """

    accounts: pd.DataFrame
    facts: pd.DataFrame
    chats: pd.DataFrame
    messages: pd.DataFrame
    named: pd.DataFrame
    parts: pd.DataFrame
    transfers: pd.DataFrame
    copies: pd.DataFrame
    clocks: pd.DataFrame
    handovers: pd.DataFrame = field(default_factory=_no_handovers)


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Who is behind the accounts.

    ``of``: person of each account. ``links``: ``first``, ``second`` (accounts), ``reason``, ``bits``, ``en``,
      ``zh`` (sentences), ``source``, ``line``;
    negative bits speak against it, ``-inf`` forbids it. ``doubts``: person, share (0 to 1) of the partitions near
      the best that keep it whole.
    """

    of: Ints
    links: pd.DataFrame
    sure: npt.NDArray[np.float64]

    @property
    def count(self) -> int:
        """How many people there are."""
        return int(self.of.max()) + 1 if len(self.of) else 0


@dataclass(frozen=True, slots=True, eq=False)
class Acts:
    """What messages do.

    acts (by message): ``message``, ``time``, ``sender``, ``receiver`` (accounts; NONE in groups), ``act`` (order, quote,
      ask_price, agree, pay_request, pay_notice, result, failure, refund_notice, urge, answer_note, advert, escrow,
      handover, sale), ``category`` (of the trade; empty where not told), ``amount`` (NaN where none), ``media`` (an
      image, a file or a voice carries it), ``bits`` (how much likelier this act is than none).
      A message that does several things has several rows; one of a batch has one for each key and item; one that is
      only talk has none.
    keys: ``act``, ``kind``, ``token``, ``strong``, ``told``: the identifiers and parts of identifiers that say whose
      data it is about; ``told`` ones are what an answer tells (the owner's name, relatives), the others what it was
      asked by.
    words: what was learned from the case: ``word``, ``category``, ``before`` (what the terms say), ``support``,
      ``chats``, ``how`` (answers, initials).
    ties: bits by which each chat is one of the trade.
    """

    acts: pd.DataFrame
    keys: pd.DataFrame
    words: pd.DataFrame = field(default_factory=pd.DataFrame)
    ties: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class Hops:
    """Orders step by step.

    hops: ``order``, ``level`` (0: the customer's request), ``buyer``, ``seller`` (people), ``buyer_account``,
      ``seller_account``, ``asked``, ``answered`` (NONE: never, or
      not seen), ``outcome`` (answered, failed, open), ``category``, ``price`` (asked for; NaN where not told),
      ``paid``, ``refunded``, ``confidence`` (that it is of the order), ``inferred`` (no message of it was seen), ``direct``
      (how sure it is that nobody unseen stood between the two), ``implied`` (only its answer was seen: ``asked`` is the
      answer's time), ``on_path`` (false for a try that came to nothing), ``firm`` (the answer surely is its own),
      ``request``, ``answer`` (acts).
    orders: ``category``, ``asked``, ``answered``, ``outcome``, ``confidence``, ``subject`` (place in
      ``subjects``), ``resale_of``, ``batch`` (message, or NONE).
    subjects: ``token``, ``name``, ``phone``, ``number`` (masks).
    rivals: ``hop``, ``request`` (act), ``confidence``: next steps that were nearly as likely.
    """

    hops: pd.DataFrame
    orders: pd.DataFrame
    subjects: pd.DataFrame
    rivals: pd.DataFrame = field(default_factory=pd.DataFrame)
