"""Innocent explanations of an incident, each really tested on the lake: one module of ``hypotheses`` per explanation."""
