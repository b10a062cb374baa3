"""Statements: their shape, their meaning, the rows that they returned."""
