"""Keeps the words of unforeseen failures, which may hold a value, out of the server's log."""

from __future__ import annotations

import logging

from headwater.model.failing import way


class Wordless(logging.Filter):
    """Takes the words of errors out of a log: frames stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without what its error says."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage().splitlines()[0]} {way(record.exc_info[1])}", ()
            record.exc_info = record.exc_text = None
        return True
