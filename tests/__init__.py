"""The tests, each a claim about the lab."""
