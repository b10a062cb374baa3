"""Nouns and table schemas: no input, no output, no logic beyond their own consistency."""
