/*
 * faults.c - the way of one sale through latency and the faults that the knobs ask for.
 *
 * Arrival, latency, answer. Where the booking falls is the point of the sandbox:
 * at arrival, when the latency ends, after the connection is closed, or never.
 */
#include "modules/sandbox/sandbox.h"

#include <string.h>

static bool books(const struct fault *fault) {
    if (fault->silent || fault->lose == LOSE_BEFORE)
        return false;
    return fault->answer == ANSWER_NORMAL || fault->lose != LOSE_NONE || fault->answer_booked;
}

static void write_bytes(struct call *call, int status, const char *type, const char *text,
                        size_t length) {
    call->status = status;
    call->content_type = type;
    evbuffer_add(call->body, text, length);
}

static void write_fault(struct call *call) {
    static const char page[] = "<html><body><h1>Service Unavailable</h1></body></html>\n";
    static const char garbage[] = "\x01\xff=&&%zz\0response\xfe=1=\n\x80";
    const char *order_id = record_get(&call->sale->transaction->record, TEXT_ORDER_ID);

    switch (call->sale->fault.answer) {
    case ANSWER_NORMAL:
        sale_write(call->sandbox, call->sale, call->body);
        break;
    case ANSWER_EMPTY:
        break;
    case ANSWER_HTML:
        write_bytes(call, 200, "text/html", page, sizeof(page) - 1);
        break;
    case ANSWER_HTTP_500:
        write_bytes(call, 500, "text/html", page, sizeof(page) - 1);
        break;
    case ANSWER_HTTP_429:
        write_bytes(call, 429, "text/html", page, sizeof(page) - 1);
        break;
    case ANSWER_GARBAGE:
        write_bytes(call, 200, "text/html", garbage, sizeof(garbage) - 1);
        break;
    case ANSWER_RATE_LIMIT:
        reply_write(call->body, &(struct reply){.response = 3,
                                                .response_code = 301,
                                                .text = "Rate limit exceeded",
                                                .order_id = order_id,
                                                .type = call->sale->type});
        break;
    case ANSWER_WRONG_KEY:
        reply_write(
            call->body,
            &(struct reply){.response = 3, .response_code = 300, .text = "Authentication Failed"});
        break;
    }
}

static void booked_late(struct call *call) {
    sale_decide(call->sandbox, call->sale);
    call_free(call);
}

static void latency_over(struct call *call) {
    struct sale *sale = call->sale;

    if (sale->fault.lose == LOSE_BEFORE) {
        call_hang_up(call);
        call_free(call);
        return;
    }
    if (sale->fault.lose == LOSE_LATE) {
        call_hang_up(call);
        call_after(call, sale->fault.late_ms, booked_late);
        return;
    }
    if (books(&sale->fault))
        sale_decide(call->sandbox, sale);
    if (sale->fault.lose == LOSE_AFTER) {
        call_hang_up(call);
        call_free(call);
        return;
    }
    write_fault(call);
    call_answer(call);
}

void sale_run(struct call *call, struct sale *sale) {
    struct knobs *knobs = &call->sandbox->knobs;
    const struct transaction *transaction = sale->transaction;

    call->sale = sale;
    call->content_type = "text/html; charset=utf-8";
    if (strcmp(sale->type, "sale") == 0)
        sale->fault = knobs_take_fault(knobs, record_get(&transaction->record, TEXT_ORDER_ID),
                                       transaction->amount_cents);
    if (sale->fault.silent) {
        call->sandbox->counters.silent++;
        return;
    }
    call->outlives_client = sale->fault.lose == LOSE_LATE;
    if (knobs->book_before_latency && books(&sale->fault) && sale->fault.lose != LOSE_LATE)
        sale_decide(call->sandbox, sale);
    call_after(call, strcmp(sale->type, "sale") == 0 ? knobs->latency_ms : 0, latency_over);
}
