"""A result as events of the Open Cybersecurity Schema Framework 1.8.0."""
