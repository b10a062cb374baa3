"""What a run was measured on: processor, memory and versions, without any name or path of the machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("duckdb", "pyarrow", "ibis-framework", "numpy", "fastexcel")


def machine() -> dict[str, object]:
    """Describe this machine."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "load_at_start": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in told if line.startswith("model name")]
    return names[0] if names else platform.machine()
