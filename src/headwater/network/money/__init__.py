"""Money of the market: each movement once, laid to the orders it paid, summed by person."""
