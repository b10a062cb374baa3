"""The ways of taking: one module each."""
