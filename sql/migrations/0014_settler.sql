-- What the gateway tells by itself, what only a person can decide, and what else its books hold.

-- One event that the gateway sent and signed, as it came. It is a hint to ask the gateway, never an amount to book.
CREATE TABLE webhook (
  id            BIGINT       NOT NULL AUTO_INCREMENT,
  gateway       VARCHAR(16)  NOT NULL,
  event_id      VARCHAR(64)  NOT NULL COMMENT 'the gateway''s: an event is kept once, however often it comes',
  event_type    VARCHAR(64)  NOT NULL DEFAULT '',
  body          MEDIUMBLOB   NULL COMMENT 'as it was signed',
  received_at   DATETIME     NOT NULL,
  state         VARCHAR(8)   NOT NULL DEFAULT 'waiting',
  look_at       DATETIME     NULL COMMENT 'when to take it up, NULL when it is over',
  looks         INT          NOT NULL DEFAULT 0,
  done_at       DATETIME     NULL,
  outcome       VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'what came of it',
  purged_at     DATETIME     NULL COMMENT 'since when there is no body',
  PRIMARY KEY (id),
  UNIQUE KEY webhook_event (gateway, event_id),
  KEY webhook_due (state, look_at, id),
  KEY webhook_kept (purged_at, received_at, id),
  -- ignored: nothing that concerns us. given_up: tried for days; the daily reading of the report does without it.
  CONSTRAINT webhook_state CHECK (state IN ('waiting', 'done', 'ignored', 'given_up')),
  CONSTRAINT webhook_waits CHECK ((state = 'waiting') = (look_at IS NOT NULL)),
  CONSTRAINT webhook_over CHECK ((state = 'waiting') = (done_at IS NULL)),
  CONSTRAINT webhook_purged CHECK (purged_at IS NULL OR (body IS NULL AND state <> 'waiting'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Transactions of the same merchant account that are no payment of ours: made in the gateway's own pages, by a shop.
CREATE TABLE foreign_transaction (
  id             BIGINT      NOT NULL AUTO_INCREMENT,
  gateway        VARCHAR(16) NOT NULL,
  transaction_id VARCHAR(64) NOT NULL,
  order_id       VARCHAR(64) NOT NULL DEFAULT '',
  standing       VARCHAR(16) NOT NULL,
  amount_cents   BIGINT      NOT NULL COMMENT 'taken',
  refunded_cents BIGINT      NOT NULL COMMENT 'sent back',
  modified_at    DATETIME    NOT NULL COMMENT 'the gateway''s time of its last action',
  seen_at        DATETIME    NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY foreign_transaction_id (gateway, transaction_id),
  KEY foreign_transaction_modified (modified_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE queue_item
  ADD COLUMN decision  VARCHAR(16)  NOT NULL DEFAULT '' COMMENT 'what was decided; empty: still open, or it became clear by itself',
  ADD COLUMN note      VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'why, in the words of whoever decided',
  ADD COLUMN closed_by VARCHAR(64)  NOT NULL DEFAULT '',
  ADD COLUMN told_at   DATETIME     NULL COMMENT 'when a mail about it was written',
  ADD KEY queue_item_told (closed_at, told_at, id);
-- What waited before there were mails about it is no news.
UPDATE queue_item SET told_at = opened_at;

-- A mail to the provider is about no account.
ALTER TABLE outbox MODIFY COLUMN account_id BIGINT NULL COMMENT 'NULL: to the provider';

-- Of several settlers one reads a report.
ALTER TABLE progress ADD COLUMN read_by DATETIME(6) NULL COMMENT 'lease, by the database''s clock', ALGORITHM=INSTANT;

-- Paid with a card whose bank took the money back: due again, and left out of autopay.
ALTER TABLE invoice ADD COLUMN disputed_at DATETIME NULL COMMENT 'since when autopay leaves it out', ALGORITHM=INSTANT;

ALTER TABLE refund
  MODIFY COLUMN kind VARCHAR(10) NOT NULL,
  DROP CONSTRAINT refund_kind,
  -- chargeback: the cardholder's bank took it back; nobody was asked.
  ADD CONSTRAINT refund_kind CHECK (kind IN ('refund', 'void', 'return', 'chargeback')),
  -- What of ours the gateway must have: those of a time.
  ADD KEY refund_created (created_at, id);

ALTER TABLE payment ADD KEY payment_confirmed (confirmed_at, id);

-- What the vault holds may change without us: the card networks tell the gateway of new numbers and dates.
ALTER TABLE method
  ADD COLUMN read_at DATETIME NULL COMMENT 'when the vault was last asked what it holds', ALGORITHM=INSTANT;
ALTER TABLE method ADD KEY method_read (kind, state, read_at, id);
