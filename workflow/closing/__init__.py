"""Closing a period: teams send, the coordinator accepts or returns, the unit closes; the figures stay as the very bytes shown."""
