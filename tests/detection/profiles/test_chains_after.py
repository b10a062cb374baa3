"""Whose files are laid to somebody after suspicious reading."""

from __future__ import annotations

import pandas as pd

from headwater.detection.profiles.chains import after

AT = pd.Timestamp("2026-03-02 10:00", tz="UTC")


def test_files_of_others_at_a_shared_desk_are_theirs() -> None:
    sittings = pd.DataFrame([{"first": AT, "last": AT, "seat": "PC-1", "account": "u05"}])
    wrote = [("u03", "E03", "PC-9"), ("u05", "E05", "PC-1"), ("u07", "E07", "PC-1"), ("u05", "E05", "PC-5")]
    loads = pd.DataFrame(
        [
            {"load": i, "time": AT + pd.Timedelta(hours=20), "account": account, "person": person, "seat": seat}
            for i, (account, person, seat) in enumerate(wrote)
        ]
    )
    assert after(sittings, loads, "E03", 72.0)["load"].tolist() == [0, 1]
