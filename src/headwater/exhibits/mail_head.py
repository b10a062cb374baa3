"""Tells whether a text begins as a mail does, so strictly that no log, table or letter is taken for one."""

from __future__ import annotations

import re

_FIELD = re.compile(rb"([!-9;-~]{1,76}):(?:[ \t]|\r?$)")
_ALWAYS = frozenset({b"from", b"received", b"return-path", b"message-id", b"mime-version", b"x-originalarrivaltime"})
_KNOWN = _ALWAYS | frozenset({b"to", b"cc", b"subject", b"date", b"content-type", b"content-transfer-encoding", b"reply-to",
                              b"sender", b"delivered-to", b"in-reply-to", b"references", b"x-mailer", b"thread-index",
                              b"dkim-signature", b"x-mime-ole", b"content-class", b"snapshot-content-location"})  # fmt: skip
_SEPARATOR = re.compile(rb"From \S+ .{0,40}?\d\d:\d\d.{0,40}")
_FEWEST = 3


def begins_as_mail(head: bytes) -> bool:
    """Tell whether the first lines are fields of a mail: three that mails have, one of which only mails have, and nothing else."""
    seen: set[bytes] = set()
    for number, line in enumerate(head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:400]):
        if not line.strip():
            break
        if line[:1] in b" \t" and number:
            continue
        found = _FIELD.match(line)
        if found is None:
            if len(seen) >= 2 * _FEWEST:
                break  # a head that runs into its text
            return False
        seen.add(found[1].lower())
    return len(seen & _KNOWN) >= _FEWEST and not seen.isdisjoint(_ALWAYS) and seen != {b"from", b"to", b"date"}


def is_separator(line: bytes) -> bool:
    """Tell whether a line stands between two mails of a box."""
    return line.startswith(b"From ") and _SEPARATOR.match(line) is not None
