"""The market as the report draws and tells it. Everything here reads a result and nothing else."""
