"""Planned absences: saying that one is away, and who stands in."""
