"""A made house: its days, people, machines, accounts and clients, and the ordinary life in it."""
