"""Exercises: predict, do, observe, explain; and marks for what was recorded."""
