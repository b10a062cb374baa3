"""One module per revision, each with what it makes of the tables."""
