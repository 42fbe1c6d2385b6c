-- Cards that customers add themselves: a method exists before the vault answered, may be kept for
-- one payment only, and its vault entry is taken away some time after the method.

ALTER TABLE method
  ADD COLUMN is_remembered TINYINT NOT NULL DEFAULT 1
    COMMENT '0: for one payment, and gone when that is final',
  ADD COLUMN is_stored TINYINT NOT NULL DEFAULT 1
    COMMENT '0: the next approved payment tells the card networks that the card is kept',
  ADD COLUMN attention VARCHAR(16) NOT NULL DEFAULT ''
    COMMENT 'response code of the decline that made it need attention',
  ADD COLUMN claim_token BINARY(16) NULL COMMENT 'of the program that saves it',
  ADD COLUMN save_by DATETIME(6) NULL
    COMMENT 'lease of the program that saves it, by the database''s clock',
  ADD COLUMN removed_at DATETIME NULL,
  ADD COLUMN vault_gone_at DATETIME NULL COMMENT 'when its vault entry was certainly gone',
  ADD COLUMN vault_look_at DATETIME NULL COMMENT 'when to try next to take it away',
  ADD COLUMN vault_looks INT NOT NULL DEFAULT 0,
  ADD KEY method_vault_open (state, vault_gone_at, id),
  DROP CONSTRAINT method_state,
  DROP CONSTRAINT method_last_four,
  -- saving: claimed, the vault has not answered yet. new: in the vault, its first payment is not
  -- confirmed yet (or it is for one payment only): shown in no list.
  ADD CONSTRAINT method_state
    CHECK (state IN ('saving', 'new', 'active', 'needs_attention', 'removed')),
  ADD CONSTRAINT method_last_four
    CHECK (last_four REGEXP '^[0-9]{4}$' OR (last_four = '' AND state IN ('saving', 'removed'))),
  ADD CONSTRAINT method_flags CHECK (is_remembered IN (0, 1) AND is_stored IN (0, 1)),
  ADD CONSTRAINT method_gone CHECK (vault_gone_at IS NULL OR state = 'removed');

-- A method may change its card while a payment is on its way: what the payment learns is about the
-- entry it charged, and that entry stays until the payment is over.
ALTER TABLE payment
  ADD COLUMN vault_id VARCHAR(64) NULL COMMENT 'the entry it charges, from the claim on',
  ADD KEY payment_method (account_id, method_id, state),
  ADD KEY payment_vault (vault_id);

UPDATE payment p JOIN method m ON m.account_id = p.account_id AND m.id = p.method_id
  SET p.vault_id = m.vault_id WHERE p.state IN ('processing', 'unknown', 'pending');

-- What a customer agreed to, as it was shown. Nobody has UPDATE or DELETE on it.
CREATE TABLE consent (
  account_id  BIGINT       NOT NULL,
  id          BIGINT       NOT NULL AUTO_INCREMENT,
  user_id     BIGINT       NOT NULL,
  method_id   BIGINT       NOT NULL,
  kind        VARCHAR(24)  NOT NULL,
  version     CHAR(16)     NOT NULL COMMENT 'first hexadecimal digits of the text''s hash',
  text        TEXT         NOT NULL COMMENT 'as it was shown',
  accepted_at DATETIME     NOT NULL,
  address     VARCHAR(45)  NOT NULL,
  agent       VARCHAR(255) NOT NULL DEFAULT '',
  request_id  VARCHAR(32)  NOT NULL DEFAULT '',
  PRIMARY KEY (account_id, id),
  UNIQUE KEY consent_id (id),
  KEY consent_method (account_id, method_id),
  CONSTRAINT consent_method_of FOREIGN KEY (account_id, method_id)
    REFERENCES method (account_id, id),
  CONSTRAINT consent_kind CHECK (kind IN ('card_terms'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
