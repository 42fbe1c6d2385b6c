-- The outbox is sent: a row is claimed, tried, tried again later, and marked.
ALTER TABLE outbox
  -- A row for nobody in particular becomes one for each recipient, under "<key>/<user>".
  MODIFY mail_key VARCHAR(120) NOT NULL,
  ADD COLUMN state VARCHAR(8) NOT NULL DEFAULT 'waiting',
  ADD COLUMN next_at DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00'
    COMMENT 'business time of the next try; the default: at once, before what was tried already',
  ADD COLUMN tries INT NOT NULL DEFAULT 0,
  ADD COLUMN claim_token BINARY(16) NULL COMMENT 'of the mailer that has it, or had it last',
  ADD COLUMN send_by DATETIME(6) NULL COMMENT 'lease, by the database''s clock',
  ADD COLUMN given_up_at DATETIME NULL,
  ADD COLUMN retried_at DATETIME NULL
    COMMENT 'when a person let it be tried anew: days are counted from here',
  ADD COLUMN last_error VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'what the last try came to',
  DROP KEY outbox_waiting,
  ADD KEY outbox_due (state, next_at, id),
  -- split: it is one row for each recipient now.
  ADD CONSTRAINT outbox_state CHECK (state IN ('waiting', 'sending', 'sent', 'given_up', 'split')),
  ADD CONSTRAINT outbox_claimed
    CHECK (state <> 'sending' OR (claim_token IS NOT NULL AND send_by IS NOT NULL)),
  ADD CONSTRAINT outbox_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  ADD CONSTRAINT outbox_given_up CHECK ((state = 'given_up') = (given_up_at IS NOT NULL));
