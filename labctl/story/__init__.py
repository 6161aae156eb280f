"""The story of a lab: events folded into a world, narrated, recorded, asked why."""
