"""The console script `tungnha`."""

from workflow.cli import cli

main = cli
"""The same group of commands as the engine's; screens add theirs to it."""

if __name__ == "__main__":
    main()
