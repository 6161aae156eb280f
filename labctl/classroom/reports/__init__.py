"""Grades for the programs that read them: one file for each format."""
