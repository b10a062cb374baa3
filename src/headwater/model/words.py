"""Sentences that are said in more than one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in English and in Chinese; both are made from the same fields at the same place."""

    en: str
    zh: str

    def said(self, lang: Lang) -> str:
        """The sentence in that language."""
        return self.zh if lang == "zh" else self.en
