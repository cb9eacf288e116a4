"""The set-based actions that a clock calls. No Flask, no loop over cases, safe to run twice and by two workers at once."""
