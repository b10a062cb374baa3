"""Layouts of logs, as products write them: events in, lines out."""
