-- Guilds in which Discord may have commands that are theirs alone.
CREATE TABLE told_guilds (
    guild_id INTEGER PRIMARY KEY
) STRICT;
