/* invoices_payments.c - Payment History: every confirmed payment, latest first, or those of one
 * state, or of a period. */
#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/payment_history_store.h"
#include "modules/invoices/invoices.h"

enum { ROWS = 50, QUERY_BYTES = 512, STATE_LENGTH_MAX = 16 };

static const struct field fields[] = {
    {.name = "status", .max_length = STATE_LENGTH_MAX},
    {.name = "from", .max_length = DAY_LENGTH_MAX},
    {.name = "to", .max_length = DAY_LENGTH_MAX},
    PLACE_FIELD("after"),
    PLACE_FIELD("before"),
};

const struct form invoices_payments_form = FORM(fields);

/* In the order in which they are offered. */
static const enum payment_state states[] = {
    PAYMENT_SUCCEEDED,       PAYMENT_PENDING,  PAYMENT_PROCESSING,  PAYMENT_UNKNOWN,
    PAYMENT_DECLINED,        PAYMENT_FAILED,   PAYMENT_NOT_CHARGED, PAYMENT_RETURNED,
    PAYMENT_PARTLY_REFUNDED, PAYMENT_REFUNDED, PAYMENT_VOIDED,      PAYMENT_CHARGED_BACK,
};
enum { STATES = sizeof states / sizeof *states };

struct choice {
    const char *state; /* its name; "": all */
    struct date from, to;
    struct place place;
    struct payment_place at;
};

static enum result state_find(struct visit *visit, struct choice *choice) {
    const char *name = form_text(&visit->form, "status");

    choice->state = "";
    if (!*name || text_equal(name, "all"))
        return RESULT_OK;
    for (size_t at = 0; at < STATES; at++)
        if (text_equal(payment_state_name(states[at]), name)) {
            choice->state = name;
            return RESULT_OK;
        }
    return RESULT_NOT_FOUND;
}

/* The instants between which a payment of the period was confirmed; 0: no such end. */
static int64_t begin_of(const struct choice *choice) {
    return choice->from.year ? date_start(choice->from) : 0;
}

static int64_t end_of(const struct choice *choice) {
    return choice->to.year ? date_start(date_add_days(choice->to, 1)) : 0;
}

static enum result place_find(struct visit *visit, struct choice *choice) {
    const char *instant = "";
    int64_t begin = begin_of(choice), end = end_of(choice);

    if (!*choice->place.text)
        return RESULT_OK;
    if (!place_split(visit, choice->place.text, &instant, &choice->at.id) ||
        !instant_parse(instant, &choice->at.at) || choice->at.at <= 0 || choice->at.at < begin ||
        (end && choice->at.at >= end))
        return RESULT_NOT_FOUND;
    return RESULT_OK;
}

static enum result choice_read(struct visit *visit, struct choice *choice) {
    enum result result = state_find(visit, choice);

    if (result == RESULT_OK)
        result = place_read(visit, &choice->place);
    if (result != RESULT_OK)
        return result;
    period_read(visit, &choice->from, &choice->to);
    return form_has_errors(&visit->form) ? RESULT_OK : place_find(visit, choice);
}

static enum result rows_read(struct visit *visit, struct choice *choice,
                             struct payment_rows *out_rows) {
    struct payment_history ask = {
        .account_id = visit->session.account_id,
        .state = choice->state,
        .from = begin_of(choice),
        .to = end_of(choice),
        .place = choice->at,
        .is_back = choice->place.is_back,
        .limit = ROWS,
    };
    enum result result = payment_history(visit->running->db, visit->arena, &ask, out_rows);

    /* What lay before has gone meanwhile: this is the list's begin. */
    if (result == RESULT_OK && out_rows->count == 0 && ask.is_back) {
        choice->place = (struct place){"", false};
        choice->at = (struct payment_place){0};
        return rows_read(visit, choice, out_rows);
    }
    return result;
}

/* ---- showing it ---- */

static void form_show(struct visit *visit, const struct choice *choice) {
    struct values *filter = values_child(visit->values, "Filter");
    const char *period = period_text(visit, choice->from, choice->to);

    values_set(filter, "IsOpen", form_has_errors(&visit->form) ? "1" : NULL);
    for (size_t at = 0; at < STATES; at++) {
        struct values *node = values_item(visit->values, "States", at);
        bool is_chosen = text_equal(payment_state_name(states[at]), choice->state);

        values_set(node, "Name", payment_state_name(states[at]));
        values_set(node, "Title", payment_state_word(states[at]));
        if (!is_chosen)
            continue;
        values_set(node, "Checked", "1");
        values_set(filter, "Status", payment_state_word(states[at]));
    }
    period_show(visit);
    if (form_has_errors(&visit->form))
        return;
    values_set(filter, "Period", *period ? period : NULL);
    if (*choice->state || *period)
        values_set(filter, "ClearUrl", visit_url(visit, "/payments"));
}

static void row_show(struct visit *visit, struct values *node, const struct payment *payment) {
    values_set(node, "Reference", payment->reference);
    values_set(node, "Url",
               visit_url(visit, arena_format(visit->arena, "/payments/%s", payment->reference)));
    values_set(node, "At", date_short(visit->arena, instant_date(payment->confirmed_at)));
    values_set(node, "Amount", visit_money(visit, payment->amount_cents));
    values_set(node, "Method", method_words_of(visit->arena, payment->method_text));
    values_set(node, "Status", payment_state_word(payment->state));
    values_set(node, "StatusKind", payment_state_name(payment->state));
}

static const char *place_of(struct visit *visit, const struct payment *payment) {
    char at[INSTANT_TEXT_SIZE];

    instant_format(payment->confirmed_at, at);
    return arena_format(visit->arena, "%.10sT%s.%lld", at, at + 11, (long long)payment->id);
}

static void query_day(struct buffer *query, const char *name, struct date date) {
    char text[DATE_TEXT_SIZE];

    if (!date.year)
        return;
    date_format(date, text);
    buffer_url_pair(query, name, text);
}

static void rows_show(struct visit *visit, const struct choice *choice,
                      const struct payment_rows *rows) {
    const char *first = NULL, *last = NULL;
    struct buffer query;

    buffer_init(&query, visit->arena, QUERY_BYTES);
    if (*choice->state)
        buffer_url_pair(&query, "status", choice->state);
    query_day(&query, "from", choice->from);
    query_day(&query, "to", choice->to);
    for (size_t at = 0; at < rows->count; at++)
        row_show(visit, values_item(visit->values, "Payments", at), &rows->list[at]);
    if (rows->count) {
        first = place_of(visit, &rows->list[0]);
        last = place_of(visit, &rows->list[rows->count - 1]);
    }
    pages_show(visit, "/payments", &query, &choice->place, rows->has_more, first, last);
}

enum result invoices_payments(struct visit *visit) {
    struct payment_rows rows = {0};
    struct choice choice = {0};
    enum result result = choice_read(visit, &choice);
    bool is_read = result == RESULT_OK && !form_has_errors(&visit->form);

    if (is_read)
        result = rows_read(visit, &choice, &rows);
    if (result != RESULT_OK)
        return result;
    form_show(visit, &choice);
    if (is_read)
        rows_show(visit, &choice, &rows);
    return visit_render(visit, 200, "invoices/payments", say("Payment History"), "/payments");
}
