"""Verbs that change a lab as a whole: up, down, start, stop, kill, wait."""
