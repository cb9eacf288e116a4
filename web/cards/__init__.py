"""Printing sign-in cards."""
