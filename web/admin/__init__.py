"""The administrator's pages: people, posts, teams, areas, bodies."""
