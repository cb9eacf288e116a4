"""Demonstration: made-up people, and two campaigns played through the importer, the commands and the tick."""
