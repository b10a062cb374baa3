"""The session with Spark: on this machine, or on the cluster that ``HEADWATER_SPARK_MASTER`` names. Extra ``spark``, Java 17."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headwater.model.errors import StoreError


@contextmanager
def spark_session(spill: Path, memory: int, threads: int | None = None) -> Iterator[Any]:
    """Open a session that spills below a folder. ``memory`` in bytes is the driver's, ``threads`` are this machine's.

    :raises StoreError: without PySpark, or where Spark does not start, as without Java
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise StoreError("the Spark engine needs the extra: pip install 'headwater[spark]', and Java 17") from error
    master = os.environ.get("HEADWATER_SPARK_MASTER", f"local[{threads or '*'}]")
    builder = SparkSession.builder.master(master).appName("headwater")
    for name, value in (_settings(spill, memory) | (_of_this_machine(spill) if _is_local(master) else {})).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise StoreError("Spark did not start; it needs Java 17 (JAVA_HOME, or java on the path)") from error
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


def _settings(spill: Path, memory: int) -> dict[str, str]:
    return {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.variable.substitute": "false",  # a text with ${…} in it is a text
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.driver.memory": f"{memory // 2**20}m",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(spill),
        "spark.sql.warehouse.dir": str(spill / "warehouse"),
    }


def _is_local(master: str) -> bool:
    return master.startswith("local")


def _of_this_machine(spill: Path) -> dict[str, str]:
    """Nothing is listened for from outside; functions of Python run in this very one, and leave nothing behind."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executorEnv.TMPDIR": str(spill),
    }
