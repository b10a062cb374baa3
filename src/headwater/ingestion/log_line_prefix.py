"""PostgreSQL's ``log_line_prefix``, worked out from the lines that it was put before.

The setting is nowhere in the log, but its parts show by their shape: a time, a process id in brackets, ``user@db``,
``client=``, an address. :func:`infer` turns one line's prefix back into a setting (``%m [%p] %q%u@%d `` comes out as
``%m [%p] %u@%d ``), :func:`pattern` turns a setting into a pattern that reads all lines like it.
"""

from __future__ import annotations

import re

_MAIN = (
    r"LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?"
    r"|日志|错误|致命错误|比致命错误还过分的错误|警告|注意|信息|调试[1-5]?"
)
_ADDED = r"DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION|BACKTRACE|详细信息|提示|语句|上下文|查询"
SEVERITY = rf"(?:{_MAIN}|{_ADDED})"
"""The word before the message, in English and Chinese."""
MAIN = rf"\A(?:{_MAIN})\z"
DETAIL = ("DETAIL", "详细信息")
STATEMENT = ("STATEMENT", "语句")

_CLOCK = r"\d{4}-\d\d-\d\d[ ]\d\d:\d\d:\d\d"
_ZONE = r"(?:[A-Za-z]{1,6}|[+-]\d\d(?::?\d\d)?)"
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4})"
_BEFORE = re.compile(rf"(.{{0,400}}?)\b{SEVERITY}:  ", re.DOTALL)
_KEYS = {
    "%u": "user usr u username",
    "%d": "db database d dbname",
    "%a": "app application a appname application_name",
    "%h": "client host h remote ip r client_ip remote_host",
    "%p": "pid p process",
    "%c": "session sess s session_id",
    "%e": "sqlstate code e err",
    "%l": "line l",
    "%x": "xid txid tx trx",
    "%v": "vxid vtx",
    "%i": "cmd tag command",
    "%b": "backend type backend_type",
}
_BY_KEY = {key: escape for escape, keys in _KEYS.items() for key in keys.split()}
_WORDS = ("%u", "%d", "%a", "%i")
_TOKEN = re.compile(
    rf"""(?P<m>{_CLOCK}\.\d{{3}}\ {_ZONE}) | (?P<t>{_CLOCK}\ {_ZONE}) | (?P<n>\d{{10}}\.\d{{3}})
      | (?P<key>\b[A-Za-z_]+)(?P<is>=|:\ ?)(?P<value>.*?)(?=[,;|\ ]+[A-Za-z_]+(?:=|:\ )|[,;|:\]\)\ >]*\Z)
      | (?P<h>{_ADDRESS}(?:\(\d+\))?|\[local\])
      | (?P<c>\b[0-9a-f]{{7,8}}\.[0-9a-f]{{1,8}}\b)
      | (?P<at>(?:\[unknown\]|[^\s,@:\[\]|]*)@(?:\[unknown\]|[^\s,:\[\]|]*))
      | (?P<l>(?<=\[)\d+-\d+(?=\])) | (?P<v>\b\d+/\d+\b)
      | (?P<e>\b00000\b|\b(?=[0-9A-Z]*[A-Z])(?=[0-9A-Z]*[0-9])[0-9A-Z]{{5}}\b) | (?P<number>\b\d+\b)
      | (?P<b>\b(?:client\ backend|postmaster|checkpointer|walwriter|walsender|startup|logger|archiver
          |autovacuum\ (?:worker|launcher)|background\ (?:writer|worker)|not\ initialized)\b)
      | (?P<word>\[unknown\]|[A-Za-z_][\w.$-]*)""",
    re.VERBOSE,
)
_FIELDS = {
    "%m": rf"(?P<time>{_CLOCK}\.\d{{3}} {_ZONE})",
    "%t": rf"(?P<time>{_CLOCK} {_ZONE})",
    "%n": r"(?P<epoch>\d{10}\.\d{3})",
    "%u": r"(?P<account>\S*?)",
    "%d": r"(?P<database>\S*?)",
    "%a": r"(?P<application>[^\n]*?)",
    "%h": r"(?P<peer>\[local\]|\[unknown\]|[0-9A-Za-z_.:%-]*(?:\(\d+\))?)",
    "%p": r"(?P<pid>\d+)",
    "%c": r"(?P<session>[0-9a-f]+\.[0-9a-f]+)",
    "%e": r"(?P<code>[0-9A-Z]{5})",
    "%l": r"\d+(?:-\d+)?",
    "%x": r"\d*",
    "%v": r"[0-9/]*",
    "%i": r"[^\n]*?",
    "%b": r"[a-z ]*?",
}
GROUPS = ("time", "epoch", "account", "database", "application", "peer", "pid", "session", "code")


def infer(line: str) -> str | None:
    """The setting that the line's prefix was made by; ``None`` where the line has no severity or no time before it."""
    found = _BEFORE.match(line)
    if found is None:
        return None
    seen: set[str] = set()
    form = _TOKEN.sub(lambda token: _escape(token, seen), found.group(1).replace("%", "%%"))
    return form if seen & {"%m", "%t", "%n"} else None


def fields(form: str) -> int:
    """How many fields a setting has: the fuller one is tried first."""
    return len(re.findall("%[a-z]", form))


def pattern(form: str) -> str:
    """A pattern (RE2) for lines with this prefix: groups named as in :data:`GROUPS`, ``severity`` and ``message``.

    >>> import re
    >>> re.match(pattern("%t [%p] %u@%d "), "2018-05-07 02:03:00 CST [7] a@b LOG:  hello")["message"]
    'hello'
    """
    seen: set[str] = set()
    parts = []
    for piece in re.split(r"(%[a-z%])", form):
        field = _FIELDS.get(piece)
        if field is None:
            parts.append(re.escape(piece.replace("%%", "%")))
            continue
        name = re.match(r"\(\?P<(\w+)>", field)
        if name and name.group(1) in seen:
            field = f"(?:{field[name.end() :]}"
        seen |= {name.group(1)} if name else set()
        parts.append(field)
    return rf"\A{''.join(parts)}(?P<severity>{SEVERITY}):  (?P<message>(?s:.*))\Z".replace(r"\Z", "$")


def _escape(token: re.Match[str], seen: set[str]) -> str:
    kind = token.lastgroup
    if kind in ("m", "t") and seen & {"%m", "%t"}:
        kind = "s"
    if kind == "value":
        return _pair(token, seen)
    if kind == "at":
        return _once("%u", seen) + "@" + _once("%d", seen)
    if kind == "number":
        return _once("%l" if "%p" in seen else "%p", seen)
    if kind == "word":
        return _once(next((word for word in _WORDS if word not in seen), "%i"), seen)
    return _once(f"%{kind}", seen)


def _pair(token: re.Match[str], seen: set[str]) -> str:
    escape = _BY_KEY.get(token["key"].lower())
    if escape is None and token["is"] != "=":
        return token[0]
    return token["key"] + token["is"] + _once(escape or "%i", seen)


def _once(escape: str, seen: set[str]) -> str:
    seen.add(escape)
    return escape
