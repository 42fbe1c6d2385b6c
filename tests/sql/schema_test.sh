#!/bin/bash
# What the schema itself promises: every CHECK takes its limit and refuses one past it, the unique keys
# that carry promises are there and do refuse, every table has a primary key.
set -u
[ -n "${REMIT_TEST_SOCKET-}" ] || exec bash tests/support/with_db.sh bash "$0" "$@"
. tests/support/schema.sh

failures=0
fail() {
    echo "FAIL $*"
    failures=$((failures + 1))
}

schema_make "remit_schema_$$"

# One of each row, to change a little in every case.
sql "$schema" <<'SQL' || { echo "FAIL the rows to test with cannot be made"; exit 1; }
INSERT INTO account (id, number, organization, created_at) VALUES (1, '1001', 'A', '2026-01-01');
INSERT INTO account (id, number, organization, created_at) VALUES (2, '1002', 'B', '2026-01-01');
INSERT INTO user (id, email, name, created_at) VALUES (1, 'ana@shop.example', 'Ana', '2026-01-01');
INSERT INTO security_level (id, name, may_billing) VALUES (1, 'Manager', 1);
INSERT INTO account_user VALUES (1, 1, 1, '2026-01-01');
INSERT INTO session (token_hash, user_id, account_id, created_at, seen_at, ends_at)
  VALUES (REPEAT('s', 32), 1, 1, '2026-01-01', '2026-01-01', '2026-01-02');
INSERT INTO user_link (id, user_id, account_id, kind, salt, token_hash, created_at, ends_at)
  VALUES (1, 1, 1, 'reset', REPEAT('s', 16), REPEAT('t', 32), '2026-01-01', '2026-01-02'),
         (2, 1, 1, 'invitation', REPEAT('s', 16), REPEAT('u', 32), '2026-01-01', '2026-01-02');
INSERT INTO user_seen VALUES (1, 1, '2026-01-01', 'es');
INSERT INTO invoice (account_id, id, number, issued_on, due_on, total_cents, fingerprint, created_at)
  VALUES (1, 1, 'N1', '2026-01-01', '2026-01-31', 1000, REPEAT('f', 32), '2026-01-01'),
         (1, 2, 'N2', '2026-01-01', '2026-01-31', 1000, REPEAT('f', 32), '2026-01-01');
INSERT INTO journal_entry (account_id, id, event_key, kind, at, on_date)
  VALUES (1, 1, 'e1', 'invoice', '2026-01-01', '2026-01-01');
INSERT INTO method (account_id, id, user_id, kind, gateway, vault_id, last_four, created_at)
  VALUES (1, 1, 1, 'card', 'nmi', 'v1', '4242', '2026-01-01');
INSERT INTO payment (account_id, id, reference, form_key, form_hash, source, kind, amount_cents, state,
    gateway, transaction_id, external_reference, created_at)
  VALUES (1, 1, 'P000000000001', REPEAT('k', 32), REPEAT('h', 32), 'customer', 'card', 500, 'review',
    'nmi', 't1', 'x1', '2026-01-01'),
         (1, 2, 'P000000000002', NULL, NULL, 'customer', 'card', 500, 'review', 'nmi', NULL, NULL,
    '2026-01-01');
INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open)
  VALUES (1, 1, 1, 500, 1), (1, 2, 1, 500, NULL);
INSERT INTO refund (account_id, id, reference, payment_id, kind, amount_cents, reopens, state, open, request_key,
    claim_token, send_by, gateway, transaction_id, actor, created_at)
  VALUES (1, 1, 'R000000000001', 1, 'refund', 500, 0, 'processing', 1, 'k1', REPEAT('t', 16), '2026-01-01', 'nmi', 't9', 'x',
    '2026-01-01'),
         (1, 2, 'R000000000002', 1, 'void', 500, 1, 'failed', NULL, NULL, NULL, NULL, 'nmi', NULL, 'x', '2026-01-01');
INSERT INTO refund_allocation (account_id, refund_id, invoice_id, amount_cents) VALUES (1, 1, 1, 500);
INSERT INTO credit (account_id, id, reference, kind, amount_cents, request_key, actor, created_at)
  VALUES (1, 1, 'C000000000001', 'given', 500, 'k1', 'x', '2026-01-01'), (1, 2, 'C000000000002', 'given', 500, NULL, 'x', '2026-01-01');
INSERT INTO enrolment (account_id, id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
  VALUES (1, 1, 1, 1, 'first', 'all', '2026-01-01', '2026-02-01', '2026-01-01', '2026-01-01'),
         (1, 2, 1, 1, 'first', 'types', '2026-01-01', '2026-02-01', '2026-01-01', '2026-01-01');
INSERT INTO enrolment_cover VALUES (1, 1, 'all', 1), (1, 2, 'type:x', 1);
INSERT INTO draft (account_id, id, enrolment_id, draft_on, state, created_at)
  VALUES (1, 1, 1, '2026-02-01', 'open', '2026-02-01'), (1, 2, 1, '2026-03-01', 'open', '2026-02-01');
INSERT INTO split_plan VALUES (1, 1, '2026-02-01', 1, 500);
INSERT INTO activity VALUES (1, 'd', '2026-01-01', 'invoice', 1, 1000, 0, 0);
INSERT INTO outbox (mail_key, kind, account_id, created_at) VALUES ('m1', 'receipt', 1, '2026-01-01');
INSERT INTO import (id, kind, state, open, file_hash, file_name, items, actor, created_at, changed_at)
  VALUES (1, 'invoice', 'applying', 1, REPEAT('h', 32), 'f', 1, 'x', '2026-01-01', '2026-01-01');
INSERT INTO import_row VALUES (1, 1, 1, 0, 1, 1, 'N9', '', 22, 'b');
INSERT INTO webhook (gateway, event_id, received_at, look_at) VALUES ('nmi', 'e1', '2026-01-01', '2026-01-01');
INSERT INTO feed (entry_id, account_id, seq) VALUES (1, 1, 1), (2, 1, NULL), (3, 1, NULL);
INSERT INTO queue_item (queue_key, kind, opened_at) VALUES ('q1', 'x', '2026-01-01');
SQL

error_of() { # STATEMENT: the server's words, or nothing; what it did is undone
    sql "$schema" -e "START TRANSACTION; $1; ROLLBACK" 2>&1 >/dev/null
}

tested=" "
limit() { # CONSTRAINT STATEMENT-AT-THE-LIMIT STATEMENT-PAST-IT...
    local name=$1 words
    tested="$tested$name "
    words=$(error_of "$2")
    [ -z "$words" ] || fail "$name refuses its limit: $2: $words"
    shift 2
    for statement; do
        words=$(error_of "$statement")
        [[ $words == *"ERROR 4025"*"$name"* ]] || fail "$name lets through: $statement: $words"
    done
}

limit account_us_only "UPDATE account SET country = 'US', currency = 'USD'" \
    "UPDATE account SET country = 'CA'" "UPDATE account SET currency = 'CAD'"
limit account_due "UPDATE account SET due_cents = 0" "UPDATE account SET due_cents = -1, pending_cents = 0"
limit account_pending "UPDATE account SET due_cents = 5, pending_cents = 5" \
    "UPDATE account SET due_cents = 5, pending_cents = 6" "UPDATE account SET pending_cents = -1"
limit account_credit "UPDATE account SET credit_cents = 0" "UPDATE account SET credit_cents = -1"
limit security_level_flags "UPDATE security_level SET may_billing = 1, may_autopay = 1" \
    "UPDATE security_level SET may_billing = 2" "UPDATE security_level SET may_autopay = -1"
limit user_flags "UPDATE user SET is_active = 0" "UPDATE user SET is_active = 2"
limit user_external_given "UPDATE user SET external_id = 'Ana-1'" "UPDATE user SET external_id = ''"
limit invoice_state "UPDATE invoice SET state = 'void'" "UPDATE invoice SET state = 'draft'"
limit invoice_total "UPDATE invoice SET total_cents = 1, tax_cents = 1" \
    "UPDATE invoice SET total_cents = 0" "UPDATE invoice SET total_cents = -1" \
    "UPDATE invoice SET tax_cents = -1" "UPDATE invoice SET tax_cents = total_cents + 1"
limit invoice_parts "UPDATE invoice SET paid_cents = 0, credited_cents = 0, pending_cents = 0" \
    "UPDATE invoice SET paid_cents = -1" "UPDATE invoice SET credited_cents = -1" \
    "UPDATE invoice SET pending_cents = -1"
limit invoice_covered "UPDATE invoice SET paid_cents = 400, credited_cents = 300, pending_cents = 300" \
    "UPDATE invoice SET paid_cents = 1001" "UPDATE invoice SET credited_cents = 1001" \
    "UPDATE invoice SET pending_cents = 1001" \
    "UPDATE invoice SET paid_cents = 400, credited_cents = 300, pending_cents = 301"
limit invoice_void "UPDATE invoice SET state = 'void', credited_cents = 1000" \
    "UPDATE invoice SET state = 'void', pending_cents = 1" "UPDATE invoice SET state = 'void', paid_cents = 1"
for kind in invoice payment return refund fee credit void; do
    limit journal_entry_kind "UPDATE journal_entry SET kind = '$kind'" "UPDATE journal_entry SET kind = '$kind.'"
done
posting="INSERT INTO journal_posting (account_id, entry_id, line, ledger, amount_cents) VALUES (1, 1, 0,"
for ledger in receivable revenue tax money credit adjustment; do
    limit journal_posting_ledger "$posting '$ledger', 1)" "$posting '$ledger.', 1)"
done
limit journal_posting_amount "$posting 'tax', -1)" "$posting 'tax', 0)"
limit method_kind "UPDATE method SET kind = 'bank'" "UPDATE method SET kind = 'cash'"
limit method_state "UPDATE method SET state = 'removed'" "UPDATE method SET state = 'gone'"
for state in saving new active needs_attention; do
    limit method_state "UPDATE method SET state = '$state'" "UPDATE method SET state = '$state.'"
done
limit method_last_four "UPDATE method SET state = 'saving', last_four = ''" "UPDATE method SET state = 'new', last_four = ''"
limit method_last_four "UPDATE method SET state = 'removed', last_four = ''" \
    "UPDATE method SET state = 'needs_attention', last_four = ''"
limit method_flags "UPDATE method SET is_remembered = 0, is_stored = 0" "UPDATE method SET is_remembered = 2" \
    "UPDATE method SET is_stored = -1"
limit method_gone "UPDATE method SET state = 'removed', vault_gone_at = '2026-01-01'" \
    "UPDATE method SET vault_gone_at = '2026-01-01'"
consent="INSERT INTO consent (account_id, user_id, method_id, version, text, accepted_at, address, kind) VALUES (1, 1, 1, 'v', 't', '2026-01-01', '::1',"
limit consent_kind "$consent 'card_terms')" "$consent 'other')"
limit method_last_four "UPDATE method SET last_four = '0000'" "UPDATE method SET last_four = '123'" \
    "UPDATE method SET last_four = '123x'" "UPDATE method SET last_four = ''"
limit method_vault_id "UPDATE method SET vault_id = 'x'" "UPDATE method SET vault_id = ''"
limit payment_source "UPDATE payment SET source = 'autopay'" "UPDATE payment SET source = 'other'"
for kind in card bank check wire cash; do
    limit payment_kind "UPDATE payment SET kind = '$kind' WHERE id = 1" "UPDATE payment SET kind = '$kind.' WHERE id = 1"
done
limit payment_amount "UPDATE payment SET amount_cents = 1" "UPDATE payment SET amount_cents = 0" \
    "UPDATE payment SET amount_cents = -1" "UPDATE payment SET amount_cents = 10000000000"
limit payment_amount "UPDATE payment SET amount_cents = 9999999999"
limit payment_formed "UPDATE payment SET form_key = NULL, form_hash = NULL" \
    "UPDATE payment SET form_hash = NULL WHERE id = 1"
limit payment_refunded "UPDATE payment SET refunded_cents = amount_cents" \
    "UPDATE payment SET refunded_cents = amount_cents + 1" "UPDATE payment SET refunded_cents = -1"
limit payment_state "UPDATE payment SET state = 'charged_back'" "UPDATE payment SET state = 'paid'" \
    "UPDATE payment SET state = ''"
for state in processing unknown; do
    limit payment_claimed \
        "UPDATE payment SET state = '$state', claim_token = REPEAT('t', 16), send_by = '2026-01-01'" \
        "UPDATE payment SET state = '$state'" \
        "UPDATE payment SET state = '$state', claim_token = REPEAT('t', 16)" \
        "UPDATE payment SET state = '$state', send_by = '2026-01-01'" \
        "UPDATE payment SET state = '$state', claim_token = REPEAT('t', 16), send_by = '2026-01-01', gateway = ''"
done
limit payment_allocation_open_flag "UPDATE payment_allocation SET open = NULL" \
    "UPDATE payment_allocation SET open = 0 WHERE payment_id = 2" \
    "UPDATE payment_allocation SET open = 2 WHERE payment_id = 2"
limit payment_allocation_amount "UPDATE payment_allocation SET amount_cents = 1" \
    "UPDATE payment_allocation SET amount_cents = 0" "UPDATE payment_allocation SET moved_cents = -1"
limit payment_allocation_amount "UPDATE payment_allocation SET amount_cents = 0, moved_cents = 1"
limit payment_moved "UPDATE payment SET credit_cents = 5, moved_cents = 5" "UPDATE payment SET credit_cents = 5, moved_cents = 6" \
    "UPDATE payment SET moved_cents = -1"
for kind in account user invoice; do
    limit import_kind "UPDATE import SET kind = '$kind'" "UPDATE import SET kind = '$kind.'"
done
for state in done dropped; do
    limit import_state "UPDATE import SET state = '$state', open = NULL" "UPDATE import SET state = '$state.', open = NULL"
    limit import_open "UPDATE import SET state = '$state', open = NULL" "UPDATE import SET state = '$state'"
done
limit import_state "UPDATE import SET state = 'staging', open = NULL"
limit import_open "UPDATE import SET open = 1" "UPDATE import SET open = NULL" "UPDATE import SET open = 0" "UPDATE import SET open = 2"
limit import_told "UPDATE import SET is_told = 1" "UPDATE import SET is_told = 2" "UPDATE import SET is_told = -1"
limit import_hashed "UPDATE import SET state = 'staging', open = NULL, file_hash = NULL" "UPDATE import SET file_hash = NULL" \
    "UPDATE import SET state = 'done', open = NULL, file_hash = NULL"
limit import_hashed "UPDATE import SET state = 'dropped', open = NULL, file_hash = NULL"
limit import_counts "UPDATE import SET items = 3, applied = 2, unchanged = 1" "UPDATE import SET items = 2, applied = 2, unchanged = 1" \
    "UPDATE import SET items = 5, applied = -1" "UPDATE import SET items = 5, unchanged = -1"
limit import_row_flag "UPDATE import_row SET is_there = 1" "UPDATE import_row SET is_there = 2"
limit import_row_weight "UPDATE import_row SET weight = 900" "UPDATE import_row SET weight = 901" "UPDATE import_row SET weight = 0"
limit feed_end_single "UPDATE feed_end SET seq = 0" "UPDATE feed_end SET seq = -1" "INSERT INTO feed_end (id, seq) VALUES (2, 0)"
limit payment_allocation_refunded "UPDATE payment_allocation SET refunded_cents = amount_cents" \
    "UPDATE payment_allocation SET refunded_cents = amount_cents + 1" \
    "UPDATE payment_allocation SET refunded_cents = -1"
limit account_paper "UPDATE account SET paper_bill = 1" "UPDATE account SET paper_bill = 2" "UPDATE account SET paper_bill = -1"
for kind in given taken applied; do
    limit credit_kind "UPDATE credit SET kind = '$kind'" "UPDATE credit SET kind = '$kind.'"
done
limit credit_amount "UPDATE credit SET amount_cents = 1" "UPDATE credit SET amount_cents = 0" \
    "UPDATE credit SET amount_cents = 10000000000"
limit credit_amount "UPDATE credit SET amount_cents = 9999999999"
limit payment_credit "UPDATE payment SET credit_cents = amount_cents, credit_refunded_cents = amount_cents" \
    "UPDATE payment SET credit_cents = amount_cents + 1" "UPDATE payment SET credit_cents = -1" \
    "UPDATE payment SET credit_cents = 5, credit_refunded_cents = 6" "UPDATE payment SET credit_refunded_cents = -1"
open="state = 'unknown', claim_token = REPEAT('t', 16), send_by = NOW()"
limit payment_open_credit_flag "UPDATE payment SET $open, credit_cents = 1, open_credit = 1 WHERE id = 1" \
    "UPDATE payment SET $open, credit_cents = 1, open_credit = 2 WHERE id = 1" \
    "UPDATE payment SET $open, credit_cents = 0, open_credit = 1 WHERE id = 1" \
    "UPDATE payment SET credit_cents = 1, open_credit = 1 WHERE id = 1"
for schedule in due_date first fifteenth split; do
    limit enrolment_schedule "UPDATE enrolment SET schedule = '$schedule'" "UPDATE enrolment SET schedule = '$schedule.'"
done
for scope in all types invoices; do
    limit enrolment_scope "UPDATE enrolment SET scope = '$scope'" "UPDATE enrolment SET scope = 'some'"
done
limit enrolment_largest "UPDATE enrolment SET largest_cents = 1" "UPDATE enrolment SET largest_cents = 0" \
    "UPDATE enrolment SET largest_cents = 10000000000"
limit enrolment_largest "UPDATE enrolment SET largest_cents = 9999999999"
limit enrolment_state "UPDATE enrolment SET state = 'off', off_at = NOW(), next_on = NULL" "UPDATE enrolment SET state = 'of'"
limit enrolment_off "UPDATE enrolment SET next_on = NULL" "UPDATE enrolment SET state = 'off', next_on = NULL" \
    "UPDATE enrolment SET state = 'off', off_at = NOW()" "UPDATE enrolment SET off_at = NOW()"
limit enrolment_cover_flag "UPDATE enrolment_cover SET active = NULL" "UPDATE enrolment_cover SET active = 2"
for state in open taken nothing skipped merged person failed; do
    limit draft_state "UPDATE draft SET state = '$state'" "UPDATE draft SET state = '$state.'"
    limit draft_retry_day "UPDATE draft SET state = '$state'" "UPDATE draft SET state = '$state', retry_on = '2026-02-02'"
done
limit draft_retry_day "UPDATE draft SET state = 'retry', retry_on = '2026-02-02'" "UPDATE draft SET state = 'retry'"
limit draft_figures "UPDATE draft SET amount_cents = 0, attempts = 0, used_backup = 1" "UPDATE draft SET amount_cents = -1" \
    "UPDATE draft SET attempts = -1" "UPDATE draft SET used_backup = 2"
limit split_plan_amount "UPDATE split_plan SET amount_cents = 1" "UPDATE split_plan SET amount_cents = 0"
limit activity_grain "UPDATE activity SET grain = 'y'" "UPDATE activity SET grain = 'w'"
limit activity_entries "UPDATE activity SET entries = 1" "UPDATE activity SET entries = 0"
limit payment_drafted "UPDATE payment SET draft_id = 1, attempt = 1 WHERE id = 1" "UPDATE payment SET draft_id = 1 WHERE id = 1" \
    "UPDATE payment SET attempt = 1 WHERE id = 1"
limit refund_kind "UPDATE refund SET kind = 'void'" "UPDATE refund SET kind = 'credit'"
limit refund_kind "UPDATE refund SET kind = 'return'"
limit refund_kind "UPDATE refund SET kind = 'chargeback'"
limit webhook_state "UPDATE webhook SET state = 'given_up', look_at = NULL, done_at = '2026-01-02'" \
    "UPDATE webhook SET state = 'lost', look_at = NULL, done_at = '2026-01-02'"
limit webhook_waits "UPDATE webhook SET look_at = '2026-01-02'" "UPDATE webhook SET look_at = NULL" \
    "UPDATE webhook SET state = 'done', done_at = '2026-01-02'"
limit webhook_over "UPDATE webhook SET state = 'done', look_at = NULL, done_at = '2026-01-02'" \
    "UPDATE webhook SET done_at = '2026-01-02'" "UPDATE webhook SET state = 'ignored', look_at = NULL"
limit webhook_purged "UPDATE webhook SET state = 'done', look_at = NULL, done_at = '2026-01-02', purged_at = '2026-01-02'" \
    "UPDATE webhook SET purged_at = '2026-01-02'" \
    "UPDATE webhook SET state = 'done', look_at = NULL, done_at = '2026-01-02', purged_at = '2026-01-02', body = 'x'"
limit refund_parts "UPDATE refund SET credit_cents = 1, adjustment_cents = amount_cents - 1" \
    "UPDATE refund SET credit_cents = 1, adjustment_cents = amount_cents" \
    "UPDATE refund SET credit_cents = -1" "UPDATE refund SET adjustment_cents = -1"
limit refund_amount "UPDATE refund SET amount_cents = 1" "UPDATE refund SET amount_cents = 0" \
    "UPDATE refund SET amount_cents = -1" "UPDATE refund SET amount_cents = 10000000000"
limit refund_amount "UPDATE refund SET amount_cents = 9999999999"
limit refund_flags "UPDATE refund SET reopens = 1" "UPDATE refund SET reopens = 2" "UPDATE refund SET reopens = -1"
for state in succeeded failed not_sent; do
    limit refund_state "UPDATE refund SET state = '$state', open = NULL" "UPDATE refund SET state = '$state.', open = NULL"
    limit refund_open_flag "UPDATE refund SET state = '$state', open = NULL WHERE id = 1" \
        "UPDATE refund SET state = '$state' WHERE id = 1" "UPDATE refund SET open = 0 WHERE id = 2"
done
for state in processing unknown; do
    limit refund_open_flag "UPDATE refund SET state = '$state' WHERE id = 1" \
        "UPDATE refund SET state = '$state', open = NULL WHERE id = 1" \
        "UPDATE refund SET state = '$state', open = 0 WHERE id = 1" "UPDATE refund SET state = '$state', open = 2 WHERE id = 1"
    limit refund_claimed "UPDATE refund SET state = '$state' WHERE id = 1" \
        "UPDATE refund SET state = '$state', claim_token = NULL WHERE id = 1" \
        "UPDATE refund SET state = '$state', send_by = NULL WHERE id = 1" \
        "UPDATE refund SET state = '$state', gateway = '' WHERE id = 1"
done
limit refund_allocation_amount "UPDATE refund_allocation SET amount_cents = 1" \
    "UPDATE refund_allocation SET amount_cents = 0" "UPDATE refund_allocation SET amount_cents = -1"
limit outbox_state "UPDATE outbox SET state = 'split'" "UPDATE outbox SET state = 'needles'" "UPDATE outbox SET state = 'lost'" "UPDATE outbox SET state = ''"
limit outbox_state "UPDATE outbox SET state = 'needless'" "UPDATE outbox SET state = 'Needless'"
for kind in reset invitation; do
    limit user_link_kind "UPDATE user_link SET kind = '$kind'" "UPDATE user_link SET kind = '${kind%?}'"
done
limit user_link_state "UPDATE user_link SET state = 'over'" "UPDATE user_link SET state = 'gone'"
limit user_link_used "UPDATE user_link SET state = 'used', used_at = '2026-01-01'" \
    "UPDATE user_link SET state = 'used'" "UPDATE user_link SET used_at = '2026-01-01'"
limit user_link_life "UPDATE user_link SET state = 'used', used_at = '2026-01-01 23:59:59', ends_at = '2026-01-02 00:00:00'" \
    "UPDATE user_link SET state = 'used', used_at = ends_at" "UPDATE user_link SET ends_at = created_at"
limit outbox_claimed "UPDATE outbox SET state = 'sending', claim_token = REPEAT('t', 16), send_by = '2026-01-01'" \
    "UPDATE outbox SET state = 'sending'" "UPDATE outbox SET state = 'sending', claim_token = REPEAT('t', 16)" \
    "UPDATE outbox SET state = 'sending', send_by = '2026-01-01'"
limit outbox_sent "UPDATE outbox SET state = 'sent', sent_at = '2026-01-01'" \
    "UPDATE outbox SET state = 'sent'" "UPDATE outbox SET sent_at = '2026-01-01'"
limit outbox_given_up "UPDATE outbox SET state = 'given_up', given_up_at = '2026-01-01'" \
    "UPDATE outbox SET state = 'given_up'" "UPDATE outbox SET given_up_at = '2026-01-01'"
for schedule in due_date first fifteenth split; do
    limit payment_enrols "UPDATE payment SET enrol_schedule = '$schedule'" "UPDATE payment SET enrol_schedule = '$schedule.'"
done

# A CHECK that was added since and has no case here.
for name in $(sql -e "SELECT CONSTRAINT_NAME FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = '$schema'"); do
    [[ $tested == *" $name "* ]] || fail "the CHECK $name has no test"
done

# ---- keys that are promises ----

key() { # TABLE NAME COLUMNS SECOND-ROW: the key is unique, of these columns, and refuses
    local columns words
    columns=$(sql -e "SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS
        WHERE TABLE_SCHEMA = '$schema' AND TABLE_NAME = '$1' AND INDEX_NAME = '$2' AND NON_UNIQUE = 0")
    [ "$columns" = "$3" ] || fail "$1.$2 is unique over ($columns), not ($3)"
    words=$(error_of "$4")
    [[ $words == *"ERROR 1062"*"'$2'"* ]] || fail "$1.$2 lets through: $4: $words"
}

fits() { # STATEMENT: the key is no wider than it should be
    local words
    words=$(error_of "$1")
    [ -z "$words" ] || fail "refused: $1: $words"
}

key payment_allocation payment_allocation_open invoice_id,open \
    "UPDATE payment_allocation SET open = 1 WHERE payment_id = 2"
fits "INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents, open) VALUES (1, 2, 2, 1, 1)"
key enrolment_cover enrolment_cover_active account_id,cover_key,active "UPDATE enrolment_cover SET cover_key = 'all'"
fits "UPDATE enrolment_cover SET active = NULL; UPDATE enrolment_cover SET cover_key = 'all'"
key draft draft_once enrolment_id,draft_on \
    "INSERT INTO draft (account_id, enrolment_id, draft_on, state, created_at) VALUES (1, 1, '2026-02-01', 'skipped', '2026-02-01')"
fits "INSERT INTO draft (account_id, enrolment_id, draft_on, state, created_at) VALUES (1, 2, '2026-02-01', 'skipped', '2026-02-01')"
key payment payment_draft draft_id,attempt "UPDATE payment SET draft_id = 1, attempt = 1"
key payment payment_form form_key "UPDATE payment SET form_key = REPEAT('k', 32), form_hash = REPEAT('h', 32)"
fits "UPDATE payment SET form_key = NULL"
key payment payment_reference reference "UPDATE payment SET reference = 'P000000000001'"
key payment payment_transaction gateway,transaction_id "UPDATE payment SET transaction_id = 't1'"
fits "UPDATE payment SET gateway = 'other', transaction_id = 't1' WHERE id = 2"
fits "UPDATE payment SET transaction_id = NULL"
key payment payment_external account_id,kind,external_reference "UPDATE payment SET external_reference = 'x1'"
key payment payment_open_credit account_id,open_credit "UPDATE payment SET $open, credit_cents = 1, open_credit = 1"
key draft draft_once enrolment_id,draft_on "UPDATE draft SET draft_on = '2026-02-01'"
key payment payment_draft draft_id,attempt "UPDATE payment SET draft_id = 1, attempt = 1"
fits "UPDATE payment SET draft_id = 1, attempt = id"
key enrolment_cover enrolment_cover_active account_id,cover_key,active "UPDATE enrolment_cover SET cover_key = 'all' WHERE enrolment_id = 2"
fits "UPDATE enrolment_cover SET cover_key = 'all', active = NULL WHERE enrolment_id = 2"
key webhook webhook_event gateway,event_id \
    "INSERT INTO webhook (gateway, event_id, received_at, look_at) VALUES ('nmi', 'e1', '2026-01-01', '2026-01-01')"
key credit credit_reference reference "UPDATE credit SET reference = 'C000000000001'"
key credit credit_request account_id,request_key "UPDATE credit SET request_key = 'k1'"
fits "UPDATE payment SET kind = 'wire', external_reference = 'x1' WHERE id = 2"
claimed="state = 'unknown', open = 1, claim_token = REPEAT('u', 16), send_by = '2026-01-01'"
key refund refund_open payment_id,open "UPDATE refund SET $claimed WHERE id = 2"
fits "UPDATE refund SET $claimed, payment_id = 2 WHERE id = 2"
key refund refund_reference reference "UPDATE refund SET reference = 'R000000000001' WHERE id = 2"
key refund refund_request account_id,request_key "UPDATE refund SET request_key = 'k1' WHERE id = 2"
fits "UPDATE refund SET request_key = 'K1' WHERE id = 2"
fits "UPDATE refund SET request_key = NULL"
key refund refund_transaction gateway,transaction_id "UPDATE refund SET transaction_id = 't9' WHERE id = 2"
fits "UPDATE refund SET gateway = 'other', transaction_id = 't9' WHERE id = 2"
key journal_entry journal_entry_event event_key \
    "INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) VALUES (2, 'e1', 'fee', '2026-01-01', '2026-01-01')"
key import import_once kind,file_hash,open \
    "INSERT INTO import (kind, state, open, file_hash, file_name, actor, created_at, changed_at) VALUES ('invoice', 'applying', 1, REPEAT('h', 32), 'g', 'x', '2026-01-01', '2026-01-01')"
fits "INSERT INTO import (kind, state, open, file_hash, file_name, actor, created_at, changed_at) VALUES ('user', 'applying', 1, REPEAT('h', 32), 'g', 'x', '2026-01-01', '2026-01-01')"
fits "INSERT INTO import (kind, state, file_hash, file_name, actor, created_at, changed_at) VALUES ('invoice', 'done', REPEAT('h', 32), 'g', 'x', '2026-01-01', '2026-01-01')"
key feed feed_seq seq "UPDATE feed SET seq = 1 WHERE entry_id = 2"
key outbox outbox_key mail_key \
    "INSERT INTO outbox (mail_key, kind, account_id, created_at) VALUES ('m1', 'x', 2, '2026-01-01')"
key queue_item queue_item_key queue_key "INSERT INTO queue_item (queue_key, kind, opened_at) VALUES ('q1', 'y', '2026-01-01')"
key method method_vault gateway,vault_id \
    "INSERT INTO method (account_id, user_id, kind, gateway, vault_id, last_four, created_at) VALUES (2, 1, 'bank', 'nmi', 'v1', '0000', '2026-01-01')"
key invoice invoice_number number \
    "INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at) VALUES (2, 'N1', '2026-01-01', '2026-01-01', 1, '', '2026-01-01')"
key user_link user_link_token token_hash "UPDATE user_link SET token_hash = REPEAT('t', 32) WHERE id = 2"
key account account_number number "INSERT INTO account (number, organization, created_at) VALUES ('1001', 'C', '2026-01-01')"
key user user_email email "INSERT INTO user (email, name, created_at) VALUES ('ANA@SHOP.example', 'B', '2026-01-01')"
key security_level security_level_name name "INSERT INTO security_level (name) VALUES ('Manager')"

# Ids alone find a row, whatever account leads the primary key.
for table in draft enrolment invoice journal_entry method payment payment_event refund; do
    for columns in account_id,id id; do
        found=$(sql -e "SELECT COUNT(*) FROM (SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns_of
            FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = '$schema' AND TABLE_NAME = '$table'
            AND NON_UNIQUE = 0 GROUP BY INDEX_NAME) AS k WHERE columns_of = '$columns'")
        [ "$found" = 1 ] || fail "$table has no unique key over ($columns)"
    done
done

# ---- every table ----

# A limit of nothing is no limit of zero.
nullable="'enrolment.largest_cents'"

odd=$(sql -e "SELECT t.TABLE_NAME FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = '$schema' AND NOT EXISTS
    (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS c WHERE c.TABLE_SCHEMA = t.TABLE_SCHEMA
     AND c.TABLE_NAME = t.TABLE_NAME AND c.CONSTRAINT_TYPE = 'PRIMARY KEY')")
[ -z "$odd" ] || fail "without a primary key: $odd"
odd=$(sql -e "SELECT TABLE_NAME, ENGINE, TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = '$schema'
    AND (ENGINE <> 'InnoDB' OR TABLE_COLLATION <> 'utf8mb4_bin')")
[ -z "$odd" ] || fail "of another engine or collation: $odd"
odd=$(sql -e "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '$schema'
    AND COLUMN_NAME LIKE '%\_cents' AND (DATA_TYPE <> 'bigint' OR IS_NULLABLE <> 'NO')
    AND NOT (TABLE_NAME = 'enrolment' AND COLUMN_NAME = 'largest_cents')") # NULL: no limit
[ -z "$odd" ] || fail "money that is not BIGINT NOT NULL: $odd"
odd=$(sql -e "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '$schema'
    AND DATA_TYPE IN ('float', 'double', 'decimal', 'timestamp', 'enum')")
[ -z "$odd" ] || fail "of a type that is not used here: $odd"
odd=$(sql -e "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '$schema'
    AND (COLUMN_DEFAULT LIKE '%current%' OR EXTRA LIKE '%on update%')")
[ -z "$odd" ] || fail "filled from the server's clock: $odd"
odd=$(sql -e "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '$schema'
    UNION ALL SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = '$schema'
    UNION ALL SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '$schema'")
[ -z "$odd" ] || fail "money does not depend on triggers, events or routines: $odd"

# ---- what belongs together ----

reference() { # STATEMENT: a foreign key refuses it
    local words
    words=$(error_of "$1")
    [[ $words == *"ERROR 145"[12]* ]] || fail "no foreign key refuses: $1: $words"
}
reference "INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) VALUES (2, 1, 1, 1)"
reference "INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) VALUES (1, 1, 99, 1)"
reference "UPDATE refund SET payment_id = 99"
reference "UPDATE refund SET account_id = 2 WHERE id = 2"
reference "UPDATE credit SET account_id = 99"
reference "UPDATE refund_allocation SET invoice_id = 99"
reference "UPDATE refund_allocation SET refund_id = 99"
reference "INSERT INTO invoice_line (account_id, invoice_id, line, description, price_cents, amount_cents) VALUES (2, 1, 1, '', 1, 1)"
reference "INSERT INTO journal_posting (account_id, entry_id, line, ledger, amount_cents) VALUES (2, 1, 0, 'tax', 1)"
reference "INSERT INTO session (token_hash, user_id, account_id, created_at, seen_at, ends_at) VALUES (REPEAT('t', 32), 1, 2, '2026-01-01', '2026-01-01', '2026-01-02')"
reference "UPDATE session SET account_id = 2"
reference "INSERT INTO user_seen VALUES (2, 1, '2026-01-01', '')"
reference "UPDATE user_link SET user_id = 2"
reference "UPDATE user_link SET account_id = 99"
reference "DELETE FROM security_level" # while somebody has it
reference "DELETE FROM account WHERE id = 1"
fits "DELETE FROM account_user WHERE account_id = 1" # takes the session away
sessions=$(sql "$schema" -e "START TRANSACTION; DELETE FROM account_user; SELECT COUNT(*) FROM session; ROLLBACK")
[ "$sessions" = 0 ] || fail "a session outlives its membership"
seen=$(sql "$schema" -e "START TRANSACTION; DELETE FROM account_user; SELECT COUNT(*) FROM user_seen; ROLLBACK")
[ "$seen" = 0 ] || fail "what was seen of a user outlives the membership"

# Is the generated column right at its edges?
open_of() { # FIGURES: is_open of an invoice with them
    sql "$schema" -e "START TRANSACTION; UPDATE invoice SET $1 WHERE id = 1; SELECT is_open FROM invoice WHERE id = 1; ROLLBACK"
}
[ "$(open_of 'paid_cents = 999')" = 1 ] || fail "an invoice with a cent due is not open"
[ "$(open_of 'paid_cents = 600, credited_cents = 400')" = 0 ] || fail "a covered invoice is open"
[ "$(open_of 'pending_cents = 1000')" = 1 ] || fail "a reserved invoice is not open"
[ "$(open_of "state = 'void'")" = 0 ] || fail "a void invoice is open"

[ $failures -eq 0 ] || { echo "schema_test: $failures failed"; exit 1; }
echo "schema_test: ok"
