"""The same reads and writes as the screens, as JSON under `/api/v1`: one file for each kind of thing."""
