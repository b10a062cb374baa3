"""Methods that any user could run on the same lake: what Headwater is measured against.

Counters per account and day, five ways to call a day unusual, a fixed rule, and three ways to blame a leak on its
readers. They know nothing of Headwater's detectors, and these know nothing of them.
"""
