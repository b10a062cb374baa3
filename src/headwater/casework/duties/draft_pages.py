"""Draft notices as Markdown and as HTML; every text is escaped."""

from __future__ import annotations

import re
from html import escape

from headwater.casework.duties.drafting import Draft

STYLE = (
    "body{font-family:sans-serif;max-width:42em;margin:2em auto;line-height:1.5}"
    ".draft{border:1px solid;padding:.5em}dt{font-weight:bold}"
)
MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def markdown(draft: Draft) -> bytes:
    """The draft as Markdown."""
    lines = [f"> {_plain(draft.warning)}", "", f"# {_plain(draft.title)}", ""]
    lines += [f"- {_plain(label)}: {_plain(text)}" for label, text in draft.head]
    for _key, heading, body in draft.parts:
        lines += ["", f"## {_plain(heading)}", "", _plain(body)]
    lines += ["", "---", "", _plain(draft.signature), ""]
    return "\n".join(lines).encode()


def html(draft: Draft) -> bytes:
    """The draft as one HTML file without scripts, which fetches nothing."""
    head = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in draft.head)
    parts = "".join(f"<h2>{escape(heading)}</h2><p>{escape(body)}</p>" for _key, heading, body in draft.parts)
    signature = "".join(f"<p>{escape(line)}</p>" for line in draft.signature.split("\n") if line)
    title = escape(draft.title)
    page = (
        f'<!DOCTYPE html><html lang="{draft.lang}"><head><meta charset="utf-8"><title>{title}</title>'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<style>{STYLE}</style></head><body><p class="draft">{escape(draft.warning)}</p><h1>{title}</h1>'
        f"<dl>{head}</dl>{parts}<hr>{signature}</body></html>\n"
    )
    return page.encode()


def _plain(text: str) -> str:
    """Text in which Markdown finds no marks."""
    return MARKS.sub(r"\\\1", text)
