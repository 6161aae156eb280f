"""The verbs: parse, call the lab, print."""
