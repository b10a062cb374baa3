"""Innocent doings that look like thefts to whoever counts only rows."""
