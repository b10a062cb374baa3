"""Rule sets as data; the tally of items and gains into a grade."""
