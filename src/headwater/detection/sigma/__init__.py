"""Sigma rules over the lake: read with pySigma, turned into expressions of the column engine, correlated, grouped."""
