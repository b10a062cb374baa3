"""Logs and tables become rows of the lake."""
