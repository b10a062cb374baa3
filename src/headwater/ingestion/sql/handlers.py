"""What rebuilds one kind of node: a method, and the parts that such a node may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from headwater.ingestion.sql.values import Parameters, Value


class Rebuilder(Protocol):
    """What a method needs to rebuild the nodes below its own."""

    @property
    def parameters(self) -> Parameters:
        """The values of the query."""
        ...

    def value(self, node: Any) -> Value:
        """A value, exactly; ``Unsupported`` for what is not on the allow-list."""
        ...

    def text(self, node: Any) -> Value:
        """A value as text."""
        ...


Handler = tuple[Callable[[Any, Any], Value], frozenset[str]]


def handled(method: Callable[[Any, Any], Value], *parts: str) -> Handler:
    """A method with the parts that a node may have; a node with any other part is not replayed."""
    return method, frozenset({"this", "expression", "expressions", *parts})
