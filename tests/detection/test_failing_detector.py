"""A detector that fails costs itself alone, and no word of its error, which may hold a value, is kept or logged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from tests.detection.lakes import office, opened

from headwater.detection.detector import detect
from headwater.detection.scene import Scene
from headwater.model.errors import CaseError
from headwater.model.evidence import Finding
from headwater.model.words import Text

SECRET = "15412345678"


class Failing:
    """Sees nothing: it stumbles over a value."""

    id: ClassVar[str] = "failing"
    title: ClassVar[Text] = Text("Failing", "出错")
    techniques: ClassVar[tuple[str, ...]] = ("T1078",)
    needs: ClassVar[tuple[str, ...]] = ()
    alike: ClassVar[tuple[Text, ...]] = ()

    def __init__(self, error: Exception) -> None:
        self.error = error

    def find(self, scene: Scene) -> Iterator[Finding]:
        raise self.error
        yield


def test_the_words_of_its_error_are_neither_kept_nor_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(office(staff=3, days=2), tmp_path / "w") as scene:
        told = detect(scene, [Failing(KeyError(SECRET))])
    ((name, why),) = told.broken
    assert name == "failing"
    assert why.startswith("KeyError (test_failing_detector.py:")
    assert "detector failing failed" in caplog.text
    assert SECRET not in why + caplog.text


def test_our_own_errors_keep_their_words(tmp_path: Path) -> None:
    with opened(office(staff=3, days=2), tmp_path / "w") as scene:
        told = detect(scene, [Failing(CaseError("lacks what it needs"))])
    assert told.broken == (("failing", "CaseError: lacks what it needs"),)
