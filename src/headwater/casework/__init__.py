"""Findings become incidents, a time line and a report."""
