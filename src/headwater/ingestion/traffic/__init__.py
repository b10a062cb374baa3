"""Chats, bills and address books of the people under investigation: what they said, paid and called each other."""
