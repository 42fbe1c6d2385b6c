-- Money that goes back: refunds, and voids of what has not settled yet. One row for each try, with
-- the same claim, lease and states of doubt as a payment.
CREATE TABLE refund (
  account_id      BIGINT       NOT NULL,
  id              BIGINT       NOT NULL AUTO_INCREMENT,
  reference       CHAR(13)     NOT NULL COMMENT 'ours: R and 12 characters',
  payment_id      BIGINT       NOT NULL,
  kind            VARCHAR(8)   NOT NULL COMMENT 'refund: cents of it; void: all of it, before it settles',
  amount_cents    BIGINT       NOT NULL,
  reopens         TINYINT      NOT NULL COMMENT '1: what was paid with it is due again',
  state           VARCHAR(12)  NOT NULL,
  -- 1 while processing or unknown, NULL afterwards: one at a time for each payment.
  open            TINYINT      NULL,
  request_key     VARCHAR(64)  NULL COMMENT 'of whoever asked: the same key again changes nothing',
  claim_token     BINARY(16)   NULL,
  send_by         DATETIME(6)  NULL COMMENT 'lease, by the database''s clock',
  gateway         VARCHAR(16)  NOT NULL DEFAULT '' COMMENT 'empty: sent back outside the gateway',
  transaction_id  VARCHAR(64)  NULL COMMENT 'the gateway''s, where it is another than the sale''s',
  response_code   VARCHAR(16)  NOT NULL DEFAULT '',
  response_text   VARCHAR(200) NOT NULL DEFAULT '',
  note            VARCHAR(500) NOT NULL DEFAULT '',
  actor           VARCHAR(64)  NOT NULL,
  created_at      DATETIME     NOT NULL,
  deadline_at     DATETIME     NULL COMMENT 'business time by which it was to be sent',
  closed_at       DATETIME     NULL COMMENT 'when its outcome was recorded',
  look_at         DATETIME     NULL COMMENT 'when to ask the gateway next',
  looks           INT          NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY refund_id (id),
  UNIQUE KEY refund_reference (reference),
  UNIQUE KEY refund_open (payment_id, open),
  UNIQUE KEY refund_request (account_id, request_key),
  UNIQUE KEY refund_transaction (gateway, transaction_id),
  KEY refund_payment (account_id, payment_id, id),
  KEY refund_look (open, id),
  CONSTRAINT refund_of FOREIGN KEY (account_id, payment_id) REFERENCES payment (account_id, id),
  CONSTRAINT refund_kind CHECK (kind IN ('refund', 'void')),
  CONSTRAINT refund_amount CHECK (amount_cents BETWEEN 1 AND 9999999999),
  CONSTRAINT refund_state CHECK (state IN ('processing', 'unknown', 'succeeded', 'failed', 'not_sent')),
  CONSTRAINT refund_flags CHECK (reopens IN (0, 1)),
  CONSTRAINT refund_open_flag CHECK ((open IS NULL OR open = 1) AND
    (open IS NOT NULL) = (state IN ('processing', 'unknown'))),
  CONSTRAINT refund_claimed CHECK (state NOT IN ('processing', 'unknown') OR
    (claim_token IS NOT NULL AND send_by IS NOT NULL AND gateway <> ''))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Its cents by invoice, decided with the claim and never changed: what is recorded later, whoever
-- learns the outcome, is this.
CREATE TABLE refund_allocation (
  account_id   BIGINT NOT NULL,
  refund_id    BIGINT NOT NULL,
  invoice_id   BIGINT NOT NULL,
  amount_cents BIGINT NOT NULL,
  PRIMARY KEY (account_id, refund_id, invoice_id),
  KEY refund_allocation_invoice (account_id, invoice_id, refund_id),
  CONSTRAINT refund_allocation_of FOREIGN KEY (account_id, refund_id)
    REFERENCES refund (account_id, id),
  CONSTRAINT refund_allocation_covers FOREIGN KEY (account_id, invoice_id)
    REFERENCES invoice (account_id, id),
  CONSTRAINT refund_allocation_amount CHECK (amount_cents > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
