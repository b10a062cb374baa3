"""The names behind pseudonyms lie sealed in a desk; only the workspace's key opens them."""

from __future__ import annotations

from pathlib import Path

from headwater.store.casebook.sealing import Sealer
from headwater.store.keys import token_key
from headwater.store.tokens import Tokeniser


def sealer(tokeniser: Tokeniser) -> Sealer:
    """What seals them."""
    return Sealer(tokeniser.derived("names of a desk"))


def unsealed(workspace: Path, pseudonym: str, sealed: bytes) -> str:
    """The name behind a pseudonym.

    :raises StoreError: where it was changed, moved, or sealed with another key
    """
    return sealer(Tokeniser(token_key(workspace))).unseal(sealed, "desk", "sealed", pseudonym)
