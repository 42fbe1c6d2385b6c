-- The language a user reads: chosen in the profile, or else what the browser asked for at the last sign-in,
-- for mails.
ALTER TABLE user
  ADD COLUMN language VARCHAR(8) NOT NULL DEFAULT '' COMMENT 'as words/<code>.po is called; empty: what the browser asks for',
  ALGORITHM=INSTANT;
ALTER TABLE user_seen
  ADD COLUMN language VARCHAR(8) NOT NULL DEFAULT '' COMMENT 'of the pages at the last sign-in',
  ALGORITHM=INSTANT;
