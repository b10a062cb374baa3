"""Words of the case: what stands where items stand, and what the answers show that it means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.acts.content import Content
from headwater.network.acts.context import Context
from headwater.network.acts.shapes import Bools, Floats, Ints
from headwater.network.acts.talk import DAY, NONE
from headwater.network.acts.terms import Lexicon, Sense, spoken

_WITHIN = 4 * DAY
_SUPPORT, _CHATS = 3, 2
_SIGNS = 2
_OF_TRADE = 0.8
"""Share of the uses of a word that lie in chats of the trade."""
_MOSTLY = 0.6
_ANSWERED = 0.15
_SURE_WORTH, _DAILY_WORTH = 12.0, 4.0


def learned(context: Context, tie: Floats, words: Lexicon) -> pd.DataFrame:
    """Give words with the category that the case shows, in the columns of :class:`~headwater.network.frames.Acts`.

    Only chats that are of the trade teach. An unknown word must stand alone with a key, in several requests; a word that
    is known is taken for another category only when answers say so much more often than the terms are sure.
    """
    words_of = [_word(c) for c in context.shapes.contents]
    trade = tie[context.talk.chat] > 0
    asked = _asked(context, trade, words_of)
    common = _elsewhere(context, trade, words_of)
    votes = asked[asked["shown"] != ""]
    rows = []
    for word, uses in asked.groupby("word", sort=True):
        if (str(word) in words.senses and words.senses[str(word)].item) or common.get(str(word), 1.0) <= 1 - _OF_TRADE:
            row = _verdict(str(word), uses, votes[votes["word"] == word], words)
            rows += [row] if row else []
    return pd.DataFrame(rows, columns=["word", "category", "before", "support", "chats", "how"])


def _elsewhere(context: Context, trade: Bools, words_of: list[str]) -> dict[str, float]:
    """The share of the uses of each word that lie outside of the trade."""
    size = len(words_of)
    uses = np.bincount(context.shape[context.ground.text], minlength=size)
    outside = np.bincount(context.shape[context.ground.text & ~trade], minlength=size)
    told = pd.DataFrame({"word": words_of, "uses": uses, "outside": outside}).groupby("word")[["uses", "outside"]].sum()
    shares = told["outside"] / told["uses"].clip(lower=1)
    return dict(zip(shares.index.astype(str), shares.tolist(), strict=True))


def _verdict(
    word: str, uses: pd.DataFrame, seen: pd.DataFrame, words: Lexicon
) -> tuple[str, str, str, int, int, str] | None:
    sense = words.senses.get(word)
    before = sense.item if sense else ""
    chats = int(uses["chat"].nunique())
    if not before and len(word) < _SIGNS:
        return None
    by_letters = words.initials.get(word, "") if not before and len(uses) > 1 else ""
    by_sound = words.sounds.get(spoken(word), "") if not before else ""
    shown = _by_answers(word, uses, seen, before, sense)
    if shown or not (by_letters or by_sound):
        return shown
    return word, by_sound or by_letters, "", len(uses), chats, "sound" if by_sound else "initials"


def _by_answers(
    word: str, uses: pd.DataFrame, seen: pd.DataFrame, before: str, sense: Sense | None
) -> tuple[str, str, str, int, int, str] | None:
    chats = int(uses["chat"].nunique())
    if len(seen) < _SUPPORT or (chats < _CHATS and len(seen) < 2 * _SUPPORT) or len(seen) < _ANSWERED * len(uses):
        return None
    counts = seen.groupby("shown")["weight"].sum().sort_index().sort_values(ascending=False, kind="stable")
    category, most = str(counts.index[0]), float(counts.iloc[0])
    worth = 0.0
    if sense and before:
        worth = _SURE_WORTH if sense.item_bits >= _DAILY_WORTH else _DAILY_WORTH
    if category == before or most < _MOSTLY * (float(counts.sum()) + worth):
        return None
    return word, category, before, len(seen), chats, "answers"


def _asked(context: Context, trade: Bools, words_of: list[str]) -> pd.DataFrame:
    """Each use of one word as an item beside a key: the word, the chat, the category of the answer that followed."""
    talk, shapes = context.talk, context.shapes
    has = np.array([bool(w) for w in words_of], dtype=np.bool_)
    strong = shapes.flags(lambda c: c.strong)
    use = context.ground.text & has[context.shape] & trade & ~context.form & ~context.failure
    alone = use & ~context.keyed
    beside = _beside_key(context, alone)
    use &= (context.keyed & strong[context.shape]) | (beside >= 0)
    places = np.flatnonzero(use)
    answer = _answer(context)[places]
    shown = [next((x for s in c.answered for x in s.categories), "") for c in shapes.contents]
    category = [shown[s] if a >= 0 else "" for a, s in zip(answer, context.shape[answer], strict=True)]
    heard = context.ground.heard[answer] & (answer >= 0)
    return pd.DataFrame(
        {
            "word": [words_of[s] for s in context.shape[places]],
            "chat": talk.chat[places],
            "shown": category,
            "weight": np.where(heard, 1.0, 0.5),
        }
    )


def _word(said: Content) -> str:
    """The one word that stands where an item stands."""
    if not said.keyed:
        return said.item_words[0] if len(said.item_words) == 1 else said.candidate
    words = {word for subject in said.asked for word in subject.words}
    return words.pop() if len(words) == 1 else ""


def _beside_key(context: Context, alone: Bools) -> Ints:
    last = context.talk.last_of(context.bare_key, context.talk.burst)
    return np.where(alone, last, NONE)


def _answer(context: Context) -> Ints:
    """For each message the next answer by form of the other side within days."""
    talk = context.talk
    told = context.shapes.flags(lambda c: any(s.categories for s in c.answered))
    forms = context.form & told[context.shape]
    found = talk.next_of(forms, talk.chat)
    own = (found >= 0) & (talk.sender[found] == talk.sender)
    found = np.where(own, _of_others(context, forms)[found], found)
    soon = (found >= 0) & (talk.time[found] - talk.time <= _WITHIN)
    return np.where(soon, found, NONE)


def _of_others(context: Context, forms: Bools) -> Ints:
    """For each answer the next one in its chat that another sender wrote; NONE elsewhere."""
    talk = context.talk
    places = np.flatnonzero(forms)
    chat, sender = talk.chat[places], talk.sender[places]
    begins = np.ones(len(places), dtype=np.bool_)
    begins[1:] = (chat[1:] != chat[:-1]) | (sender[1:] != sender[:-1])
    starts = np.append(np.flatnonzero(begins), len(places))
    following = starts[np.cumsum(begins)]
    after = np.append(places, NONE)[following]
    out = np.full(len(talk.row), NONE, dtype=np.int64)
    out[places] = np.where((after >= 0) & (talk.chat[after] == chat), after, NONE)
    return out
