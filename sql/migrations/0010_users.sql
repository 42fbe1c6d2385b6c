-- What users do for themselves: links that came by mail, their sessions, and when they were last here.

-- A link to choose a password with. What is in the mail is a keyed hash of the salt, under a key that
-- the database has not: whoever reads this table can follow no link.
CREATE TABLE user_link (
  id         BIGINT      NOT NULL AUTO_INCREMENT,
  user_id    BIGINT      NOT NULL,
  account_id BIGINT      NOT NULL COMMENT 'named in its mail; where an invitation leads',
  kind       VARCHAR(10) NOT NULL,
  salt       BINARY(16)  NOT NULL,
  token_hash BINARY(32)  NOT NULL COMMENT 'of what is in the mail',
  created_at DATETIME    NOT NULL,
  ends_at    DATETIME    NOT NULL COMMENT 'from here on it is of no use',
  state      VARCHAR(4)  NOT NULL DEFAULT 'open' COMMENT 'over: the user got a password in another way',
  used_at    DATETIME    NULL,
  PRIMARY KEY (id),
  UNIQUE KEY user_link_token (token_hash),
  KEY user_link_user (user_id, state),
  KEY user_link_ends (ends_at),
  CONSTRAINT user_link_person FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT user_link_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT user_link_kind CHECK (kind IN ('reset', 'invitation')),
  CONSTRAINT user_link_state CHECK (state IN ('open', 'used', 'over')),
  CONSTRAINT user_link_used CHECK ((state = 'used') = (used_at IS NOT NULL)),
  CONSTRAINT user_link_life CHECK (ends_at > created_at AND (used_at IS NULL OR used_at < ends_at))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Bumped first by whatever sets a password and by each sign-in, so that the two never interleave: a session
-- begun with the old password cannot come in behind the end of all of them.
ALTER TABLE user ADD COLUMN version BIGINT NOT NULL DEFAULT 0, ALGORITHM=INSTANT;

-- For a user to tell own sessions apart.
ALTER TABLE session
  ADD COLUMN device  VARCHAR(60) NOT NULL DEFAULT '' COMMENT 'what its browser called itself, in few words',
  ADD COLUMN address VARCHAR(45) NOT NULL DEFAULT '' COMMENT 'from where it was begun';

-- When a user began or left a session on an account: what is left of it once the session is gone.
CREATE TABLE user_seen (
  account_id BIGINT   NOT NULL,
  user_id    BIGINT   NOT NULL,
  seen_at    DATETIME NOT NULL,
  PRIMARY KEY (account_id, user_id),
  CONSTRAINT user_seen_member FOREIGN KEY (account_id, user_id)
    REFERENCES account_user (account_id, user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
