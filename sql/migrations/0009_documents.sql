-- What customers look through: invoices and payments in their orders, and the journal added up by
-- day, month and year, so that a calendar or an opening balance reads a few rows, however long the
-- history is.

ALTER TABLE invoice
  -- The list, read in its order from this key alone: the rows themselves are not looked up.
  DROP KEY invoice_recent,
  ADD KEY invoice_recent (account_id, issued_on DESC, id DESC, number, due_on, state, total_cents,
                          paid_cents, credited_cents, pending_cents),
  DROP KEY invoice_status,
  ADD KEY invoice_status (account_id, is_open, state, issued_on DESC, id DESC),
  ADD KEY invoice_search (account_id, number),
  -- The billing types of an account, each read once.
  ADD KEY invoice_types (account_id, billing_type),
  -- Over all accounts: what is due on a day, for reminders.
  ADD KEY invoice_remind (is_open, due_on, account_id, id);

ALTER TABLE payment
  -- Without what was never confirmed: there confirmed_at is NULL.
  ADD KEY payment_history (account_id, confirmed_at DESC, id DESC),
  ADD KEY payment_state_history (account_id, state, confirmed_at DESC, id DESC);

-- Of a user's methods those that are there: of cards used once, removed rows stay for good.
ALTER TABLE method
  DROP KEY method_user,
  ADD KEY method_user (account_id, user_id, state);

CREATE TABLE activity (
  account_id    BIGINT      NOT NULL,
  grain         CHAR(1)     NOT NULL COMMENT 'd a day, m a month, y a year',
  on_date       DATE        NOT NULL COMMENT 'the first day of it; of journal entries, on_date',
  kind          VARCHAR(24) NOT NULL COMMENT 'of journal entries',
  entries       INT         NOT NULL,
  balance_cents BIGINT      NOT NULL COMMENT 'their postings to receivable and credit: what they did to the account''s balance',
  money_cents   BIGINT      NOT NULL COMMENT 'their postings to money: in positive, out negative',
  tax_cents     BIGINT      NOT NULL COMMENT 'tax invoiced with them',
  PRIMARY KEY (account_id, grain, on_date, kind),
  CONSTRAINT activity_of FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT activity_grain CHECK (grain IN ('d', 'm', 'y')),
  CONSTRAINT activity_entries CHECK (entries > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO activity
  SELECT s.account_id, g.grain,
    CASE g.grain WHEN 'd' THEN s.on_date WHEN 'm' THEN DATE_FORMAT(s.on_date, '%Y-%m-01')
      ELSE DATE_FORMAT(s.on_date, '%Y-01-01') END AS first_on,
    s.kind, COUNT(*), SUM(s.balance_cents), SUM(s.money_cents), SUM(s.tax_cents)
  FROM (SELECT e.account_id, e.on_date, e.kind,
      SUM(IF(q.ledger IN ('receivable', 'credit'), q.amount_cents, 0)) AS balance_cents,
      SUM(IF(q.ledger = 'money', q.amount_cents, 0)) AS money_cents,
      SUM(IF(q.ledger = 'tax', -q.amount_cents, 0)) AS tax_cents
    FROM journal_entry e LEFT JOIN journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id
    GROUP BY e.account_id, e.id, e.on_date, e.kind) s
  JOIN (SELECT 'd' AS grain UNION ALL SELECT 'm' UNION ALL SELECT 'y') g
  GROUP BY s.account_id, g.grain, first_on, s.kind;

-- needless: a mail that had nothing left to tell when its turn came.
ALTER TABLE outbox
  DROP CONSTRAINT outbox_state,
  ADD CONSTRAINT outbox_state CHECK (state IN ('waiting', 'sending', 'sent', 'given_up', 'split', 'needless'));
