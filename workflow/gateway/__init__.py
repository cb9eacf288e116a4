"""The one gateway: every move of every case goes through here, singly or in batches, with the same checks.

`single` reads a rule in Python when a person taps a button; `batch` reads the same rule in SQL for a roster or a sweep. A test
holds the two against each other.
"""
