"""Files become holdings: whose data is in here, and how much."""
