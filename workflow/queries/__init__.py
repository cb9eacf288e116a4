"""Reads, named as sentences. Session and unit first; rows out; they never commit."""
