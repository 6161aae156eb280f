"""What is seen: glyphs, the story's columns, the status table."""
