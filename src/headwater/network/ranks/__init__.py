"""Who stands where in the market: tiers, roles, and the people without whom it would not work."""
