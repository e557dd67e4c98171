-- Where the bot is no member and a person brought it by their own installation: the guild, 0 in private messages with others.
ALTER TABLE jobs ADD COLUMN guest_of BIGINT CHECK (guest_of IS NULL OR guild_id IS NULL);
