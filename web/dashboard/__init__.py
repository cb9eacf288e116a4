"""Dashboards of the campaign, of an area and of a team: as of any instant, with drawings that can be read aloud."""
