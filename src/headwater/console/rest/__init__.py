"""Small parts of REST: cursors of lists, and examples for its description."""
