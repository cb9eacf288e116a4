"""The command line: each command is a thin file that calls an action or a query and prints what it answers."""

from workflow.cli.root import cli

__all__ = ["cli"]
