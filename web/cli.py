"""The console script `tungnha`: the engine's commands, and `serve`, which needs the web."""

from workflow.cli import cli

cli.modules["serve"] = "web.serve:serve"
main = cli

if __name__ == "__main__":
    main()
