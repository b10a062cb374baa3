"""``headwater.toml`` of a made case: the data set, its paths, the permitted sites, and logs that must be declared."""

from __future__ import annotations

import re

from headwater.simulation.clock import ZONE
from headwater.simulation.house.house import House
from headwater.simulation.trades.trade import Trade
from headwater.simulation.writing.formats import Formats

_SEEN = 'account = "account", ip = "ip"'
_TYPES = ", ".join(
    f'"{number}" = "{word}"'
    for number, word in enumerate(
        ("interactive", "network", "batch", "service", "", "unlock", "cleartext", "runas", "remote", "cached"), 2
    )
    if word
)  # Windows' log-on types and their names
_DECLARED = {
    "access": ("requests", f'{_SEEN}, method = "method", path = "path", status = "status", bytes_in = "bytes", '
               'rows = "rows"'),
    "queries": ("queries", f'{_SEEN}, application = "program", command = "command", statement = "statement", '
                'rows = "rows"'),
    "web": ("web", f'{_SEEN}, host = "host", path = "path", method = "method", status = "status", '
            'bytes_out = "bytes_out", bytes_in = "bytes_in"'),
    "logons": ("logons", f'{_SEEN}, device = "device", action = "action", kind = {{column = "kind", map = {{{_TYPES}}}}}'),
    "files": ("files", f'{_SEEN}, device = "device", path = "path", action = "action", bytes = "bytes"'),
    "mail": ("mail", 'account = "account", sender = "sender", recipients = "recipient", subject = "subject", '
             'attachments = "attachments", bytes = "bytes"'),
}  # fmt: skip


def settings(house: House, formats: Formats, snapshot: str) -> str:
    """The text of the settings; ``snapshot`` is the data set's path below the case folder."""
    trade = house.trade
    return f"""timezone = "{ZONE}"
organisation = "{trade.organisation}"
jurisdiction = "cn"

[datasets.{trade.dataset}]
snapshot = "{snapshot}"
key = "{trade.key}"
tables = ["{trade.table}"]
urls = ['{record_pattern(trade)}']
exports = ['^{_escaped(trade.export_path)}', '{search_pattern(trade)}']

[network]
permitted_sites = [{", ".join(f'"{site}"' for site in sorted(set(trade.sites)))}]
{_declarations(formats, trade)}"""


def record_pattern(trade: Trade) -> str:
    """The path of one record as a regular expression."""
    before, _, after = trade.record_path.partition("{subject}")
    return rf"^{_escaped(before)}(?P<subject>{re.escape(trade.key_prefix)}\d+){_escaped(after)}"


def search_pattern(trade: Trade) -> str:
    """The path of searches. It must speak of searching, whatever the path is called, or it counts as an export."""
    return rf"^{_escaped(trade.search_path)}(?:\?(?:query|by|page)=|$)"


def _declarations(formats: Formats, trade: Trade) -> str:
    if formats.logs == "text":
        return _declared("mail", "logs/mail/*", "csv", '{column = "time", format = "%Y-%m-%d %H:%M:%S"}', "")
    constant = f'constants = {{object = "{trade.table}", outcome = "success"}}\n'
    return "".join(
        _declared(kind, f"logs/{kind}/*.parquet", "parquet", '"time"', constant if kind == "queries" else "")
        for kind in _DECLARED
    )


def _declared(kind: str, files: str, form: str, time: str, more: str) -> str:
    table, columns = _DECLARED[kind]
    return f"""
[[logs]]
files = "{files}"
format = "{form}"
table = "{table}"
time = {time}
columns = {{{columns}}}
{more}"""


def _escaped(text: str) -> str:
    return re.escape(text).replace("'", "\\x27")
