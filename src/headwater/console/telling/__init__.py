"""Telling others: web hooks, chats and mail, and the house's security monitoring."""
