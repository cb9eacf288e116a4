"""The team leader's screens: who carries what, the table of doors, handing over, covering the absent, the day's report."""
