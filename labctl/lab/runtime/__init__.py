"""Where nodes run: operating-system processes, or Docker containers."""
