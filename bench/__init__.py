"""Speed and memory as ratios to the limit: hand-written code doing the same work on the same data in the same run."""
