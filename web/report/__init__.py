"""The report at an instant."""
