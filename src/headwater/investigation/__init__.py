"""One case from folder to result."""
