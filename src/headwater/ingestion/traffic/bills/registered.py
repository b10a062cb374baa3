"""Who an account is registered for: the table that banks and wallets send beside a reply to the police."""

from __future__ import annotations

from headwater.ingestion.traffic.books.registration import READER

__all__ = ["READER"]
