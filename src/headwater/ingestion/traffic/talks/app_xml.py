"""WeChat's own XML of a message, as older exports leave it in a cell: transfers, quotations, files, forwarded records, cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from headwater.exhibits.markup import attribute, local, parsed
from headwater.ingestion.traffic.talks.xml_text import words
from headwater.model.errors import UnreadableError

_BEGINS = re.compile(r"\s*(?:[\w@.-]{3,64}:\s*\n\s*)?(?=<(?:\?xml|msg|sysmsg|appmsg|voip|revokemsg|emoji|img))")
_PAID = {
    "1": "",
    "8": "",
    "3": "已收款 ",
    "5": "已收款 ",
    "4": "已退还 ",
    "9": "已退还 ",
    "10": "已过期 ",
    "6": "已过期 ",
    "7": "待收款 ",
}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LONGEST = 1 << 18
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What a message shows besides its words, and the words in which it shows it."""

    kind: str
    text: str
    quoted: str | None = None
    amount: float | None = None
    currency: str | None = None
    file: str | None = None
    reference: str | None = None


def looks_like_xml(text: str) -> bool:
    """Whether a cell begins as a message in XML does, behind the account that groups put before it."""
    return _BEGINS.match(text) is not None


def in_xml(text: str) -> Said | None:
    """What the XML of a message says, or ``None`` where it cannot be read."""
    begins = _BEGINS.match(text)
    if begins is None or len(text) > _LONGEST:
        return None
    body = re.sub(r"^<\?xml[^>]*\?>", "", text[begins.end() :].strip())
    try:
        root = parsed(f"<all>{body}</all>".encode("utf-8", "replace"))
    except UnreadableError:
        return None
    found = next((each for each in root.iter() if local(each) in _TELL), None)
    return _TELL[local(found)](found) if found is not None else None


def _app(app: Any) -> Said:
    kind, title = _own(app, "type"), _own(app, "title")
    if kind == "2000":
        return _transfer(app)
    if kind in ("2001", "2003"):
        title = next((t for t in (_below(app, "sendertitle"), _below(app, "receivertitle"), title) if t), "")
        return Said("packet", f"[红包] {title}".strip())
    if kind == "6" or (kind == "74" and title):
        return Said("file", f"[文件] {title}", file=title or None)
    if kind in ("19", "40"):
        return Said("forwarded", f"[聊天记录] {_record(app) or title}".strip())
    if kind == "57":
        return Said("quote", title, _quoted(app) or None)
    if kind in ("17", "16"):
        return Said("place", f"[位置] {title}".strip())
    shown = " ".join(part for part in (title, _own(app, "des"), _own(app, "url")) if part)
    return Said("text", f"[链接] {shown}".strip())


def transfer_words(shown: str, state: str, memo: str) -> tuple[str, float | None]:
    """A transfer in the words of a chat, and its sum; ``state`` is WeChat's number for sent, accepted, returned.

    >>> transfer_words("￥1,200.00", "3", "")
    ('[转账] 已收款 ¥1200.00', 1200.0)
    """
    number = _NUMBER.search(shown)
    amount = float(number[0].replace(",", "")) if number else None
    sum_ = f"¥{amount:.2f}" if amount is not None else ""
    return " ".join(part for part in (f"[转账] {_PAID.get(state, '')}{sum_}".strip(), memo) if part), amount


def _transfer(app: Any) -> Said:
    shown = _below(app, "feedesc") or _own(app, "des")
    told, amount = transfer_words(shown, _below(app, "paysubtype"), _below(app, "pay_memo"))
    reference = next((t for n in ("transcationid", "transactionid", "transferid") if (t := _below(app, n))), None)
    return Said("transfer", told, None, amount, "CNY" if amount is not None else None, None, reference)


def _quoted(app: Any, depth: int = 0) -> str:
    """The words of the message that is answered; what is itself XML there is told in turn."""
    content = next(
        (_text(part) for each in app.iter() if local(each) == "refermsg" for part in each if local(part) == "content"),
        "",
    )
    if content and depth < _DEEPEST and looks_like_xml(content):
        inner = in_xml(content)
        return inner.text if inner else ""
    return content


def _record(app: Any) -> str:
    """What a forwarded record holds: its own items where they are there, else its summary."""
    inner = _below(app, "recorditem")
    if inner and "<recordinfo" in inner and len(inner) <= _LONGEST:
        try:
            items = [each for each in parsed(inner.encode("utf-8", "replace")).iter() if local(each) == "dataitem"]
        except UnreadableError:
            items = []
        lines = [
            f"{_below(each, 'sourcename')}: {_below(each, 'datadesc') or _below(each, 'datatitle')}" for each in items
        ]
        if lines:
            return "\n".join(lines)
    return _own(app, "des")


def _revoked(element: Any) -> Said:
    return Said("recalled", _below(element, "replacemsg") or _below(element, "content") or _text(element))


def _system(element: Any) -> Said:
    if any(local(each) == "revokemsg" for each in element.iter()):
        return _revoked(element)
    return Said(
        "system",
        _below(element, "plain") or _below(element, "template") or _below(element, "content") or _text(element),
    )


def _card(element: Any) -> Said:
    name = attribute(element, "nickname")
    alias = attribute(element, "alias") or attribute(element, "username")
    return Said("card", " ".join(part for part in ("[名片]", name, alias) if part))


def _place(element: Any) -> Said:
    parts = (attribute(element, "label"), attribute(element, "poiname"))
    return Said("place", " ".join(("[位置]", *(part for part in parts if part))))


def _message(element: Any) -> Said:
    """A message without any part that is known: a card carries all in its own attributes."""
    inner = next((each for each in element if local(each) in _TELL), None)
    if inner is not None:
        return _TELL[local(inner)](inner)
    if attribute(element, "nickname"):
        return _card(element)
    return Said("text", _text(element))


_TELL = {
    "appmsg": _app,
    "img": lambda _: Said("image", "[图片]"),
    "voicemsg": lambda _: Said("voice", "[语音]"),
    "videomsg": lambda _: Said("video", "[视频]"),
    "emoji": lambda _: Said("emoji", "[表情]"),
    "location": _place,
    "voipmsg": lambda _: Said("call", "[通话]"),
    "VoIPBubbleMsg": lambda each: Said("call", f"[通话] {_below(each, 'msg')}".strip()),
    "voiplocalinfo": lambda _: Said("call", "[通话]"),
    "revokemsg": _revoked,
    "sysmsg": _system,
    "msg": _message,
}


def _text(element: Any) -> str:
    return words(element)


def _own(element: Any, name: str) -> str:
    return next((_text(child) for child in element if local(child) == name), "")


def _below(element: Any, name: str) -> str:
    return next((_text(child) for child in element.iter() if local(child) == name), "")
