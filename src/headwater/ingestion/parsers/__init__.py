"""One log format per module."""
