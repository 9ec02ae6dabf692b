"""Expressions of time in news: where they stand, what they denote, or why they denote nothing."""
from timeline.dates.finder import find_dates

__all__ = ["find_dates"]
