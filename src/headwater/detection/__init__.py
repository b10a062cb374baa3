"""Who reads what nobody expects them to read."""
