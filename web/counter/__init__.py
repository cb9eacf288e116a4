"""What the national system shows, beside the ledger."""
