"""Money as chats show it: a transfer is sent, and then taken in or given back; a red packet shows no sum."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.money.pairing import Span, nearest_pairs, same_codes
from headwater.network.money.stacking import stacked
from headwater.network.money.texts import texts, told

_ACCEPTED = re.compile(
    r"已收(?:款|钱|取)|已被(?:接收|领取|收款)|已存入|确认收(?:款|钱)|accepted|received", re.IGNORECASE
)
_RETURNED = re.compile(r"退还|退回|已退|过期|returned|refunded|expired|declined|拒收", re.IGNORECASE)
_DAY = 86_400_000_000
_LATEST = 3 * _DAY
_SLACK = 60_000_000
SENT, ACCEPTED, RETURNED = 0, 1, 2


def cents(amounts: pd.Series | np.ndarray) -> Ints:
    """Sums of money as whole numbers that can be compared; NONE where there is none."""
    values = np.asarray(amounts, dtype=float)
    return np.where(np.isnan(values), NONE, np.round(np.nan_to_num(values) * 100)).astype(np.int64)


def bubbles(messages: pd.DataFrame) -> pd.DataFrame:
    """Each transfer and red packet of the chats once.

    Columns: ``message`` (that it was sent; that it was taken in, where the first is lost), ``answer`` (message that
    it was taken in or given back; NONE), ``time``, ``taken`` (when it was answered; NONE), ``payer``, ``payee``,
    ``amount``, ``kind``, ``status``, ``reference``."""
    lines = _lines(messages)
    sent, answers = lines[lines["state"] == SENT], lines[lines["state"] != SENT]
    one, other = _paired(sent.reset_index(drop=True), answers.reset_index(drop=True))
    status = np.array(["pending", "done", "returned"], dtype=object)
    found = sent.reset_index(drop=True)
    answer, taken, state = (np.full(len(found), NONE, dtype=np.int64) for _ in range(3))
    given = answers.reset_index(drop=True)
    answer[one], taken[one] = given["message"].to_numpy()[other], given["time"].to_numpy()[other]
    state[one] = given["state"].to_numpy()[other]
    found = found.assign(answer=answer, taken=taken, status=status[np.maximum(state, 0)])
    alone = given.drop(index=other)
    turned = np.where(alone["state"] == ACCEPTED, alone["receiver"], alone["sender"])  # who takes in is paid
    alone = alone.assign(
        sender=turned,
        receiver=np.where(alone["state"] == ACCEPTED, alone["sender"], alone["receiver"]),
        answer=alone["message"],
        taken=alone["time"],
        status=status[alone["state"].to_numpy(np.int64)],
    )
    whole = stacked([found, alone]).rename(columns={"sender": "payer", "receiver": "payee"})
    whole.loc[whole["kind"] == "packet", "status"] = "done"
    return whole.drop(columns="state").sort_values(["time", "message"], ignore_index=True)


def _lines(messages: pd.DataFrame) -> pd.DataFrame:
    rows = np.flatnonzero(
        messages["kind"].isin(["transfer", "packet"]).to_numpy() & (messages["sender"] >= 0).to_numpy()
    )
    frame = messages.iloc[rows][["time", "sender", "receiver", "amount", "kind", "shape", "reference", "chat"]]
    frame = frame.assign(message=rows, state=_states(frame["shape"]), kind=texts(frame["kind"]))
    packet = (frame["kind"] == "packet").to_numpy()
    opened = packet & (frame["state"] != SENT).to_numpy()  # a packet's opening says no sum and names no one
    frame = frame[~opened & (packet | frame["amount"].notna().to_numpy())].copy()
    frame["reference"] = texts(frame["reference"])
    return frame.drop(columns="shape").reset_index(drop=True)


def _states(shapes: pd.Series) -> Ints:
    answered = told(shapes, lambda text: _ACCEPTED.search(text) is not None)
    returned = told(shapes, lambda text: _RETURNED.search(text) is not None)
    return np.where(returned, RETURNED, np.where(answered, ACCEPTED, SENT)).astype(np.int64)


def _paired(sent: pd.DataFrame, answers: pd.DataFrame) -> tuple[Ints, Ints]:
    """Which answer belongs to which transfer: by its number; else by chat, sum and side, the last one that was open before it."""
    sums = [cents(frame["amount"]) for frame in (sent, answers)]
    numbers = [texts(frame["reference"]) for frame in (sent, answers)]
    chats = [frame["chat"].to_numpy(np.int64) for frame in (sent, answers)]
    back = (answers["state"] == RETURNED).to_numpy()
    passes = [
        (same_codes([numbers[0]], [numbers[1]]), np.asarray(numbers[0] != ""), Span(_LATEST, _LATEST)),
        # who takes in is not who sent; that it went back may stand on either side
        (
            same_codes(
                [*_of(chats, sums, 0), _whole(sent["sender"])], [*_of(chats, sums, 1), _whole(answers["receiver"])]
            ),
            None,
            None,
        ),
        (same_codes(_of(chats, sums, 0), _of(chats, sums, 1)), None, None),
    ]
    times = (_whole(sent["time"]), _whole(answers["time"]))
    free = [(sent["kind"] != "packet").to_numpy(), np.ones(len(answers), dtype=bool)]
    pairs = []
    for number, ((left, right), only, span) in enumerate(passes):
        left = np.where(free[0] & (True if only is None else only), left, NONE)
        right = np.where(free[1] & (back if number == 2 else True), right, NONE)
        one, other = nearest_pairs((left, right), times, span or Span(_SLACK, _LATEST))
        free[0][one], free[1][other] = False, False
        pairs.append((one, other))
    return np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs])


def _of(chats: list[Ints], sums: list[Ints], side: int) -> list[Ints]:
    return [chats[side], sums[side]]


def _whole(column: pd.Series) -> Ints:
    return np.asarray(column, dtype=np.int64)
