"""One innocent explanation per module: the docstring is what the reader sees, ``test`` asks the lake."""
