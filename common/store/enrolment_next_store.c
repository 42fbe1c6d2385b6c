#include "common/store/enrolment_next_store.h"

#include "common/core/text.h"
#include "common/money/money.h"

const struct statement enrolment_next_sql = {
    .name = "enrolment_next",
    .params = 3,
    .text = "UPDATE enrolment SET next_on = ? WHERE account_id = ? AND id = ?"
            " AND state = 'active'",
};

enum result enrolment_next(struct db *db, int64_t account_id, int64_t id, struct date next_on) {
    struct bind binds[] = {bind_date(next_on), bind_int(account_id), bind_int(id)};

    return db_run(db, &enrolment_next_sql, binds, NULL, NULL);
}

/* In one round trip; what the draft of the 1st took is added up here: a row is read once. */
const struct statement enrolment_plan_sql = {
    .name = "enrolment_plan",
    .params = 9,
    .columns = 3,
    .text = "SELECT 'plan', invoice_id, amount_cents FROM split_plan"
            " WHERE account_id = ? AND enrolment_id = ? AND month_on = ?"
            " UNION ALL SELECT 'drafted', 0, 0 FROM draft"
            " WHERE account_id = ? AND enrolment_id = ? AND draft_on = ?"
            " AND state IN ('open', 'taken', 'nothing', 'retry', 'failed')"
            " UNION ALL SELECT 'taken', a.invoice_id, a.amount_cents"
            " FROM draft d JOIN payment p ON p.draft_id = d.id"
            " JOIN payment_allocation a ON a.account_id = p.account_id AND a.payment_id = p.id"
            " WHERE d.account_id = ? AND d.enrolment_id = ? AND d.draft_on = ?"
            " AND p.state IN ('succeeded', 'pending', 'partly_refunded', 'refunded')",
};

static void taken_add(struct enrolment_plan *plan, int64_t invoice_id, int64_t cents) {
    for (size_t at = 0; at < plan->count; at++)
        if (plan->list[at].invoice_id == invoice_id)
            plan->list[at].taken_cents = money_add(plan->list[at].taken_cents, cents);
}

enum result enrolment_plan(struct db *db, struct arena *arena, int64_t account_id, int64_t id,
                           struct date month_on, struct enrolment_plan *out_plan) {
    struct bind account = bind_int(account_id), enrolment = bind_int(id),
                month = bind_date(month_on);
    struct bind binds[] = {account, enrolment, month,     account, enrolment,
                           month,   account,   enrolment, month};
    struct rows rows;
    enum result result = db_query(db, arena, &enrolment_plan_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment_plan plan = {.list = arena_array(arena, rows.count, sizeof *plan.list)};
    for (size_t row = 0; row < rows.count; row++) {
        const char *what = row_text(&rows, row, 0);

        plan.was_drafted = plan.was_drafted || text_equal(what, "drafted");
        if (text_equal(what, "plan"))
            plan.list[plan.count++] = (struct plan_row){.invoice_id = row_int(&rows, row, 1),
                                                        .plan_cents = row_int(&rows, row, 2)};
    }
    for (size_t row = 0; row < rows.count; row++)
        if (text_equal(row_text(&rows, row, 0), "taken"))
            taken_add(&plan, row_int(&rows, row, 1), row_int(&rows, row, 2));
    *out_plan = plan;
    return RESULT_OK;
}

const struct statement enrolment_retries_sql = {
    .name = "enrolment_retries",
    .params = 2,
    .columns = 4,
    .text = "SELECT d.draft_on, d.retry_on, d.amount_cents, d.reason <> 'with_backup' AND EXISTS"
            " (SELECT 1 FROM payment p WHERE p.draft_id = d.id AND p.state = 'returned')"
            " FROM draft d WHERE d.account_id = ? AND d.enrolment_id = ? AND d.state = 'retry'"
            " ORDER BY d.draft_on",
};

enum result enrolment_retries(struct db *db, struct arena *arena, int64_t account_id, int64_t id,
                              struct enrolment_retry **out_list, size_t *out_count) {
    struct bind binds[] = {bind_int(account_id), bind_int(id)};
    struct rows rows;
    enum result result = db_query(db, arena, &enrolment_retries_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct enrolment_retry *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = (struct enrolment_retry){row_date(&rows, row, 0), row_date(&rows, row, 1),
                                             row_int(&rows, row, 2), row_int(&rows, row, 3)};
    *out_list = list;
    *out_count = rows.count;
    return RESULT_OK;
}

const struct statement enrolment_user_may_sql = {
    .name = "enrolment_user_may",
    .params = 2,
    .columns = 1,
    .text = "SELECT EXISTS (SELECT 1 FROM account_user au JOIN user u ON u.id = au.user_id"
            " JOIN security_level l ON l.id = au.level_id WHERE au.account_id = ?"
            " AND au.user_id = ? AND u.is_active = 1 AND l.may_autopay = 1)",
};

enum result enrolment_user_may(struct db *db, struct arena *arena, int64_t account_id,
                               int64_t user_id, bool *out_may) {
    struct bind binds[] = {bind_int(account_id), bind_int(user_id)};
    struct rows rows;
    enum result result = db_query(db, arena, &enrolment_user_may_sql, binds, &rows);

    if (result == RESULT_OK)
        *out_may = row_int(&rows, 0, 0);
    return result;
}
