"""What the moderators of a guild decide."""
