-- Whom the provider's own site calls by an id of its own: `Login.Match = external_id`.

-- Compared byte by byte, with the blanks at its end: two ids that look alike are two people.
ALTER TABLE user
  ADD COLUMN external_id VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL
    COMMENT 'as the provider''s site calls the user; NULL: not at all',
  ADD UNIQUE KEY user_external (external_id),
  ADD CONSTRAINT user_external_given CHECK (external_id <> '');
