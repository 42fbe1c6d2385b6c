-- Files of the provider's on their way in, what is told to the provider's systems in an order that
-- skips nothing, and invoices that are taken back.

-- A file that is brought in: all of it is checked and kept in import_row before any of it counts.
CREATE TABLE import (
  id          BIGINT       NOT NULL AUTO_INCREMENT,
  kind        VARCHAR(8)   NOT NULL,
  state       VARCHAR(8)   NOT NULL DEFAULT 'staging',
  -- 1 while it is applied, NULL before and afterwards: of a file's contents one is applied at a time.
  open        TINYINT      NULL,
  file_hash   BINARY(32)   NULL COMMENT 'of its bytes, once all of them were read',
  file_name   VARCHAR(200) NOT NULL,
  items       BIGINT       NOT NULL DEFAULT 0 COMMENT 'in the file',
  unchanged   BIGINT       NOT NULL DEFAULT 0 COMMENT 'of items: were there already',
  applied     BIGINT       NOT NULL DEFAULT 0 COMMENT 'of items: written by it',
  total_cents BIGINT       NOT NULL DEFAULT 0 COMMENT 'of applied invoices, with their fees',
  fee_cents   BIGINT       NOT NULL DEFAULT 0,
  -- Every row of it up to here is applied; moves in the transaction that applies them.
  at_account  BIGINT       NOT NULL DEFAULT 0,
  at_seq      BIGINT       NOT NULL DEFAULT 0,
  version     BIGINT       NOT NULL DEFAULT 0 COMMENT 'bumped with every addition of rows',
  is_told     TINYINT      NOT NULL DEFAULT 0 COMMENT '1: whom it concerns gets mail of what it writes',
  actor       VARCHAR(64)  NOT NULL,
  created_at  DATETIME     NOT NULL,
  changed_at  DATETIME     NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY import_once (kind, file_hash, open),
  KEY import_state (state, changed_at),
  CONSTRAINT import_kind CHECK (kind IN ('account', 'user', 'invoice')),
  -- dropped: its rows go, and then it does.
  CONSTRAINT import_state CHECK (state IN ('staging', 'applying', 'done', 'dropped')),
  CONSTRAINT import_told CHECK (is_told IN (0, 1)),
  CONSTRAINT import_open CHECK ((open IS NULL OR open = 1) AND (open IS NOT NULL) = (state = 'applying')),
  CONSTRAINT import_hashed CHECK (state IN ('staging', 'dropped') OR file_hash IS NOT NULL),
  CONSTRAINT import_counts CHECK (items >= 0 AND unchanged >= 0 AND applied >= 0
    AND applied + unchanged <= items)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- In the order they are applied: an account's together.
CREATE TABLE import_row (
  import_id   BIGINT       NOT NULL,
  account_id  BIGINT       NOT NULL COMMENT '0: of no account yet',
  seq         BIGINT       NOT NULL COMMENT 'its place in the file',
  is_there    TINYINT      NOT NULL COMMENT '1: was there already, and the same',
  line_number INT          NOT NULL,
  column_number INT        NOT NULL,
  item        VARCHAR(254) NOT NULL COMMENT 'what it is known by: an invoice''s number, a user''s e-mail address',
  owner       VARCHAR(32)  NOT NULL DEFAULT '' COMMENT 'the account, where items are known within it',
  weight      INT          NOT NULL COMMENT 'how many rows are written to apply it, at most',
  body        MEDIUMTEXT   NOT NULL,
  PRIMARY KEY (import_id, account_id, seq),
  KEY import_row_item (import_id, item, owner, seq),
  CONSTRAINT import_row_of FOREIGN KEY (import_id) REFERENCES import (id),
  CONSTRAINT import_row_flag CHECK (is_there IN (0, 1)),
  CONSTRAINT import_row_weight CHECK (weight BETWEEN 1 AND 900)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each journal entry, in the order in which it is told (`remit events`). Entries are numbered when they
-- are written and seen when they are committed, which is another order: so whoever tells gives them
-- their places, once they can be seen, under the one row of feed_end.
CREATE TABLE feed (
  entry_id   BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  seq        BIGINT NULL COMMENT 'its place; NULL: nobody asked since it was written',
  PRIMARY KEY (entry_id),
  UNIQUE KEY feed_seq (seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE feed_end (
  id    TINYINT NOT NULL,
  seq   BIGINT  NOT NULL COMMENT 'the last place given',
  takes BIGINT  NOT NULL DEFAULT 0 COMMENT 'how often somebody gave places',
  PRIMARY KEY (id),
  CONSTRAINT feed_end_single CHECK (id = 1 AND seq >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO feed_end (id, seq) VALUES (1, 0);

INSERT INTO feed (entry_id, account_id) SELECT id, account_id FROM journal_entry;

-- Exports read by day, whatever the account.
ALTER TABLE journal_entry ADD KEY journal_entry_day (on_date, id);

ALTER TABLE invoice
  ADD COLUMN voided_at DATETIME NULL,
  ADD COLUMN void_note VARCHAR(500) NOT NULL DEFAULT '',
  ADD KEY invoice_day (issued_on, id);

ALTER TABLE payment
  ADD COLUMN moved_cents BIGINT NOT NULL DEFAULT 0
    COMMENT 'of credit_cents: was paid on invoices that are void',
  ADD KEY payment_day (confirmed_at, id),
  ADD CONSTRAINT payment_moved CHECK (moved_cents BETWEEN 0 AND credit_cents);

-- Retention looks for what is old.
ALTER TABLE outbox ADD KEY outbox_created (created_at);

-- What was paid on an invoice that is void is not the invoice's any more, but the account's credit: the
-- cents move from the allocation to the payment's credit_cents.
ALTER TABLE payment_allocation
  ADD COLUMN moved_cents BIGINT NOT NULL DEFAULT 0 COMMENT 'what amount_cents was more, before',
  DROP CONSTRAINT payment_allocation_amount,
  ADD CONSTRAINT payment_allocation_amount CHECK (amount_cents >= 0 AND moved_cents >= 0
    AND amount_cents + moved_cents > 0);
