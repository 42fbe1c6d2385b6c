-- Bank accounts typed by customers, account credit, returned payments, a paper bill for whoever wants one.
ALTER TABLE account
  ADD COLUMN paper_bill TINYINT NOT NULL DEFAULT 0 COMMENT '1: bills come by mail, for a fee where there is one',
  ADD CONSTRAINT account_paper CHECK (paper_bill IN (0, 1));

ALTER TABLE payment
  ADD COLUMN credit_cents BIGINT NOT NULL DEFAULT 0
    COMMENT 'of amount_cents: what no invoice takes and becomes account credit',
  ADD COLUMN credit_refunded_cents BIGINT NOT NULL DEFAULT 0 COMMENT 'of credit_cents: what went back',
  -- 1 while a payment that leaves credit is processing or unknown, NULL otherwise: one for each account.
  ADD COLUMN open_credit TINYINT NULL,
  ADD UNIQUE KEY payment_open_credit (account_id, open_credit),
  -- Two customers' checks may have the same number.
  DROP KEY payment_external,
  ADD UNIQUE KEY payment_external (account_id, kind, external_reference),
  -- Whether a gateway ever took a bank debit, also where all of millions are by card.
  ADD KEY payment_kind (kind, gateway),
  ADD CONSTRAINT payment_credit CHECK (credit_cents BETWEEN 0 AND amount_cents
    AND credit_refunded_cents BETWEEN 0 AND credit_cents),
  ADD CONSTRAINT payment_open_credit_flag CHECK (open_credit IS NULL OR (open_credit = 1
    AND credit_cents > 0 AND state IN ('processing', 'unknown')));

ALTER TABLE refund
  ADD COLUMN credit_cents BIGINT NOT NULL DEFAULT 0 COMMENT 'of amount_cents: taken off the account''s credit',
  ADD COLUMN adjustment_cents BIGINT NOT NULL DEFAULT 0
    COMMENT 'of amount_cents: more than invoices and credit held, due again as an invoice of its own',
  DROP CONSTRAINT refund_kind,
  -- return: the bank, or whoever drew a check, took it back; nobody was asked.
  ADD CONSTRAINT refund_kind CHECK (kind IN ('refund', 'void', 'return')),
  ADD CONSTRAINT refund_parts CHECK (credit_cents >= 0 AND adjustment_cents >= 0
    AND credit_cents + adjustment_cents <= amount_cents);

-- What the provider did with an account's credit. Excess of a payment is the payment's own; what it does to the
-- journal is an entry 'credit:<reference>'.
CREATE TABLE credit (
  account_id   BIGINT       NOT NULL,
  id           BIGINT       NOT NULL AUTO_INCREMENT,
  reference    CHAR(13)     NOT NULL COMMENT 'ours: C and 12 characters',
  kind         VARCHAR(8)   NOT NULL COMMENT 'given, taken (back, or paid out), applied to invoices',
  amount_cents BIGINT       NOT NULL,
  request_key  VARCHAR(64)  NULL COMMENT 'of whoever asked: the same key again changes nothing',
  note         VARCHAR(500) NOT NULL DEFAULT '',
  actor        VARCHAR(64)  NOT NULL,
  created_at   DATETIME     NOT NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY credit_id (id),
  UNIQUE KEY credit_reference (reference),
  UNIQUE KEY credit_request (account_id, request_key),
  CONSTRAINT credit_of FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT credit_kind CHECK (kind IN ('given', 'taken', 'applied')),
  CONSTRAINT credit_amount CHECK (amount_cents BETWEEN 1 AND 9999999999)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE consent
  ADD COLUMN payment_id BIGINT NULL COMMENT 'the one it is for; NULL: the method itself',
  DROP CONSTRAINT consent_kind,
  ADD CONSTRAINT consent_kind CHECK (kind IN ('card_terms', 'ach_authorization'));

-- How far a report of the gateway was read: the next reading starts a little before.
CREATE TABLE progress (
  name VARCHAR(32) NOT NULL,
  at   DATETIME    NOT NULL COMMENT 'business time',
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
