"""Private matching: two sides learn who stands in both their lists, or only how many, and nothing else of the lists."""
