"""Writes streams as a compound file (OLE), so that a document inside a document can be opened as the file that it was."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from headwater.exhibits.ole import MAGIC, Path

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_NONE = 0xFFFFFFFF
_ROOT, _STORAGE, _STREAM = 5, 1, 2
MOST = 48 << 20
"""Bytes that one copy may hold: what the sectors named in the head itself can hold."""


@dataclass(slots=True)
class _Node:
    name: str
    kind: int
    start: int = _END
    size: int = 0
    children: list[int] = field(default_factory=list)
    right: int = _NONE


def compound_bytes(streams: Mapping[Path, bytes]) -> bytes:
    """Give a compound file that holds these streams, by their paths; names are cut to 31 characters."""
    nodes = [_Node("Root Entry", _ROOT)]
    by_path: dict[Path, int] = {(): 0}
    sectors: list[bytes] = []
    chain: list[int] = []
    mini, mini_chain = bytearray(), list[int]()
    for path in sorted(streams):
        for depth in range(1, len(path) + 1):
            if path[:depth] not in by_path:
                by_path[path[:depth]] = len(nodes)
                nodes[by_path[path[: depth - 1]]].children.append(len(nodes))
                nodes.append(_Node(path[depth - 1][:31], _STREAM if depth == len(path) else _STORAGE))
        node, data = nodes[by_path[path]], streams[path]
        node.size = len(data)
        if not data:
            continue
        if len(data) >= _CUTOFF:
            node.start = _placed(data, sectors, chain)
        else:
            node.start = len(mini_chain)
            count = -(-len(data) // _MINI)
            mini_chain += [*range(len(mini_chain) + 1, len(mini_chain) + count), _END]
            mini += data.ljust(count * _MINI, b"\0")
    if mini:
        nodes[0].start, nodes[0].size = _placed(bytes(mini), sectors, chain), len(mini)
    mini_fat = _placed(struct.pack(f"<{len(mini_chain)}I", *mini_chain), sectors, chain, b"\xff") if mini else _END
    directory = _placed(_directory(nodes), sectors, chain)
    return _whole(sectors, chain, directory, mini_fat, -(-len(mini_chain) * 4 // _SECTOR))


def _placed(data: bytes, sectors: list[bytes], chain: list[int], filler: bytes = b"\0") -> int:
    """Lay data into the next sectors, and give the first of them."""
    first, count = len(sectors), -(-len(data) // _SECTOR)
    padded = data.ljust(count * _SECTOR, filler)
    sectors += [padded[place : place + _SECTOR] for place in range(0, len(padded), _SECTOR)]
    chain += [*range(first + 1, first + count), _END]
    return first


def _directory(nodes: list[_Node]) -> bytes:
    """The entries; those of one storage hang on one another in the order of their names."""
    heads = {}
    for place, node in enumerate(nodes):
        order = sorted(node.children, key=lambda child: (len(nodes[child].name), nodes[child].name.upper()))
        heads[place] = order[0] if order else _NONE
        for before, after in itertools.pairwise(order):
            nodes[before].right = after
    entries = b"".join(_entry(node, heads[place]) for place, node in enumerate(nodes))
    unused = struct.pack("<64sHBB3I", b"", 0, 0, 0, _NONE, _NONE, _NONE).ljust(128, b"\0")
    return entries + unused * (-len(nodes) % 4)


def _entry(node: _Node, child: int) -> bytes:
    name = node.name.encode("utf-16-le", "surrogatepass")[:62]
    head = struct.pack("<64sHBB3I", name, len(name) + 2, node.kind, 1, _NONE, node.right, child)
    return head + bytes(36) + struct.pack("<IQ", node.start, node.size)


def _whole(sectors: list[bytes], chain: list[int], directory: int, mini_fat: int, mini_sectors: int) -> bytes:
    fat_sectors = 0
    while (len(chain) + fat_sectors) * 4 > fat_sectors * _SECTOR:
        fat_sectors += 1
    if fat_sectors > 109:
        raise ValueError("too much for one copy")
    places = list(range(len(chain), len(chain) + fat_sectors))
    fat = struct.pack(f"<{len(chain) + fat_sectors}I", *chain, *[_FAT] * fat_sectors)
    head = MAGIC + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, fat_sectors, directory, 0, _CUTOFF, mini_fat, mini_sectors, _END, 0)
    head += struct.pack("<109I", *places, *[_FREE] * (109 - fat_sectors))
    return head + b"".join(sectors) + fat.ljust(fat_sectors * _SECTOR, b"\xff")
