"""Conditions of rules (``persons >= 1000 or sensitive``), answered yes, no or cannot be said.

The logic is Kleene's: an unknown fact never becomes a no. ``or`` is yes where one part is; ``and`` is no where one part is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from headwater.law.duties.facts import Facts, vocabulary
from headwater.law.duties.ranges import Range
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that a condition asks: a fact, and for a count the figure (``strictly``: above it, not at it).

    ``known`` is what is known of the count, ``holds`` the answer: yes, no or unknown.
    """

    fact: str
    figure: int | None = None
    strictly: bool = False
    values: tuple[str, ...] = ()
    known: Range | None = None
    holds: bool | None = None

    def said(self) -> Text:
        """The question in words, with what is known of a count."""
        asks = vocabulary()[self.fact].asks
        if self.figure is not None:
            sign, known = (">" if self.strictly else "≥"), f" ({self.known.said()})" if self.known else ""
            bare = f" {sign} {self.figure:,}{known}"
            return Text(asks.en + bare, asks.zh + bare)
        if self.values:
            return Text(f"{asks.en} ({', '.join(self.values)})", f"{asks.zh}（{'、'.join(self.values)}）")
        return asks


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, no or ``None``; ``rests`` are the atoms that decided it, or, where nothing did, those that would."""

    value: bool | None
    rests: tuple[Atom, ...]

    def counts_only(self) -> bool:
        """Whether only counts, whose low and high disagree, stand between this and an answer."""
        return (
            self.value is None
            and bool(self.rests)
            and all(a.known is not None and a.known.high is not None for a in self.rests)
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it is written in a rule file, with its parsed form."""

    text: str
    tree: Node

    def ask(self, facts: Facts) -> Answer:
        """The answer that these facts give."""
        found = _ask(self.tree, facts)
        return Answer(found.value, tuple(dict.fromkeys(found.rests)))

    def atoms(self) -> tuple[Atom, ...]:
        """Everything that the condition asks for."""
        return tuple(_atoms(self.tree))


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts that must all hold (``and``), or one of them (``or``)."""

    how: Literal["and", "or"]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """What must not hold."""

    part: Node


Node = Atom | Joined | Negated


def parse(text: str) -> Condition:
    """Read a condition: facts, ``and``, ``or``, ``not``, ``>``, ``>=``, and ``sector in ("banking",)``.

    :raises ValueError: where it says anything else, or asks for a fact that is not in the vocabulary
    """
    try:
        return Condition(text, _node(ast.parse(text.strip(), mode="eval").body))
    except SyntaxError as wrong:
        raise ValueError(f"not a condition: {text}") from wrong


def _node(tree: ast.expr) -> Node:
    if isinstance(tree, ast.BoolOp):
        return Joined("and" if isinstance(tree.op, ast.And) else "or", tuple(_node(v) for v in tree.values))
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return Negated(_node(tree.operand))
    if isinstance(tree, ast.Name):
        return Atom(_fact(tree.id, "flag"))
    if isinstance(tree, ast.Compare) and isinstance(tree.left, ast.Name) and len(tree.ops) == 1:
        return _compared(tree.left.id, tree.ops[0], tree.comparators[0])
    raise ValueError(f"a condition cannot hold {type(tree).__name__}")


def _compared(name: str, op: ast.cmpop, other: ast.expr) -> Atom:
    value = ast.literal_eval(other)
    if isinstance(op, ast.In) and isinstance(value, tuple) and all(isinstance(v, str) for v in value):
        return Atom(_fact(name, "set"), values=value)
    if isinstance(op, ast.Gt | ast.GtE) and isinstance(value, int) and value >= 0:
        return Atom(_fact(name, "count"), figure=value, strictly=isinstance(op, ast.Gt))
    raise ValueError(f"{name} can be compared by > and >= with a number, or by in with names")


def _fact(name: str, kind: str) -> str:
    asked = vocabulary().get(name)
    if asked is None or asked.kind != kind:
        raise ValueError(f"there is no fact {name} of kind {kind}")
    return name


def _ask(node: Node, facts: Facts) -> Answer:
    if isinstance(node, Negated):
        found = _ask(node.part, facts)
        return Answer(None if found.value is None else not found.value, found.rests)
    if isinstance(node, Joined):
        return _joined(node, facts)
    known = facts.count(node.fact) if node.figure is not None else None
    holds = _answered(node, facts)
    return Answer(holds, (replace(node, known=known, holds=holds),))


def _answered(atom: Atom, facts: Facts) -> bool | None:
    if atom.figure is not None:
        return facts.count(atom.fact).reaches(atom.figure, atom.strictly)
    return facts.among(frozenset(atom.values)) if atom.values else facts.flag(atom.fact)


def _joined(node: Joined, facts: Facts) -> Answer:
    told = [_ask(part, facts) for part in node.parts]
    decisive = node.how == "or"
    for value in (decisive, None, not decisive):
        rests = tuple(a for t in told if t.value is value for a in t.rests)
        if any(t.value is value for t in told):
            return Answer(value, rests)
    raise ValueError("a condition without parts")


def _atoms(node: Node) -> Iterator[Atom]:
    if isinstance(node, Atom):
        yield node
    elif isinstance(node, Negated):
        yield from _atoms(node.part)
    else:
        for part in node.parts:
            yield from _atoms(part)
