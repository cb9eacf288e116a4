"""What should happen: packs, their rule language, deadlines and machines. Knows no tables and no web."""
