"""One identifier per module: compact, validate, is_valid, mask."""
