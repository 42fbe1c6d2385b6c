#include "common/store/check_draft_store.h"

#define DRAFT "CONCAT('enrolment ', d.enrolment_id, ' ', d.draft_on)"

const struct statement check_draft_open_sql = {
    .name = "check_draft_open",
    .params = 1,
    .columns = 3,
    .text =
        "SELECT " DRAFT ", d.state = 'open', CAST(COALESCE(SUM(FIND_IN_SET(p.state, ?) > 0), 0)"
        " AS SIGNED) AS found FROM draft d LEFT JOIN payment p ON p.draft_id = d.id"
        " GROUP BY d.id, d.enrolment_id, d.draft_on, d.state HAVING found <> (d.state = 'open')",
};

/* What was given back on purpose was taken all the same. */
const struct statement check_draft_taken_sql = {
    .name = "check_draft_taken",
    .params = 1,
    .columns = 3,
    .text =
        "SELECT " DRAFT ", d.state = 'taken', CAST(COALESCE(SUM(FIND_IN_SET(p.state, ?) > 0"
        " OR p.state IN ('pending', 'refunded')), 0) AS SIGNED) AS found FROM draft d"
        " LEFT JOIN payment p ON p.draft_id = d.id"
        " GROUP BY d.id, d.enrolment_id, d.draft_on, d.state HAVING found <> (d.state = 'taken')",
};

const struct statement check_draft_attempts_sql = {
    .name = "check_draft_attempts",
    .columns = 3,
    .text = "SELECT " DRAFT ", d.attempts, IF(COUNT(p.id) <> d.attempts, COUNT(p.id),"
            " COALESCE(MAX(p.attempt), 0)) AS found FROM draft d"
            " LEFT JOIN payment p ON p.draft_id = d.id"
            " GROUP BY d.id, d.enrolment_id, d.draft_on, d.attempts HAVING found <> d.attempts",
};

const struct statement check_draft_amount_sql = {
    .name = "check_draft_amount",
    .columns = 3,
    .text = "SELECT " DRAFT ", p.amount_cents, d.amount_cents FROM draft d JOIN payment p"
            " ON p.draft_id = d.id AND p.attempt = d.attempts WHERE p.amount_cents <>"
            " d.amount_cents",
};

const struct statement check_draft_payment_sql = {
    .name = "check_draft_payment",
    .columns = 3,
    .text = "SELECT p.reference, 'a draft of its account', COALESCE(CONCAT('account id ',"
            " d.account_id), 'none') FROM payment p LEFT JOIN draft d ON d.id = p.draft_id"
            " WHERE (p.source = 'autopay' OR p.draft_id IS NOT NULL)"
            " AND (d.id IS NULL OR d.account_id <> p.account_id)",
};

const struct statement check_enrolment_covers_sql = {
    .name = "check_enrolment_covers",
    .columns = 3,
    .text = "SELECT CONCAT('enrolment ', e.id), e.state = 'active', COUNT(c.active) > 0 AS found"
            " FROM enrolment e LEFT JOIN enrolment_cover c ON c.account_id = e.account_id"
            " AND c.enrolment_id = e.id GROUP BY e.account_id, e.id, e.state"
            " HAVING found <> (e.state = 'active')",
};

/* The two halves of a month together take no more of an invoice than was fixed. Once the schedule
 * was changed, other drafts may stand on those days. */
const struct statement check_split_plan_sql = {
    .name = "check_split_plan",
    .params = 1,
    .columns = 3,
    .text = "SELECT CONCAT('enrolment ', s.enrolment_id, ' ', s.month_on, ' invoice id ',"
            " s.invoice_id), s.amount_cents, CAST(SUM(a.amount_cents) AS SIGNED) AS found"
            " FROM split_plan s JOIN enrolment e ON e.id = s.enrolment_id AND e.schedule = 'split'"
            " AND e.began_on < s.month_on JOIN draft d ON d.enrolment_id = s.enrolment_id"
            " AND d.draft_on IN (s.month_on, s.month_on + INTERVAL 14 DAY)"
            " JOIN payment p ON p.draft_id = d.id"
            " AND (FIND_IN_SET(p.state, ?) > 0 OR p.state IN ('pending', 'refunded'))"
            " JOIN payment_allocation a ON a.account_id = p.account_id AND a.payment_id = p.id"
            " AND a.invoice_id = s.invoice_id GROUP BY s.account_id, s.enrolment_id, s.month_on,"
            " s.invoice_id, s.amount_cents HAVING found > s.amount_cents",
};

const struct statement check_twice_draft_sql = {
    .name = "check_twice_draft",
    .columns = 3,
    .text = "SELECT CONCAT('enrolment ', enrolment_id, ' ', draft_on) AS used, 1, COUNT(*) AS times"
            " FROM draft GROUP BY used HAVING times > 1",
};

const struct statement check_twice_attempt_sql = {
    .name = "check_twice_attempt",
    .columns = 3,
    .text = "SELECT CONCAT('draft id ', draft_id, ' ', attempt) AS used, 1, COUNT(*) AS times"
            " FROM payment WHERE draft_id IS NOT NULL GROUP BY used HAVING times > 1",
};

const struct statement check_twice_cover_sql = {
    .name = "check_twice_cover",
    .columns = 3,
    .text = "SELECT CONCAT('account id ', account_id, ' ', cover_key) AS used, 1, COUNT(*) AS times"
            " FROM enrolment_cover WHERE active = 1 GROUP BY used HAVING times > 1",
};
