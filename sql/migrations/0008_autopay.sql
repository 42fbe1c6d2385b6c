-- Autopay: who pays what by itself and when, and each draft day with what became of it.
CREATE TABLE enrolment (
  account_id       BIGINT      NOT NULL,
  id               BIGINT      NOT NULL AUTO_INCREMENT,
  user_id          BIGINT      NOT NULL COMMENT 'whose method it is',
  method_id        BIGINT      NOT NULL,
  backup_method_id BIGINT      NULL,
  schedule         VARCHAR(12) NOT NULL,
  scope            VARCHAR(8)  NOT NULL,
  largest_cents    BIGINT      NULL COMMENT 'most per draft',
  issued_from      DATE        NULL COMMENT 'invoices issued before stay out; NULL: none do',
  began_on         DATE        NOT NULL,
  next_on          DATE        NULL COMMENT 'the next draft day; NULL: none is known',
  skip_on          DATE        NULL COMMENT 'the draft of this day is left out',
  noticed_on       DATE        NULL COMMENT 'the draft day the last notice was about',
  noticed_cents    BIGINT      NOT NULL DEFAULT 0 COMMENT 'what that notice told',
  state            VARCHAR(8)  NOT NULL DEFAULT 'active',
  off_reason       VARCHAR(24) NOT NULL DEFAULT '',
  off_note         VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'of whoever at the provider turned it off',
  created_at       DATETIME    NOT NULL,
  changed_at       DATETIME    NOT NULL,
  off_at           DATETIME    NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY enrolment_id (id),
  KEY enrolment_due (state, next_on, id),
  KEY enrolment_method (account_id, method_id),
  CONSTRAINT enrolment_of FOREIGN KEY (account_id, method_id) REFERENCES method (account_id, id),
  CONSTRAINT enrolment_user FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT enrolment_schedule CHECK (schedule IN ('due_date', 'first', 'fifteenth', 'split')),
  CONSTRAINT enrolment_scope CHECK (scope IN ('all', 'types', 'invoices')),
  CONSTRAINT enrolment_largest CHECK (largest_cents BETWEEN 1 AND 9999999999),
  CONSTRAINT enrolment_state CHECK (state IN ('active', 'off')),
  CONSTRAINT enrolment_off CHECK ((state = 'off') = (off_at IS NOT NULL) AND (state = 'active' OR next_on IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE enrolment_cover (
  account_id   BIGINT      NOT NULL,
  enrolment_id BIGINT      NOT NULL,
  cover_key    VARCHAR(80) NOT NULL COMMENT 'all, type:<billing type>, invoice:<id>',
  -- 1 while its enrolment is active, NULL afterwards: one enrolment for each type and invoice.
  active       TINYINT     NULL,
  PRIMARY KEY (account_id, enrolment_id, cover_key),
  UNIQUE KEY enrolment_cover_active (account_id, cover_key, active),
  CONSTRAINT enrolment_cover_of FOREIGN KEY (account_id, enrolment_id)
    REFERENCES enrolment (account_id, id),
  CONSTRAINT enrolment_cover_flag CHECK (active = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE draft (
  account_id   BIGINT      NOT NULL,
  id           BIGINT      NOT NULL AUTO_INCREMENT,
  enrolment_id BIGINT      NOT NULL,
  draft_on     DATE        NOT NULL,
  state        VARCHAR(8)  NOT NULL,
  reason       VARCHAR(24) NOT NULL DEFAULT '',
  amount_cents BIGINT      NOT NULL DEFAULT 0 COMMENT 'of its last attempt',
  attempts     INT         NOT NULL DEFAULT 0,
  used_backup  TINYINT     NOT NULL DEFAULT 0,
  retry_on     DATE        NULL,
  created_at   DATETIME    NOT NULL,
  closed_at    DATETIME    NULL,
  PRIMARY KEY (account_id, id),
  UNIQUE KEY draft_id (id),
  UNIQUE KEY draft_once (enrolment_id, draft_on),
  KEY draft_retry (state, retry_on, id),
  CONSTRAINT draft_of FOREIGN KEY (account_id, enrolment_id) REFERENCES enrolment (account_id, id),
  -- open: an attempt is on its way or its outcome is not known.
  CONSTRAINT draft_state CHECK (state IN ('open', 'taken', 'nothing', 'skipped', 'merged', 'person', 'retry', 'failed')),
  CONSTRAINT draft_retry_day CHECK ((state = 'retry') = (retry_on IS NOT NULL)),
  CONSTRAINT draft_figures CHECK (amount_cents >= 0 AND attempts >= 0 AND used_backup IN (0, 1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- What the two halves of a month take: fixed on the 1st.
CREATE TABLE split_plan (
  account_id   BIGINT NOT NULL,
  enrolment_id BIGINT NOT NULL,
  month_on     DATE   NOT NULL COMMENT 'its first day',
  invoice_id   BIGINT NOT NULL,
  amount_cents BIGINT NOT NULL,
  PRIMARY KEY (account_id, enrolment_id, month_on, invoice_id),
  CONSTRAINT split_plan_of FOREIGN KEY (account_id, enrolment_id) REFERENCES enrolment (account_id, id),
  CONSTRAINT split_plan_amount CHECK (amount_cents > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

ALTER TABLE payment
  ADD COLUMN draft_id BIGINT NULL COMMENT 'the draft it is an attempt of',
  ADD COLUMN attempt INT NULL,
  ADD COLUMN enrol_schedule VARCHAR(12) NULL
    COMMENT 'confirming it also turns autopay on with its method',
  ADD COLUMN enrol_older TINYINT NOT NULL DEFAULT 0 COMMENT 'for invoices that are open already, too',
  ADD UNIQUE KEY payment_draft (draft_id, attempt),
  ADD KEY payment_method_tries (account_id, method_id, source, created_at),
  ADD CONSTRAINT payment_enrols CHECK (enrol_schedule IN ('due_date', 'first', 'fifteenth', 'split')),
  ADD CONSTRAINT payment_drafted CHECK ((draft_id IS NULL) = (attempt IS NULL));

ALTER TABLE consent
  ADD COLUMN enrolment_id BIGINT NULL,
  DROP CONSTRAINT consent_kind,
  ADD CONSTRAINT consent_kind CHECK (kind IN ('card_terms', 'ach_authorization', 'autopay'));
