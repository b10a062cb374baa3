"""Duties to tell: who must hear of a leak, by when, under which law. Rule files, and the assessment of facts by them."""
