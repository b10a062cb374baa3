"""What each account of a house read, day by day, beside its peers: worked out once for each lake, under pseudonyms."""
