"""The bench of private matching runs every method over small lists, and finds what is in both."""

from __future__ import annotations

from pathlib import Path

from bench.private_matching import run


def test_every_method_is_measured(tmp_path: Path) -> None:
    told = run(tmp_path, 110, 110, ["voprf", "oprf", "keyed"])
    assert set(told["methods"]) == {"voprf", "oprf", "keyed"}
    for method in told["methods"].values():
        assert list(method) == ["read", "request", "answer", "tokens", "intersect"]
        assert all(step["us"] > 0 for step in method.values())
