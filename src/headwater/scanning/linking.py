"""What in a row stands for a person, and what joins rows.

Identity numbers and other papers are persons by themselves (one person where several kinds stand in a row); numbers that lead to
persons (mobile, e-mail, card), and a name with an address, join the rows that share them. What stands beside several identity numbers
or many names is shared and joins nothing by itself: with a name it is a link of its own, and without a name it stands for whoever has
the number. Lesser numbers (QQ, WeChat, IBAN, foreign telephones) tell a person only in rows that nothing better tells. A chain that
would make one person of two identity numbers is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled
from headwater.scanning.numbering import Marks, Numbers, join, mixed, numbered, root
from headwater.scanning.papers import stand_for_one

SHARED_BY = 3
"""A number beside more names than this is not one person's."""
MANY = 3
"""A row with more numbers than this and no identity is a list, not one person's record."""
ID, NUMBER, NAME, ADDRESS, PAPER = 0, 1, 2, 3, 4
"""What an identifier is to a person; a paper is an identity that may stand beside others of the same person, each kind of paper a role
of its own from :data:`PAPER` on."""
LESSER = 120
"""A number that leads to a person where nothing better stands in the row."""

Ints = npt.NDArray[np.signedinteger[Any]]
Flags = npt.NDArray[np.bool_]
Roles = npt.NDArray[np.int8]
_NONE = -1
_FEW = 32


@dataclass(frozen=True, slots=True)
class Linked:
    """Which persons stand in which rows: a row for each of both, ``person`` in the order of first appearance.

    ``named`` says of each person whether an identity number or a name ever stands beside. ``place`` is the row, and in rows that speak
    of several parties the party as well.
    """

    row: Ints = field(repr=False)
    person: Ints = field(repr=False)
    named: Flags = field(repr=False)
    place: Ints | None = field(default=None, repr=False)

    @property
    def count(self) -> int:
        """How many persons there are."""
        return len(self.named)


def linked(row: Ints, role: Roles, mark: Marks) -> Linked:
    """Tell the persons of rows apart.

    ``row`` (0-based) need not be sorted; ``role`` is what each identifier is to a person; ``mark`` stands for its kind and value. Cost:
    linear; some 60 bytes an identifier.
    """
    if len(row) == 0:
        return Linked(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
    if (row[1:] < row[:-1]).any():
        order = np.argsort(row, kind="stable")
        row, role, mark = row[order], role[order], mark[order]
    row, role, mark = _without_lesser(row, role, mark)
    first = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1], [True])))
    for paper in np.flatnonzero(np.bincount(role)[PAPER:]) + PAPER:
        role, mark = stand_for_one(first, role, mark, identity=ID, paper=int(paper))
    members = _members(first, role, mark)
    node, count = numbered(members.mark)
    is_shared = _shared(first, role, mark, members.first, members.role, node, count)
    tied = _tied(first, role, mark, members, node, count, is_shared)
    component, named = _components(*tied)
    where, who = _distinct(tied[0], component, len(named))
    return _in_order(row[first[where]], who, named)


def _without_lesser(row: Ints, role: Roles, mark: Marks) -> tuple[Ints, Roles, Marks]:
    """Leave lesser numbers out of rows that something better tells a person of; in others they are numbers like any."""
    lesser = role == LESSER
    if not lesser.any():
        return row, role, mark
    better = (role <= NUMBER) | (role >= PAPER) & ~lesser
    begins = np.concatenate(([True], row[1:] != row[:-1]))
    told = np.logical_or.reduceat(better, np.flatnonzero(begins))
    kept = ~(lesser & told[np.cumsum(begins) - 1])
    return row[kept], np.where(lesser, NUMBER, role).astype(np.int8)[kept], mark[kept]


@dataclass(frozen=True, slots=True)
class _Members:
    """The nodes of each row: those of row ``r`` are ``mark[first[r] : first[r + 1]]``; a name with an address is one."""

    first: Ints
    mark: Marks
    role: Roles


def _members(first: Ints, role: Roles, mark: Marks) -> _Members:
    count = int((role <= NUMBER).sum()) + len(first)
    begin, marks, roles = np.empty(len(first), np.int64), np.empty(count, np.uint64), np.empty(count, np.int8)
    filled = _fill_members(first, role, mark, begin, marks, roles)
    return _Members(begin, marks[:filled], roles[:filled])


@compiled
def _fill_members(first: Ints, role: Roles, mark: Marks, begin: Ints, marks: Marks, roles: Roles) -> int:
    filled = 0
    for number in range(len(first) - 1):
        begin[number] = filled
        names, addresses, name, address = 0, 0, np.uint64(0), np.uint64(0)
        is_new = _firsts(mark[first[number] : first[number + 1]])
        for place in range(first[number], first[number + 1]):
            value = mark[place]
            if not is_new[place - first[number]]:
                continue
            if role[place] <= NUMBER:
                marks[filled], roles[filled] = value, role[place]
                filled += 1
            elif role[place] == NAME:
                names, name = names + 1, value
            else:
                addresses, address = addresses + 1, value
        if names == 1 and addresses == 1:
            marks[filled], roles[filled] = mixed(name, address), ADDRESS
            filled += 1
    begin[len(first) - 1] = filled
    return filled


@compiled
def _firsts(marks: Marks) -> Flags:
    """Which marks were not there before; a line of a hundred thousand numbers is sorted, not compared pair by pair."""
    is_new = np.ones(len(marks), np.bool_)
    if len(marks) > _FEW:
        order = np.argsort(marks, kind="mergesort")
        for place in range(1, len(order)):
            is_new[order[place]] = marks[order[place]] != marks[order[place - 1]]
        return is_new
    for place in range(1, len(marks)):
        for before in range(place):
            if marks[before] == marks[place]:
                is_new[place] = False
    return is_new


@compiled
def _shared(first: Ints, role: Roles, mark: Marks, begin: Ints, roles: Roles, node: Numbers, count: int) -> Flags:
    """Which nodes stand beside several identities, or (numbers only) beside many names."""
    is_shared = np.zeros(count, np.bool_)
    beside = np.full(count, -1, np.int32)
    names, own = np.zeros((count, SHARED_BY), np.uint32), np.zeros(SHARED_BY + 1, np.uint32)
    for number in range(len(first) - 1):
        only, several = -1, False  # the identity in the row, and whether there are more
        named = _named(role, mark, first[number], first[number + 1], own)
        for place in range(begin[number], begin[number + 1]):
            if roles[place] == ID:
                several = several or only >= 0
                only = node[place]
        for place in range(begin[number], begin[number + 1]):
            if roles[place] == ID:
                continue
            at = node[place]
            if several or (only >= 0 and beside[at] >= 0 and beside[at] != only):
                is_shared[at] = True
            elif only >= 0:
                beside[at] = only
            if roles[place] == NUMBER:
                for each in range(named):
                    if not is_shared[at] and not _noted(names[at], own[each]):
                        is_shared[at] = True
    return is_shared


@compiled
def _named(role: Roles, mark: Marks, start: int, end: int, own: npt.NDArray[np.uint32]) -> int:
    """Write the different names of a row, as many as make a number shared; give how many. A line may hold one name a million times."""
    told = 0
    for place in range(start, end):
        if role[place] != NAME:
            continue
        name = np.uint32(mixed(mark[place], np.uint64(0)) >> np.uint64(32)) | np.uint32(1)
        if not (own[:told] == name).any():
            own[told] = name
            told += 1
            if told == len(own):
                break
    return told


@compiled
def _noted(names: npt.NDArray[np.uint32], name: np.uint32) -> bool:
    """Note a name among those beside a number; false where there are too many already."""
    for place in range(len(names)):
        if names[place] == name:
            return True
        if names[place] == 0:
            names[place] = name
            return True
    return False


_Tied = tuple[Ints, Ints, Flags, Flags, int]


def _tied(
    first: Ints, role: Roles, mark: Marks, members: _Members, node: Numbers, count: int, is_shared: Flags
) -> _Tied:
    """Row and node of every tie, whether the node is an identity, whether its row is named, and how many nodes there are."""
    rows, old = np.empty(len(node), np.int32), np.empty(len(node), np.int32)
    is_id, has_name = np.empty(len(node), np.bool_), np.empty(len(node), np.bool_)
    made = np.empty(np.count_nonzero(is_shared[node] & (members.role == NUMBER)), np.uint64)
    filled, own = _tie(
        first, role, mark, members.first, members.role, members.mark, node, is_shared, rows, made, is_id, has_name, old
    )
    nodes = old[:filled]
    more, further = numbered(made[:own])
    nodes[nodes < 0] = count + more  # a shared number with a name is a node of its own
    return rows[:filled], nodes, is_id[:filled], has_name[:filled], count + further


@compiled
def _tie(
    first: Ints, role: Roles, mark: Marks, begin: Ints, roles: Roles, marks: Marks, node: Numbers, is_shared: Flags,
    rows: Numbers, made: Marks, is_id: Flags, has_name: Flags, old: Numbers,
) -> tuple[int, int]:  # fmt: skip
    filled, apart = 0, 0
    for number in range(len(first) - 1):
        ids, names, least = 0, 0, np.uint64(0)
        for place in range(begin[number], begin[number + 1]):
            ids += roles[place] == ID
        for place in range(first[number], first[number + 1]):
            if role[place] == NAME:
                if names == 0 or mark[place] < least:
                    least = mark[place]
                names += 1
        for place in range(begin[number], begin[number + 1]):
            at, own = node[place], False
            if roles[place] != ID and is_shared[at]:
                if ids or roles[place] != NUMBER:
                    continue
                own = names > 0
            if own:
                made[apart] = mixed(least, marks[place])
                apart += 1
            rows[filled] = number
            is_id[filled], has_name[filled] = roles[place] == ID, names > 0 or ids > 0
            old[filled] = _NONE if own else at
            filled += 1
    return filled, apart


def _components(rows: Ints, nodes: Ints, is_id: Flags, has_name: Flags, count: int) -> tuple[Numbers, Flags]:
    """The component of every tie's node, and of each component whether it is named."""
    parent = np.arange(count, dtype=np.int32)
    _join_rows(rows, nodes, is_id, parent, np.zeros(0, np.bool_))
    crowded = _crowded(nodes, is_id, parent)
    if crowded.any():
        of = _roots(np.arange(count, dtype=np.int32), parent)
        parent = np.arange(count, dtype=np.int32)
        _join_rows(rows, nodes, is_id, parent, crowded[of])
    component = _roots(nodes, parent)
    named = np.zeros(count, np.bool_)
    named[component[has_name]] = True
    return component, named


@compiled
def _join_rows(rows: Ints, nodes: Ints, is_id: Flags, parent: Numbers, cut: Flags) -> None:
    """Join the nodes of rows with one identity, and of rows without any that are no list; ``cut`` nodes by identities only."""
    start = 0
    while start < len(rows):
        end, ids, lead = start, 0, start
        while end < len(rows) and rows[end] == rows[start]:
            if is_id[end]:
                ids += 1
                lead = end
            end += 1
        if ids == 1 or (ids == 0 and end - start <= MANY):
            for place in range(start, end):
                if ids == 1 or len(cut) == 0 or not cut[nodes[lead]]:
                    join(parent, nodes[lead], nodes[place])
        start = end


@compiled
def _crowded(nodes: Ints, is_id: Flags, parent: Numbers) -> Flags:
    """Of each root, whether its set holds two identities or more."""
    only = np.full(len(parent), -1, np.int32)
    crowded = np.zeros(len(parent), np.bool_)
    for place in range(len(nodes)):
        if is_id[place]:
            at = root(parent, nodes[place])
            if only[at] < 0:
                only[at] = nodes[place]
            elif only[at] != nodes[place]:
                crowded[at] = True
    return crowded


@compiled
def _roots(nodes: Ints, parent: Numbers) -> Numbers:
    found = np.empty(len(nodes), np.int32)
    for place in range(len(nodes)):
        found[place] = root(parent, nodes[place])
    return found


@compiled
def _distinct(rows: Ints, component: Numbers, count: int) -> tuple[Ints, Numbers]:
    """Each row with each of its components, once."""
    where, who = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    last = np.full(count, -1, np.int32)
    filled = 0
    for place in range(len(rows)):
        if last[component[place]] != rows[place]:
            last[component[place]] = rows[place]
            where[filled], who[filled] = rows[place], component[place]
            filled += 1
    return where[:filled], who[:filled]


def _in_order(rows: Ints, who: Numbers, named: Flags) -> Linked:
    number = np.full(len(named), -1, np.int32)
    count = _number_in_order(who, number)
    told = np.zeros(count, np.bool_)
    there = number >= 0
    told[number[there]] = named[there]
    return Linked(rows, number[who], told)


@compiled
def _number_in_order(who: Numbers, number: Ints) -> int:
    count = 0
    for place in range(len(who)):
        if number[who[place]] < 0:
            number[who[place]] = count
            count += 1
    return count
