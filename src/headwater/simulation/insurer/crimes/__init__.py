"""The crimes: one file each, all of them silent about how they might be found."""
