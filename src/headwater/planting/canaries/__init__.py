"""Canaries: decoy people among protected records, each for one account, period or place, so that a leak names its way."""
