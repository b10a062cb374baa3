"""From messages to acts: words read, ties weighed, words of the case learned, every message decided."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.acts.amounts import amounts
from headwater.network.acts.asked_for import fitted
from headwater.network.acts.context import Context, Ground
from headwater.network.acts.deciding import Decided, decide, notes
from headwater.network.acts.events import events
from headwater.network.acts.laying_out import (
    Categories,
    Laid,
    answers,
    bare,
    failures,
    joined,
    keys_frame,
    orders,
    remaining,
    replied,
)
from headwater.network.acts.learning import learned
from headwater.network.acts.shapes import Bools, Floats, Ints, Shapes
from headwater.network.acts.talk import Talk
from headwater.network.acts.terms import Lexicon, lexicon
from headwater.network.acts.ties import NUMBER, ties
from headwater.network.frames import Acts, Traffic

_ROUNDS = 3


def acts(traffic: Traffic, words: Lexicon | None = None) -> Acts:
    """Tell what each message does; messages that are only talk have no row.

    ``words`` are the terms to start from (those of ``terms.toml`` unless given); others are learned from the case, and told.
    """
    messages = _categorical(traffic.messages)
    ground = Ground.of(messages, traffic.named, Talk.of(messages))
    words = words or lexicon()
    shapes = Shapes.of([str(s) for s in messages["shape"].cat.categories], words)
    taught: list[pd.DataFrame] = []
    for _ in range(_ROUNDS):
        context = Context.of(ground, shapes)
        event = events(context)
        tie = ties(ground.talk.chat, event, int(ground.talk.chat.max(initial=-1)) + 1)
        found = learned(context, tie, words)
        if found.empty:
            break
        taught.append(found)
        words = words.with_items(dict(zip(found["word"], found["category"], strict=True)))
        shapes = shapes.again(words)
    kept = Talk.of(messages, _of_interest(ground.talk, event, tie))
    del ground, context, event  # of all messages
    context = Context.of(Ground.of(messages, traffic.named, kept), shapes)
    decided = decide(context, tie)
    return _framed(traffic, messages, context, decided, notes(context, tie, decided), tie, taught)


def _of_interest(talk: Talk, event: Ints, tie: Floats) -> Ints:
    """Rows of the messages of chats of the trade, and of those in which something is offered or held."""
    offered = np.isin(event, [NUMBER["offer"], NUMBER["advert"], NUMBER["escrow"]])
    chats = tie > 0
    chats[talk.chat[offered]] = True
    return talk.row[chats[talk.chat]]


def _categorical(messages: pd.DataFrame) -> pd.DataFrame:
    """Messages whose shapes are categories."""
    if isinstance(messages["shape"].dtype, pd.CategoricalDtype):
        return messages
    return messages.assign(shape=messages["shape"].astype("category"))


def _framed(
    traffic: Traffic,
    messages: pd.DataFrame,
    context: Context,
    decided: Decided,
    noted: dict[str, Floats],
    tie: npt.NDArray[np.float64],
    taught: list[pd.DataFrame],
) -> Acts:
    categories = Categories()
    answered = np.maximum(decided.result, decided.failure)  # a message of several lines may hold both
    told = answered > 0
    laid: list[tuple[str, Laid, Floats]] = [
        ("order", orders(context, decided, categories), decided.order),
        ("result", answers(context, np.flatnonzero(told & context.form), categories), answered),
        ("failure", failures(context, np.flatnonzero(told & context.failure), categories), answered),
        (
            "result",
            remaining(context, np.flatnonzero(told & context.failure & context.ground.heard), categories),
            answered,
        ),
        (
            "result",
            replied(context, np.flatnonzero(decided.reply > 0), decided.fresh, categories, traffic.named),
            decided.reply,
        ),
        ("result", bare(np.flatnonzero(decided.media > 0)), decided.media),
    ]
    laid += [(name, bare(np.flatnonzero(bits > 0)), bits) for name, bits in sorted(noted.items())]
    whole = joined([x for _, x, _ in laid])
    row = context.talk.row[whole.at]
    names = np.array(categories.names, dtype=object)
    made = pd.DataFrame(
        {
            "message": row,
            "time": messages["time"].to_numpy(dtype=np.int64)[row],
            "sender": messages["sender"].to_numpy(dtype=np.int64)[row],
            "receiver": messages["receiver"].to_numpy(dtype=np.int64)[row],
            "act": np.repeat(np.array([name for name, _, _ in laid], dtype=object), [len(x.at) for _, x, _ in laid]),
            "category": names[whole.category],
            "amount": amounts(messages, row),
            "media": _media(context, decided)[whole.at],
            "bits": np.concatenate([bits[x.at] for _, x, bits in laid]),
        }
    )
    order = np.argsort(made["message"].to_numpy(), kind="stable")
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    keys = keys_frame(context, whole, traffic.named, traffic.parts)
    keys["act"] = back[keys["act"].to_numpy()]
    made = made.iloc[order].reset_index(drop=True)
    for column in ("act", "category"):
        made[column] = made[column].astype("category")
    keys = keys.sort_values("act", kind="stable").reset_index(drop=True)
    return Acts(fitted(made, keys), keys, _told(taught), tie)


def _media(context: Context, decided: Decided) -> Bools:
    pictured = (context.picture_at >= 0) & (decided.order > 0)
    return context.ground.shown | context.ground.voice | pictured


def _told(taught: list[pd.DataFrame]) -> pd.DataFrame:
    """What was learned, each word once as it was learned last."""
    columns = ["word", "category", "before", "support", "chats", "how"]
    if not taught:
        return pd.DataFrame(columns=columns)
    return (
        pd.concat(taught, ignore_index=True)
        .drop_duplicates("word", keep="last")
        .sort_values("word")
        .reset_index(drop=True)
    )
