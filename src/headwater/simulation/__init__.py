"""Made worlds with known truth."""
