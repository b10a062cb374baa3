"""Loads, once and before any measurement is forked, what the program loads when it runs: no measurement pays for it."""

from __future__ import annotations

import ibis.backends.duckdb

import bench.joining
import bench.reading
import bench.scanning
import bench.whole
from headwater.detection.detector import load
from headwater.ingestion.choosing import parsers

LOADED = (
    load(),
    parsers(),
    ibis.backends.duckdb.Backend,
    bench.joining.ours,
    bench.reading.ours,
    bench.scanning.ours,
    bench.whole.investigate,
)
