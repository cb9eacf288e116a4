"""From where on something recorded is so unusual that the duty leader is asked to ask: all limits in one place.

Each is set so that an honest team is almost never asked about (`tests/workflow/quality` measures how rarely) while what can only
have been made up at a desk is. What is found is a question. It never changes a figure, and nobody is named to a superior.
"""

from typing import Final

from rules.time import MINUTE, Duration

BURST_VISITS: Final = 20
"""So many visits, each recorded by a tap of its own by who went …"""
BURST_WITHIN: Final[Duration] = 5 * MINUTE
"""… that are said to have happened within so long. One in 15 s: nobody walks from door to door so fast. Visits typed from a paper
sheet are sent together and count as one; so do visits that somebody else typed."""

SAME_MINUTE: Final = 10
"""So many visits of one person on one day, all at the same minute."""

NIGHT_VISITS: Final = 5
"""So many visits of one person on one day between NIGHT_FROM and NIGHT_TO: nobody rings at doors then; 23:59 lies in it."""
NIGHT_FROM, NIGHT_TO = 22, 5
"""Hours of the day."""

ONE_REASON: Final = 20
"""So many exits of a team, told at doors, of which ONE_REASON_PERCENT in a hundred have the same reason …"""
ONE_REASON_PERCENT: Final = 95
OTHERS_PERCENT: Final = 60
"""… while of the other teams' exits at most so many in a hundred have it."""

JUMP_EXITS: Final = 15
"""So many exits of a team on one of the last JUMP_DAYS days of collecting …"""
JUMP_DAYS: Final = 2
JUMP_TIMES: Final = 3
"""… and, for each visit, so many times as many as on the days before, of which there are JUMP_BEFORE visits or more …"""
JUMP_BEFORE: Final = 30
JUMP_DEVIATIONS: Final = 4
"""… and so many standard deviations above what those days let expect."""

NO_CONTACT: Final = 1
"""So many of a team's people told to be finished by somebody, though no visit was recorded in which it was found."""
