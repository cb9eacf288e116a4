"""Notices: one digest for each post and hour of what came to it, written by the clock and read by whoever holds the post."""
