"""Setting up a unit: the form that somebody fills in (YAML or XLSX), judged whole, and the ground it is founded on."""
