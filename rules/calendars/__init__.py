"""Holiday data, one YAML file a calendar, and the reader that checks them."""
