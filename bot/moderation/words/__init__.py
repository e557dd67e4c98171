"""Words that the moderators of a guild do not want in what is asked for."""
