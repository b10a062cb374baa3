"""Readers of address books, member lists and lists of calls: one module for each layout."""
