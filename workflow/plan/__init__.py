"""The plan, without a database: how a task lives, when it opens and falls due, for whom, and what closes it by itself."""
