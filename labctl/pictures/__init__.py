"""Pictures of a run: one model, many formats."""
