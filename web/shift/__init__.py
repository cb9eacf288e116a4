"""Handing a shift over, and taking note of one that was handed over."""
