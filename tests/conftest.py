"""Fixtures that several folders of tests share."""

from tests.made_cases import other, other_answered, plain, plain_answered, plain_in_chinese

__all__ = ["other", "other_answered", "plain", "plain_answered", "plain_in_chinese"]
