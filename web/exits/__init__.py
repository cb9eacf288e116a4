"""Requests to confirm that somebody cannot be asked: the inbox, one request, several decided at once."""
