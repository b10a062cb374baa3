"""Workbooks that cannot be opened."""

from __future__ import annotations

from headwater.ingestion.traffic.unopened import Unopened

READER = Unopened()
