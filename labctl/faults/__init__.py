"""Faults: set in the nodes, kept in the ledger, narrated until things settle."""
