"""People behind accounts: links in bits with their reasons, and groups that nothing forbids."""
