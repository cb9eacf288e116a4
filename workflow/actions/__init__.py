"""Writes: one verb per file. Permission, guard, event, commit."""
