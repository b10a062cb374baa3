"""Headwater follows leaked personal data upstream."""

__version__ = "0.1.0"
