-- One account per program, with the rights of the matrix in README.md and no others. Run after
-- every migration, as an administrator, with the schema selected; safe to run again. The accounts
-- themselves are made beforehand (their passwords are in each program's secrets file).
-- A test compares this file's effect with the matrix, and runs every statement of every program as
-- its own account.

-- Everybody who serves signed-in pages: who is asking.
GRANT SELECT ON session TO remit_invoices@localhost, remit_pay@localhost, remit_methods@localhost,
  remit_autopay@localhost, remit_documents@localhost;
GRANT UPDATE (seen_at) ON session TO remit_invoices@localhost, remit_pay@localhost,
  remit_methods@localhost, remit_autopay@localhost, remit_documents@localhost;
GRANT SELECT ON session_program TO remit_invoices@localhost, remit_pay@localhost,
  remit_methods@localhost, remit_autopay@localhost, remit_documents@localhost;
GRANT SELECT ON user TO remit_invoices@localhost, remit_pay@localhost, remit_methods@localhost,
  remit_autopay@localhost, remit_documents@localhost;
GRANT SELECT ON account TO remit_invoices@localhost, remit_pay@localhost, remit_methods@localhost,
  remit_autopay@localhost, remit_documents@localhost;
GRANT SELECT ON account_user TO remit_invoices@localhost, remit_pay@localhost,
  remit_methods@localhost, remit_autopay@localhost, remit_documents@localhost;
GRANT SELECT ON security_level TO remit_invoices@localhost, remit_pay@localhost,
  remit_methods@localhost, remit_autopay@localhost, remit_documents@localhost;

-- invoices: reads.
GRANT SELECT ON invoice TO remit_invoices@localhost;
GRANT SELECT ON invoice_line TO remit_invoices@localhost;
GRANT SELECT ON payment TO remit_invoices@localhost;
GRANT SELECT ON payment_allocation TO remit_invoices@localhost;
GRANT SELECT ON refund TO remit_invoices@localhost;
GRANT SELECT ON refund_allocation TO remit_invoices@localhost;
GRANT SELECT ON payment_event TO remit_invoices@localhost;
GRANT SELECT ON activity TO remit_invoices@localhost;
-- What autopay takes next, and which methods need attention: no vault id, no name.
GRANT SELECT (account_id, id, user_id, kind, brand, last_four, holder_type, expires_on, state) ON method
  TO remit_invoices@localhost;
GRANT SELECT (account_id, id, user_id, method_id, backup_method_id, schedule, scope, largest_cents, issued_from, began_on,
  next_on, skip_on, noticed_on, noticed_cents, state, off_reason, created_at, changed_at, off_at) ON enrolment
  TO remit_invoices@localhost;
GRANT SELECT (account_id, enrolment_id, cover_key, active) ON enrolment_cover TO remit_invoices@localhost;
GRANT SELECT (account_id, id, enrolment_id, draft_on, state, reason, amount_cents, attempts, retry_on) ON draft
  TO remit_invoices@localhost;
GRANT SELECT ON split_plan TO remit_invoices@localhost;

-- documents: reads, the journal too.
GRANT SELECT ON invoice TO remit_documents@localhost;
GRANT SELECT ON invoice_line TO remit_documents@localhost;
GRANT SELECT ON payment TO remit_documents@localhost;
GRANT SELECT ON payment_allocation TO remit_documents@localhost;
GRANT SELECT ON refund TO remit_documents@localhost;
GRANT SELECT ON refund_allocation TO remit_documents@localhost;
GRANT SELECT ON journal_entry TO remit_documents@localhost;
GRANT SELECT ON journal_posting TO remit_documents@localhost;
GRANT SELECT ON activity TO remit_documents@localhost;

-- pay: makes, claims and records payments.
GRANT UPDATE (version, due_cents, pending_cents, credit_cents) ON account TO remit_pay@localhost;
GRANT SELECT, UPDATE (paid_cents, pending_cents) ON invoice TO remit_pay@localhost;
GRANT SELECT, INSERT, UPDATE (state, gateway, vault_id, brand, last_four, expires_on, holder, holder_type,
  is_stored, initial_transaction_id, attention, save_by, used_at, removed_at, vault_gone_at, vault_look_at,
  vault_looks) ON method TO remit_pay@localhost;
GRANT INSERT ON consent TO remit_pay@localhost;
GRANT INSERT ON audit_event TO remit_pay@localhost;
-- ON DUPLICATE KEY UPDATE wants UPDATE on every column of the key (10.11).
GRANT SELECT, INSERT, UPDATE ON counter TO remit_pay@localhost;
GRANT SELECT, INSERT, UPDATE (state, claim_token, send_by, gateway, vault_id, confirmed_at, deadline_at,
  transaction_id, response_code, response_text, decline_class, closed_at, look_at, open_credit)
  ON payment TO remit_pay@localhost;
GRANT SELECT, INSERT, UPDATE (open) ON payment_allocation TO remit_pay@localhost;
GRANT SELECT ON refund TO remit_pay@localhost;
GRANT INSERT ON payment_event TO remit_pay@localhost;
GRANT INSERT ON journal_entry TO remit_pay@localhost;
GRANT INSERT ON journal_posting TO remit_pay@localhost;
GRANT SELECT, INSERT, UPDATE ON activity TO remit_pay@localhost;
GRANT INSERT ON feed TO remit_pay@localhost;
GRANT INSERT ON outbox TO remit_pay@localhost;
GRANT INSERT ON queue_item TO remit_pay@localhost;
GRANT INSERT, SELECT, UPDATE (method_id, backup_method_id, schedule, scope, largest_cents, issued_from, began_on,
  next_on, skip_on, noticed_on, noticed_cents, state, off_reason, changed_at, off_at) ON enrolment TO remit_pay@localhost;
GRANT SELECT, INSERT, DELETE, UPDATE (active) ON enrolment_cover TO remit_pay@localhost;
GRANT SELECT, UPDATE (state, reason, retry_on, closed_at)
  ON draft TO remit_pay@localhost;
GRANT SELECT ON split_plan TO remit_pay@localhost;

-- methods: claims, keeps, renames and removes what is in the vault.
GRANT UPDATE (version, due_cents, pending_cents) ON account TO remit_methods@localhost;
GRANT SELECT, INSERT, UPDATE (label, state, brand, last_four, expires_on, holder, holder_type, gateway, vault_id,
  is_stored, initial_transaction_id, attention, save_by, removed_at, vault_gone_at, vault_look_at,
  vault_looks) ON method TO remit_methods@localhost;
GRANT SELECT (account_id, method_id, gateway, vault_id, state) ON payment TO remit_methods@localhost;
GRANT INSERT ON consent TO remit_methods@localhost;
GRANT INSERT ON outbox TO remit_methods@localhost;
GRANT SELECT, INSERT, UPDATE ON counter TO remit_methods@localhost;
GRANT INSERT ON audit_event TO remit_methods@localhost;
GRANT SELECT (account_id, id, number, billing_type, issued_on, due_on, total_cents, paid_cents, credited_cents,
  pending_cents, is_open, disputed_at) ON invoice TO remit_methods@localhost;
GRANT SELECT (invoice_id, open) ON payment_allocation TO remit_methods@localhost;
-- Removing a method turns its autopay off; another kind of account in its place is told of anew.
GRANT SELECT, UPDATE (backup_method_id, state, off_reason, off_at, changed_at, next_on, skip_on, noticed_on,
  noticed_cents) ON enrolment TO remit_methods@localhost;
GRANT SELECT, UPDATE (active) ON enrolment_cover TO remit_methods@localhost;
GRANT SELECT (account_id, enrolment_id, state), UPDATE (state, reason, retry_on, closed_at)
  ON draft TO remit_methods@localhost;

-- autopay: makes, changes and ends enrolments. Moves no money.
GRANT UPDATE (version, due_cents, pending_cents) ON account TO remit_autopay@localhost;
GRANT SELECT (account_id, id, number, billing_type, issued_on, due_on, total_cents, paid_cents, credited_cents,
  pending_cents, is_open, disputed_at) ON invoice TO remit_autopay@localhost;
GRANT SELECT (account_id, payment_id, invoice_id, amount_cents, open) ON payment_allocation TO remit_autopay@localhost;
GRANT SELECT (account_id, id, user_id, kind, brand, last_four, label, holder, holder_type, expires_on, state, attention,
  created_at, used_at, is_remembered, gateway) ON method TO remit_autopay@localhost;
GRANT SELECT (account_id, id, draft_id, attempt, state, method_text, reference) ON payment TO remit_autopay@localhost;
GRANT INSERT, SELECT, UPDATE (method_id, backup_method_id, schedule, scope, largest_cents, issued_from, began_on,
  next_on, skip_on, noticed_on, noticed_cents, state, off_reason, changed_at, off_at) ON enrolment TO remit_autopay@localhost;
GRANT SELECT, INSERT, DELETE, UPDATE (active) ON enrolment_cover TO remit_autopay@localhost;
GRANT SELECT, UPDATE (state, reason, retry_on, closed_at)
  ON draft TO remit_autopay@localhost;
GRANT SELECT ON split_plan TO remit_autopay@localhost;
GRANT INSERT ON consent TO remit_autopay@localhost;
GRANT INSERT ON outbox TO remit_autopay@localhost;
GRANT INSERT ON audit_event TO remit_autopay@localhost;

-- login: the only one that reads password hashes, and makes and ends sessions.
GRANT SELECT, INSERT, DELETE, UPDATE (seen_at, account_id) ON session TO remit_login@localhost;
GRANT SELECT, INSERT, DELETE ON session_program TO remit_login@localhost;
GRANT SELECT, INSERT (email, name, external_id, created_at), UPDATE (name, version, language) ON user TO remit_login@localhost;
GRANT SELECT, INSERT, UPDATE (hash, changed_at) ON user_password TO remit_login@localhost;
GRANT SELECT, INSERT, UPDATE (state, used_at) ON user_link TO remit_login@localhost;
-- Login.Create: users whom the provider's site signs in, added to an account that is there.
GRANT SELECT, UPDATE (version) ON account TO remit_login@localhost;
GRANT SELECT, INSERT (account_id, user_id, level_id, added_at) ON account_user TO remit_login@localhost;
GRANT SELECT ON security_level TO remit_login@localhost;
-- ON DUPLICATE KEY UPDATE wants UPDATE on every column of the key (10.11).
GRANT SELECT, INSERT, UPDATE ON user_seen TO remit_login@localhost;
GRANT SELECT, INSERT, UPDATE ON counter TO remit_login@localhost;
GRANT INSERT ON outbox TO remit_login@localhost;
GRANT INSERT ON audit_event TO remit_login@localhost;

-- mailer: takes and marks what is in the outbox, and adds reminders; of what a mail tells it reads
-- those columns alone.
GRANT SELECT, INSERT (mail_key, kind, account_id, user_id, subject_id, created_at), UPDATE (state,
  next_at, tries, claim_token, send_by, sent_at, given_up_at, last_error)
  ON outbox TO remit_mailer@localhost;
GRANT SELECT (id, kind, account_id, payment_id, detail, opened_at, closed_at), INSERT ON queue_item
  TO remit_mailer@localhost;
GRANT SELECT (id, email, name, is_active, language) ON user TO remit_mailer@localhost;
GRANT SELECT (account_id, user_id, language) ON user_seen TO remit_mailer@localhost;
GRANT SELECT (id, number, organization) ON account TO remit_mailer@localhost;
GRANT SELECT (account_id, user_id, level_id) ON account_user TO remit_mailer@localhost;
GRANT SELECT (id, may_billing) ON security_level TO remit_mailer@localhost;
GRANT SELECT (id, user_id, account_id, kind, salt, token_hash, ends_at, state) ON user_link
  TO remit_mailer@localhost;
GRANT SELECT (account_id, id, reference, kind, method_text, amount_cents, credit_cents, state, note,
  transaction_id, response_code, created_at, confirmed_at, closed_at, draft_id, attempt)
  ON payment TO remit_mailer@localhost;
GRANT SELECT (account_id, payment_id, invoice_id, amount_cents)
  ON payment_allocation TO remit_mailer@localhost;
GRANT SELECT (account_id, id, number, billing_type, issued_on, due_on, state, tax_cents, total_cents, paid_cents,
  credited_cents, pending_cents, is_open) ON invoice TO remit_mailer@localhost;
GRANT SELECT (account_id, id, payment_id, kind, amount_cents, credit_cents, adjustment_cents, reopens,
  response_code, created_at, closed_at) ON refund TO remit_mailer@localhost;
GRANT SELECT (account_id, id, kind, brand, last_four, expires_on, holder_type) ON method TO remit_mailer@localhost;
GRANT SELECT (account_id, id, user_id, method_id, payment_id, enrolment_id, text, accepted_at)
  ON consent TO remit_mailer@localhost;
GRANT SELECT (account_id, id, method_id, backup_method_id, schedule, scope, largest_cents, issued_from, began_on,
  next_on, noticed_on, noticed_cents, state, off_reason) ON enrolment TO remit_mailer@localhost;
GRANT SELECT (account_id, enrolment_id, cover_key, active) ON enrolment_cover TO remit_mailer@localhost;
GRANT SELECT (account_id, id, enrolment_id, draft_on, state, reason, amount_cents, attempts, retry_on) ON draft
  TO remit_mailer@localhost;

-- drafter: claims, sends and records drafts of autopay, and writes the mail about them.
GRANT SELECT (id, version, due_cents, pending_cents, credit_cents), UPDATE (version, due_cents, pending_cents,
  credit_cents) ON account TO remit_drafter@localhost;
GRANT SELECT (id, may_billing, may_autopay) ON security_level TO remit_drafter@localhost;
GRANT SELECT (id, email, name, is_active) ON user TO remit_drafter@localhost;
GRANT SELECT (account_id, user_id, level_id) ON account_user TO remit_drafter@localhost;
GRANT SELECT, UPDATE (paid_cents, pending_cents) ON invoice TO remit_drafter@localhost;
GRANT INSERT ON journal_entry TO remit_drafter@localhost;
GRANT INSERT ON journal_posting TO remit_drafter@localhost;
GRANT SELECT, INSERT, UPDATE ON activity TO remit_drafter@localhost;
GRANT INSERT ON feed TO remit_drafter@localhost;
GRANT SELECT, UPDATE (state, initial_transaction_id, is_stored, attention, used_at, removed_at) ON method TO
  remit_drafter@localhost;
GRANT SELECT, INSERT, UPDATE (state, claim_token, send_by, gateway, vault_id, confirmed_at, deadline_at,
  transaction_id, response_code, response_text, decline_class, closed_at, look_at, open_credit) ON payment TO
  remit_drafter@localhost;
GRANT SELECT, INSERT, UPDATE (open) ON payment_allocation TO remit_drafter@localhost;
GRANT INSERT ON payment_event TO remit_drafter@localhost;
GRANT INSERT ON outbox TO remit_drafter@localhost;
GRANT INSERT ON queue_item TO remit_drafter@localhost;
GRANT SELECT, UPDATE (state, off_reason, off_at, changed_at, next_on, skip_on, backup_method_id, noticed_on,
  noticed_cents) ON enrolment TO remit_drafter@localhost;
GRANT SELECT, UPDATE (active) ON enrolment_cover TO remit_drafter@localhost;
GRANT SELECT, INSERT, UPDATE (state, reason, amount_cents, attempts, used_backup, retry_on, closed_at) ON draft
  TO remit_drafter@localhost;
GRANT SELECT, INSERT ON split_plan TO remit_drafter@localhost;

-- webhooks: keeps what the gateway sent, and reads nothing.
GRANT INSERT (gateway, event_id, event_type, body, received_at, look_at) ON webhook TO remit_webhooks@localhost;

-- settler: records what the gateway knows, and what it took back.
GRANT SELECT (id, email, name, is_active) ON user TO remit_settler@localhost;
GRANT SELECT (account_id, user_id, level_id) ON account_user TO remit_settler@localhost;
GRANT SELECT (id, may_billing, may_autopay) ON security_level TO remit_settler@localhost;
GRANT SELECT (id, version, due_cents, pending_cents, credit_cents, paper_bill), UPDATE (version, due_cents, pending_cents, credit_cents) ON account TO remit_settler@localhost;
GRANT SELECT, INSERT (account_id, number, billing_type, issued_on, due_on, terms, tax_cents, total_cents, fingerprint, created_at), UPDATE (paid_cents, credited_cents, pending_cents, disputed_at) ON invoice TO remit_settler@localhost;
GRANT INSERT ON invoice_line TO remit_settler@localhost;
GRANT SELECT, INSERT ON journal_entry TO remit_settler@localhost;
GRANT SELECT, INSERT ON journal_posting TO remit_settler@localhost;
GRANT SELECT, INSERT, UPDATE ON activity TO remit_settler@localhost;
GRANT SELECT, UPDATE (brand, last_four, expires_on, state, is_stored, initial_transaction_id, attention, used_at, removed_at, vault_gone_at, vault_look_at, vault_looks, read_at) ON method TO remit_settler@localhost;
GRANT SELECT, UPDATE (state, refunded_cents, credit_refunded_cents, send_by, transaction_id, response_code, response_text, decline_class, closed_at, look_at, looks, open_credit, credit_cents) ON payment TO remit_settler@localhost;
GRANT SELECT, UPDATE (refunded_cents, open) ON payment_allocation TO remit_settler@localhost;
GRANT SELECT, INSERT, UPDATE (state, open, reopens, credit_cents, adjustment_cents, transaction_id, response_code, response_text, closed_at, look_at, looks) ON refund TO remit_settler@localhost;
GRANT SELECT, INSERT ON refund_allocation TO remit_settler@localhost;
GRANT SELECT, UPDATE (state, off_reason, off_at, changed_at, next_on, skip_on, backup_method_id, noticed_on, noticed_cents) ON enrolment TO remit_settler@localhost;
GRANT SELECT, UPDATE (active) ON enrolment_cover TO remit_settler@localhost;
GRANT SELECT, UPDATE (state, reason, amount_cents, attempts, used_backup, retry_on, closed_at) ON draft TO remit_settler@localhost;
GRANT INSERT ON payment_event TO remit_settler@localhost;
GRANT INSERT ON outbox TO remit_settler@localhost;
GRANT INSERT ON feed TO remit_settler@localhost;
GRANT SELECT, INSERT, UPDATE (detail, closed_at, decision, note, closed_by, told_at) ON queue_item TO remit_settler@localhost;
GRANT SELECT, INSERT, UPDATE ON progress TO remit_settler@localhost;
GRANT SELECT (id, gateway, event_id, event_type, body, received_at, state, look_at, looks), UPDATE (state, look_at, looks, done_at, outcome) ON webhook TO remit_settler@localhost;
GRANT SELECT, INSERT, UPDATE ON foreign_transaction TO remit_settler@localhost;

-- remit: the provider's command line. What only ever grows, it cannot change either.
GRANT SELECT, INSERT, UPDATE ON account TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON user TO remit_remit@localhost;
GRANT INSERT, UPDATE, SELECT (user_id) ON user_password TO remit_remit@localhost;
GRANT INSERT, DELETE, SELECT (user_id, ends_at, state), UPDATE (state) ON user_link TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON security_level TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_user TO remit_remit@localhost;
GRANT SELECT, DELETE ON session TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON invoice TO remit_remit@localhost;
GRANT SELECT, INSERT ON invoice_line TO remit_remit@localhost;
GRANT SELECT, INSERT ON journal_entry TO remit_remit@localhost;
GRANT SELECT, INSERT ON journal_posting TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON activity TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE (seq) ON feed TO remit_remit@localhost;
GRANT SELECT, UPDATE (seq, takes) ON feed_end TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON method TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON payment TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON payment_allocation TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE (state, open, reopens, credit_cents, adjustment_cents, transaction_id,
  response_code, response_text, closed_at, look_at, looks) ON refund TO remit_remit@localhost;
GRANT SELECT, INSERT ON refund_allocation TO remit_remit@localhost;
GRANT SELECT, INSERT ON payment_event TO remit_remit@localhost;
GRANT SELECT, INSERT, DELETE, UPDATE (state, next_at, given_up_at, retried_at) ON outbox TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON queue_item TO remit_remit@localhost;
GRANT INSERT ON audit_event TO remit_remit@localhost;
GRANT SELECT, INSERT ON credit TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON progress TO remit_remit@localhost;
GRANT SELECT (id, gateway, event_id, event_type, received_at, state, look_at, looks, done_at, outcome, purged_at), UPDATE (body, purged_at) ON webhook TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON foreign_transaction TO remit_remit@localhost;
GRANT SELECT ON migration TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON import TO remit_remit@localhost;
GRANT SELECT, INSERT, DELETE ON import_row TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON enrolment TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON enrolment_cover TO remit_remit@localhost;
GRANT SELECT, INSERT, UPDATE ON draft TO remit_remit@localhost;
GRANT SELECT, INSERT ON split_plan TO remit_remit@localhost;

-- Payments that were never confirmed may be deleted once they are old (`remit purge`), and no others: what is
-- deleted is chosen by these views, with the rights of the administrator who runs this.
CREATE OR REPLACE VIEW purgeable_payment AS SELECT account_id, id, created_at FROM payment
  WHERE state IN ('review', 'expired') AND confirmed_at IS NULL AND claim_token IS NULL AND draft_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.account_id = payment.account_id AND c.payment_id = payment.id);
CREATE OR REPLACE VIEW purgeable_allocation AS SELECT account_id, payment_id, invoice_id FROM payment_allocation
  WHERE open IS NULL AND EXISTS (SELECT 1 FROM purgeable_payment p
    WHERE p.account_id = payment_allocation.account_id AND p.id = payment_allocation.payment_id);
CREATE OR REPLACE VIEW purgeable_event AS SELECT account_id, id, payment_id FROM payment_event
  WHERE EXISTS (SELECT 1 FROM purgeable_payment p
    WHERE p.account_id = payment_event.account_id AND p.id = payment_event.payment_id);
GRANT SELECT, DELETE ON purgeable_payment TO remit_remit@localhost;
GRANT SELECT, DELETE ON purgeable_allocation TO remit_remit@localhost;
GRANT SELECT, DELETE ON purgeable_event TO remit_remit@localhost;
-- A payment that was not charged and turns up as booked: its invoices may have no room any more.
CREATE OR REPLACE VIEW uncharged_allocation AS SELECT account_id, payment_id, invoice_id FROM payment_allocation
  WHERE open IS NULL AND EXISTS (SELECT 1 FROM payment p WHERE p.account_id = payment_allocation.account_id
    AND p.id = payment_allocation.payment_id AND p.state = 'not_charged');
GRANT SELECT, DELETE ON uncharged_allocation TO remit_remit@localhost, remit_settler@localhost;
GRANT SELECT, DELETE ON counter TO remit_remit@localhost;
