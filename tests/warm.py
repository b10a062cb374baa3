"""Loads, once and before any run is forked, what the program would load when it runs: plug-ins and the engine."""

from __future__ import annotations

import duckdb
import ibis.backends.duckdb

import headwater.cli.main
from headwater.detection.detector import load
from headwater.ingestion.choosing import parsers

LOADED = (load(), parsers(), duckdb.__version__, ibis.backends.duckdb.Backend, headwater.cli.main.app)
