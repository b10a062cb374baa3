"""How much a verb says of its work on standard error."""

from __future__ import annotations

import logging
import sys


def talk(verbose: int) -> None:
    """Warnings only, or more: ``-v`` and ``-vv``."""
    # libraries only warn: what they say of their work may hold values of the rows they work on
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("headwater").setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)])
