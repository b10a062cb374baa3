"""Marks: each recipient of an export gets harmless variants of its values, and a part of it names him."""
