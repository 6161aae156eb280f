"""What the lab says, in English and in 简体中文，side by side."""
