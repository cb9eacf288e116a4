"""Keeping an installation well: back it up, bring it back, look it over. Functions return data; the command line prints."""
