"""Accounts that passed from one person to another while the case lasts."""
