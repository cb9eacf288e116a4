"""The printing of numbers, under the name by which the daily history asks for it; it is defined in `workflow.numbers`."""

from workflow.numbers import decimal_vi

__all__ = ["decimal_vi"]
