-- How many jobs of the person may run at the same time in the guild, as it was when they asked for this one; 0: any number.
ALTER TABLE jobs ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0 CHECK (at_once >= 0);
