"""Measures Headwater against its ceilings: what a stage costs over the cheapest thing that could do its reading.

``python -m bench`` makes its own data, runs everything once in processes of its own, prints ratios, and writes them
to ``bench/results.json``. It never asserts a time.
"""
