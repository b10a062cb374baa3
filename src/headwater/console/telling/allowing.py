"""What of the house's own networks may be told: said by whoever runs the server, in its environment."""

from __future__ import annotations

import os

from headwater.console.telling.guarding import Reach, reach

NETWORKS, PLAIN = "HEADWATER_TELLING_NETWORKS", "HEADWATER_TELLING_PLAIN"


def allowed() -> Reach:
    """The networks of ``HEADWATER_TELLING_NETWORKS`` (with blanks between them), and ``http://`` where ``…_PLAIN`` is 1.

    :raises SettingsError: when something is no network
    """
    return reach(os.environ.get(NETWORKS, "").split(), os.environ.get(PLAIN) == "1")
