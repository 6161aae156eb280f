"""What the verbs print: tables, replays, answers."""
