"""Controls that a house can put in place: one module each, found by file."""
