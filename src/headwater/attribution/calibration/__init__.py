"""How true attribution is in one house: leaks planted over its own histories, and what was said of them."""
