"""What happens: the engine. It runs without the web, and everything it writes goes through the ledger."""
