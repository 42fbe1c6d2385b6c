-- Payment methods, payments, what they cover, and everything that happened to them.

-- The method itself is in the gateway's vault; we keep its reference there and what tells it apart.
CREATE TABLE method (
  account_id      BIGINT       NOT NULL,
  id              BIGINT       NOT NULL AUTO_INCREMENT,
  user_id         BIGINT       NOT NULL COMMENT 'methods belong to the user who added them',
  kind            VARCHAR(8)   NOT NULL,
  gateway         VARCHAR(16)  NOT NULL,
  vault_id        VARCHAR(64)  NOT NULL,
  label           VARCHAR(100) NOT NULL DEFAULT '',
  brand           VARCHAR(32)  NOT NULL DEFAULT '' COMMENT 'Visa; for a bank account its type',
  last_four       VARCHAR(4)   NOT NULL,
  expires_on      DATE         NULL COMMENT 'the last day of a card''s last month',
  holder          VARCHAR(200) NOT NULL DEFAULT '',
  holder_type     VARCHAR(8)   NOT NULL DEFAULT '',
  state           VARCHAR(16)  NOT NULL DEFAULT 'active',
  initial_transaction_id VARCHAR(64) NOT NULL DEFAULT '' COMMENT 'first approved use, for stored-credential fields',
  created_at      DATETIME     NOT NULL,
  used_at         DATETIME     NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY method_id (id),
  UNIQUE KEY method_vault (gateway, vault_id),
  KEY method_user (account_id, user_id),
  CONSTRAINT method_member FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT method_owner FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT method_kind CHECK (kind IN ('card', 'bank')),
  CONSTRAINT method_state CHECK (state IN ('active', 'needs_attention', 'removed')),
  CONSTRAINT method_vault_id CHECK (vault_id <> ''),
  CONSTRAINT method_last_four CHECK (last_four REGEXP '^[0-9]{4}$')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE payment (
  account_id      BIGINT       NOT NULL,
  id              BIGINT       NOT NULL AUTO_INCREMENT,
  reference       CHAR(13)     NOT NULL COMMENT 'ours; the gateway''s order id',
  form_key        BINARY(32)   NULL COMMENT 'of the form that made it: a form makes one payment',
  form_hash       BINARY(32)   NULL COMMENT 'of what that form held: the same form again is the same payment',
  source          VARCHAR(8)   NOT NULL COMMENT 'customer, autopay, provider',
  kind            VARCHAR(8)   NOT NULL,
  user_id         BIGINT       NULL,
  method_id       BIGINT       NULL,
  method_text     VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'as it was then: Visa ending 4242',
  amount_cents    BIGINT       NOT NULL,
  refunded_cents  BIGINT       NOT NULL DEFAULT 0,
  state           VARCHAR(16)  NOT NULL,
  note            VARCHAR(500) NOT NULL DEFAULT '',
  external_reference VARCHAR(64) NULL COMMENT 'check or wire number of a recorded payment',
  claim_token     BINARY(16)   NULL,
  send_by         DATETIME(6)  NULL COMMENT 'lease, by the database''s clock',
  gateway         VARCHAR(16)  NOT NULL DEFAULT '',
  transaction_id  VARCHAR(64)  NULL COMMENT 'the gateway''s',
  response_code   VARCHAR(16)  NOT NULL DEFAULT '',
  response_text   VARCHAR(200) NOT NULL DEFAULT '',
  decline_class   VARCHAR(16)  NOT NULL DEFAULT '',
  created_at      DATETIME     NOT NULL,
  confirmed_at    DATETIME     NULL,
  deadline_at     DATETIME     NULL COMMENT 'business time by which it was to be sent',
  closed_at       DATETIME     NULL COMMENT 'when its outcome was recorded',
  look_at         DATETIME     NULL COMMENT 'when to ask the gateway next',
  looks           INT          NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY payment_id (id),
  UNIQUE KEY payment_reference (reference),
  UNIQUE KEY payment_form (form_key),
  UNIQUE KEY payment_external (kind, external_reference),
  UNIQUE KEY payment_transaction (gateway, transaction_id),
  KEY payment_open (state, look_at),
  KEY payment_recent (account_id, created_at, id),
  CONSTRAINT payment_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT payment_source CHECK (source IN ('customer', 'autopay', 'provider')),
  CONSTRAINT payment_kind CHECK (kind IN ('card', 'bank', 'check', 'wire', 'cash')),
  CONSTRAINT payment_amount CHECK (amount_cents BETWEEN 1 AND 9999999999),
  CONSTRAINT payment_formed CHECK (form_key IS NULL OR form_hash IS NOT NULL),
  CONSTRAINT payment_refunded CHECK (refunded_cents >= 0 AND refunded_cents <= amount_cents),
  CONSTRAINT payment_state CHECK (state IN ('review', 'expired', 'processing', 'unknown', 'pending',
    'succeeded', 'declined', 'failed', 'not_charged', 'returned', 'partly_refunded', 'refunded',
    'voided', 'charged_back')),
  CONSTRAINT payment_claimed CHECK (state NOT IN ('processing', 'unknown') OR
    (claim_token IS NOT NULL AND send_by IS NOT NULL AND gateway <> ''))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE payment_allocation (
  account_id     BIGINT  NOT NULL,
  payment_id     BIGINT  NOT NULL,
  invoice_id     BIGINT  NOT NULL,
  amount_cents   BIGINT  NOT NULL,
  refunded_cents BIGINT  NOT NULL DEFAULT 0,
  -- 1 while the payment is processing or unknown, NULL before and after: one such payment per
  -- invoice, guarded by the key below, since NULLs do not collide.
  open           TINYINT NULL,
  PRIMARY KEY (account_id, payment_id, invoice_id),
  UNIQUE KEY payment_allocation_open (invoice_id, open),
  KEY payment_allocation_invoice (account_id, invoice_id, payment_id),
  CONSTRAINT payment_allocation_of FOREIGN KEY (account_id, payment_id)
    REFERENCES payment (account_id, id),
  CONSTRAINT payment_allocation_covers FOREIGN KEY (account_id, invoice_id)
    REFERENCES invoice (account_id, id),
  CONSTRAINT payment_allocation_open_flag CHECK (open = 1),
  CONSTRAINT payment_allocation_amount CHECK (amount_cents > 0),
  CONSTRAINT payment_allocation_refunded
    CHECK (refunded_cents >= 0 AND refunded_cents <= amount_cents)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Every step of every payment, append only.
CREATE TABLE payment_event (
  account_id BIGINT       NOT NULL,
  id         BIGINT       NOT NULL AUTO_INCREMENT,
  payment_id BIGINT       NOT NULL,
  at         DATETIME     NOT NULL,
  from_state VARCHAR(16)  NOT NULL DEFAULT '',
  to_state   VARCHAR(16)  NOT NULL,
  actor      VARCHAR(64)  NOT NULL,
  detail     VARCHAR(200) NOT NULL DEFAULT '',
  request_id VARCHAR(32)  NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, id),
  UNIQUE KEY payment_event_id (id),
  KEY payment_event_payment (account_id, payment_id, id),
  CONSTRAINT payment_event_of FOREIGN KEY (account_id, payment_id)
    REFERENCES payment (account_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Mail to send, written in the transaction of what it tells; the key keeps it single.
CREATE TABLE outbox (
  id         BIGINT      NOT NULL AUTO_INCREMENT,
  mail_key   VARCHAR(80) NOT NULL,
  kind       VARCHAR(32) NOT NULL,
  account_id BIGINT      NOT NULL,
  user_id    BIGINT      NULL,
  subject_id BIGINT      NULL,
  created_at DATETIME    NOT NULL,
  sent_at    DATETIME    NULL,
  PRIMARY KEY (id),
  UNIQUE KEY outbox_key (mail_key),
  KEY outbox_waiting (sent_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What a program must not decide alone.
CREATE TABLE queue_item (
  id         BIGINT       NOT NULL AUTO_INCREMENT,
  queue_key  VARCHAR(80)  NOT NULL,
  kind       VARCHAR(32)  NOT NULL,
  account_id BIGINT       NULL,
  payment_id BIGINT       NULL,
  detail     VARCHAR(500) NOT NULL DEFAULT '',
  opened_at  DATETIME     NOT NULL,
  closed_at  DATETIME     NULL,
  PRIMARY KEY (id),
  UNIQUE KEY queue_item_key (queue_key),
  KEY queue_item_open (closed_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
