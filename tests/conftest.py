"""Fixtures that several folders of tests share."""

from tests.made_cases import other, other_answered, plain, plain_answered

__all__ = ["other", "other_answered", "plain", "plain_answered"]
