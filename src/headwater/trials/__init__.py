"""Trials: made worlds, investigated by Headwater and by the baselines, and scored, many at a time.

A suite is a data file that lists trials. A trial is one world with a seed: it is made, cut at several days, investigated
at each cut in a process of its own, scored, and thrown away; what stays is one score for each method.
"""
