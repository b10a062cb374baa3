"""The broker network: people behind accounts, orders and their paths, tiers, roles and money."""
