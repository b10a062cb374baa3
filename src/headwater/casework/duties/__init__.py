"""Duties to tell, from a case: its facts, the part of the result, clocks, calendar and draft notices."""
