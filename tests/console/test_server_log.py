"""The server's log tells the way to a failure and none of its words."""

from __future__ import annotations

import logging

import pytest

from headwater.console.failing import Wordless
from headwater.console.problems import problem
from headwater.model.failing import way

SECRET = "15412345678"


def _failed() -> Exception:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise KeyError(SECRET) from cause
    except KeyError as error:
        return error


def test_the_way_is_told_and_no_word() -> None:
    told = way(_failed())
    assert SECRET not in told
    assert "KeyError" in told and "ValueError" in told and "_failed" in told


def test_neither_the_log_nor_the_answer_has_the_words(caplog: pytest.LogCaptureFixture) -> None:
    answer = problem(_failed())
    assert answer.instance in caplog.text
    assert SECRET not in caplog.text + answer.model_dump_json()


def test_a_server_that_logs_errors_by_itself_is_kept_from_their_words(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("made.server")
    log.addFilter(Wordless())
    log.error("Exception in ASGI application\n", exc_info=_failed())
    assert "KeyError" in caplog.text
    assert SECRET not in caplog.text
