-- Accounts, the people who may use them, and what they may do.
-- Every instant is UTC business time given by a program; every date is a day in the provider's zone.

CREATE TABLE account (
  id            BIGINT       NOT NULL AUTO_INCREMENT,
  number        VARCHAR(32)  NOT NULL COMMENT 'the account number customers know',
  organization  VARCHAR(200) NOT NULL,
  site          VARCHAR(200) NOT NULL DEFAULT '',
  city          VARCHAR(100) NOT NULL DEFAULT '',
  country       CHAR(2)      NOT NULL DEFAULT 'US',
  currency      CHAR(3)      NOT NULL DEFAULT 'USD',
  -- Bumped first in every transaction that decides about this account's money, so that two such
  -- transactions never interleave, on one node or on several.
  version       BIGINT       NOT NULL DEFAULT 0,
  -- Sums over the account's invoices and its credit, kept in the same transactions that change
  -- them, so that a home page reads one row; `remit check` derives them again.
  due_cents     BIGINT       NOT NULL DEFAULT 0,
  pending_cents BIGINT       NOT NULL DEFAULT 0,
  credit_cents  BIGINT       NOT NULL DEFAULT 0,
  created_at    DATETIME     NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY account_number (number),
  CONSTRAINT account_us_only CHECK (country = 'US' AND currency = 'USD'),
  CONSTRAINT account_due CHECK (due_cents >= 0),
  CONSTRAINT account_pending CHECK (pending_cents >= 0 AND pending_cents <= due_cents),
  CONSTRAINT account_credit CHECK (credit_cents >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE security_level (
  id          BIGINT       NOT NULL AUTO_INCREMENT,
  name        VARCHAR(100) NOT NULL,
  may_billing TINYINT      NOT NULL DEFAULT 0 COMMENT 'can view Financial Reports and Invoices, and pay',
  may_autopay TINYINT      NOT NULL DEFAULT 0 COMMENT 'can manage the account''s autopay',
  PRIMARY KEY (id),
  UNIQUE KEY security_level_name (name),
  CONSTRAINT security_level_flags CHECK (may_billing IN (0, 1) AND may_autopay IN (0, 1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE user (
  id         BIGINT       NOT NULL AUTO_INCREMENT,
  email      VARCHAR(254) NOT NULL COLLATE utf8mb4_general_ci,
  name       VARCHAR(200) NOT NULL,
  is_active  TINYINT      NOT NULL DEFAULT 1,
  created_at DATETIME     NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY user_email (email),
  CONSTRAINT user_flags CHECK (is_active IN (0, 1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Apart from user, so that one program alone may read it.
CREATE TABLE user_password (
  user_id    BIGINT       NOT NULL,
  hash       VARCHAR(128) NOT NULL COMMENT 'argon2id',
  changed_at DATETIME     NOT NULL,
  PRIMARY KEY (user_id),
  CONSTRAINT user_password_user FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE account_user (
  account_id BIGINT   NOT NULL,
  user_id    BIGINT   NOT NULL,
  level_id   BIGINT   NOT NULL,
  added_at   DATETIME NOT NULL,
  PRIMARY KEY (account_id, user_id),
  KEY account_user_user (user_id, account_id),
  CONSTRAINT account_user_account FOREIGN KEY (account_id) REFERENCES account (id),
  CONSTRAINT account_user_person FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT account_user_level FOREIGN KEY (level_id) REFERENCES security_level (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE session (
  token_hash BINARY(32) NOT NULL COMMENT 'of the __Host- cookie',
  user_id    BIGINT     NOT NULL,
  account_id BIGINT     NOT NULL COMMENT 'the account this session looks at',
  created_at DATETIME   NOT NULL,
  seen_at    DATETIME   NOT NULL,
  ends_at    DATETIME   NOT NULL COMMENT 'however busy it is',
  PRIMARY KEY (token_hash),
  KEY session_user (user_id),
  KEY session_ends (ends_at),
  CONSTRAINT session_member FOREIGN KEY (account_id, user_id)
    REFERENCES account_user (account_id, user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One more token for each program, in a cookie of that program's path: what leaks from one program
-- cannot change anything in another.
CREATE TABLE session_program (
  session_hash BINARY(32)  NOT NULL,
  program      VARCHAR(16) NOT NULL,
  token_hash   BINARY(32)  NOT NULL,
  PRIMARY KEY (session_hash, program),
  CONSTRAINT session_program_session FOREIGN KEY (session_hash)
    REFERENCES session (token_hash) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Things counted in a window of time: failed sign-ins, payments tried.
CREATE TABLE counter (
  name       VARCHAR(32) NOT NULL COMMENT 'what is counted',
  subject    BINARY(32)  NOT NULL COMMENT 'a hash of whom it is counted for',
  window_at  DATETIME    NOT NULL,
  count      INT         NOT NULL,
  PRIMARY KEY (name, subject, window_at),
  KEY counter_window (window_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audit_event (
  id         BIGINT       NOT NULL AUTO_INCREMENT,
  at         DATETIME     NOT NULL,
  actor      VARCHAR(64)  NOT NULL COMMENT 'user:7, operator:ana, program:settler',
  action     VARCHAR(64)  NOT NULL,
  account_id BIGINT       NULL,
  subject    VARCHAR(64)  NOT NULL DEFAULT '',
  address    VARCHAR(45)  NOT NULL DEFAULT '',
  request_id VARCHAR(32)  NOT NULL DEFAULT '',
  PRIMARY KEY (id),
  KEY audit_event_account (account_id, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
