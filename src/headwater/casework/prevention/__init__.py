"""Prevention: which controls would have stopped a case, found by replaying it with the control in place."""
