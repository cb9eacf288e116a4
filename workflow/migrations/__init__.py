"""The schema's history: numbered, reversible revisions that import no models. `migrate` runs them."""
