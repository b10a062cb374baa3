"""Who took it: leaked rows against reading histories."""
