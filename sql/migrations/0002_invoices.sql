-- Invoices and the journal. Tables read by account are clustered by account.

CREATE TABLE invoice (
  account_id     BIGINT       NOT NULL,
  id             BIGINT       NOT NULL AUTO_INCREMENT,
  number         VARCHAR(32)  NOT NULL,
  billing_type   VARCHAR(64)  NOT NULL DEFAULT '',
  state          VARCHAR(8)   NOT NULL DEFAULT 'issued',
  issued_on      DATE         NOT NULL,
  due_on         DATE         NOT NULL,
  terms          VARCHAR(500) NOT NULL DEFAULT '',
  tax_cents      BIGINT       NOT NULL DEFAULT 0,
  total_cents    BIGINT       NOT NULL,
  paid_cents     BIGINT       NOT NULL DEFAULT 0,
  credited_cents BIGINT       NOT NULL DEFAULT 0,
  pending_cents  BIGINT       NOT NULL DEFAULT 0 COMMENT 'reserved by payments that are not final',
  is_open        TINYINT AS (state = 'issued' AND total_cents > paid_cents + credited_cents) STORED,
  fingerprint    BINARY(32)   NOT NULL COMMENT 'of what was imported; other figures are refused',
  created_at     DATETIME     NOT NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY invoice_id (id),
  UNIQUE KEY invoice_number (number),
  KEY invoice_recent (account_id, issued_on, id),
  KEY invoice_status (account_id, is_open, issued_on, id),
  KEY invoice_due (account_id, is_open, due_on, id),
  CONSTRAINT invoice_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT invoice_state CHECK (state IN ('issued', 'void')),
  CONSTRAINT invoice_total CHECK (total_cents > 0 AND tax_cents >= 0 AND tax_cents <= total_cents),
  CONSTRAINT invoice_parts CHECK (paid_cents >= 0 AND credited_cents >= 0 AND pending_cents >= 0),
  CONSTRAINT invoice_covered CHECK (paid_cents + credited_cents + pending_cents <= total_cents),
  CONSTRAINT invoice_void CHECK (state <> 'void' OR (paid_cents = 0 AND pending_cents = 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE invoice_line (
  account_id   BIGINT        NOT NULL,
  invoice_id   BIGINT        NOT NULL,
  line         INT           NOT NULL,
  description  VARCHAR(1000) NOT NULL,
  quantity     VARCHAR(32)   NOT NULL DEFAULT '1' COMMENT 'text for people; amounts are not derived from it',
  price_cents  BIGINT        NOT NULL,
  amount_cents BIGINT        NOT NULL,
  PRIMARY KEY (account_id, invoice_id, line),
  CONSTRAINT invoice_line_invoice FOREIGN KEY (account_id, invoice_id)
    REFERENCES invoice (account_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Double entry: the postings of an entry sum to zero. Nobody has UPDATE or DELETE on these two.
CREATE TABLE journal_entry (
  account_id BIGINT      NOT NULL,
  id         BIGINT      NOT NULL AUTO_INCREMENT,
  event_key  VARCHAR(80) NOT NULL COMMENT 'what happened; a second booking of it is refused',
  kind       VARCHAR(24) NOT NULL,
  at         DATETIME    NOT NULL,
  on_date    DATE        NOT NULL COMMENT 'the day in the provider''s zone',
  payment_id BIGINT      NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY journal_entry_id (id),
  UNIQUE KEY journal_entry_event (event_key),
  KEY journal_entry_date (account_id, on_date),
  CONSTRAINT journal_entry_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT journal_entry_kind CHECK (kind IN ('invoice', 'payment', 'return', 'refund', 'fee',
                                                'credit', 'void'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE journal_posting (
  account_id   BIGINT      NOT NULL,
  entry_id     BIGINT      NOT NULL,
  line         INT         NOT NULL,
  ledger       VARCHAR(16) NOT NULL,
  invoice_id   BIGINT      NULL,
  amount_cents BIGINT      NOT NULL COMMENT 'debit positive, credit negative',
  PRIMARY KEY (account_id, entry_id, line),
  CONSTRAINT journal_posting_entry FOREIGN KEY (account_id, entry_id)
    REFERENCES journal_entry (account_id, id),
  CONSTRAINT journal_posting_ledger CHECK (ledger IN ('receivable', 'revenue', 'tax', 'money',
                                                      'credit', 'adjustment')),
  CONSTRAINT journal_posting_amount CHECK (amount_cents <> 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
