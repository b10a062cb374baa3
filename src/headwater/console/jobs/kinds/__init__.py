"""The kinds of long work; each module holds one, and is found by its file."""
