"""A chat as one phone holds it, and the name that its owner sees for each of the others."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.simulation.brokers.lines import Line


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a chat; ``person`` is -1 for people outside of the trade, ``account`` -1 too."""

    wxid: str
    nickname: str
    remark: str = ""
    person: int = -1

    @property
    def shown(self) -> str:
        """The name on the owner's screen."""
        return self.remark or self.nickname


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat of one phone: ``parties[0]`` is the owner; ``room`` is empty for a chat of two."""

    parties: tuple[Party, ...]
    room: str
    title: str
    lines: list[Line]

    @property
    def owner(self) -> Party:
        """Whose phone it is."""
        return self.parties[0]

    @property
    def peer(self) -> str:
        """The id of the room or of the one on the other side."""
        return self.room or self.parties[1].wxid
