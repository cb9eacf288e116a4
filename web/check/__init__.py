"""Checking the figures of a document that somebody sent: paste it or send the file; nothing of it is kept."""
