-- Settings of a channel, and a number that tells who remembers settings that they changed.
CREATE TABLE channel_settings (
    guild_id   BIGINT           NOT NULL,
    channel_id BIGINT           NOT NULL,
    key        TEXT             NOT NULL,
    value      TEXT             NOT NULL,
    set_by     BIGINT           NOT NULL,
    set_at     DOUBLE PRECISION NOT NULL,

    PRIMARY KEY (guild_id, channel_id, key)
);

-- The last change of each guild's settings, its channels' among them; numbers go up over all guilds.
CREATE TABLE settings_changes (
    guild_id BIGINT PRIMARY KEY,
    number   BIGINT NOT NULL UNIQUE
);
INSERT INTO settings_changes (guild_id, number)
SELECT guild_id, row_number() OVER (ORDER BY guild_id) FROM (SELECT DISTINCT guild_id FROM guild_settings) AS guilds;

-- The channel that a thread belongs to, whose settings hold there too.
ALTER TABLE jobs ADD COLUMN parent_channel_id BIGINT;
