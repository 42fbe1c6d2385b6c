/*
 * faults.c - the way of one operation through latency and the faults that the knobs ask for.
 *
 * Arrival, latency, answer. Where the booking falls is the point of the sandbox:
 * at arrival, when the latency ends, after the connection is closed, or never.
 */
#include "modules/sandbox/sandbox.h"

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

static void write_answer(struct call *call) {
    static const char page[] = "<html><body><h1>Service Unavailable</h1></body></html>\n";
    static const char garbage[] = "\x01\xff=&&%zz\0response\xfe=1=\n\x80";
    const struct operation *operation = call->operation;

    switch (operation->fault.answer) {
    case ANSWER_NORMAL:
        evbuffer_add_buffer(call->body, operation->answer);
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
                                                .order_id = operation->order_id,
                                                .type = operation->type});
        break;
    case ANSWER_WRONG_KEY:
        reply_write(
            call->body,
            &(struct reply){.response = 3, .response_code = 300, .text = "Authentication Failed"});
        break;
    }
}

static void booked_late(struct call *call) {
    operation_decide(call->sandbox, call->operation);
    call_free(call);
}

static void latency_over(struct call *call) {
    struct operation *operation = call->operation;
    const struct fault *fault = &operation->fault;

    if (fault->lose == LOSE_BEFORE) {
        call_hang_up(call);
        call_free(call);
        return;
    }
    if (fault->lose == LOSE_LATE) {
        call_hang_up(call);
        call_after(call, fault->late_ms, booked_late);
        return;
    }
    if (books(fault))
        operation_decide(call->sandbox, operation);
    if (fault->lose == LOSE_AFTER) {
        call_hang_up(call);
        call_free(call);
        return;
    }
    write_answer(call);
    call_answer(call);
}

void faults_run(struct call *call, struct operation *operation) {
    struct knobs *knobs = &call->sandbox->knobs;
    bool is_slow = knobs_fall_on(knobs, operation->kind);

    call->operation = operation;
    operation->fault = knobs_take_fault(knobs, operation->kind, operation->order_id,
                                        operation->amount_cents);
    if (operation->fault.silent) {
        call->sandbox->counters.silent++;
        return;
    }
    call->outlives_client = operation->fault.lose == LOSE_LATE;
    if (knobs->book_before_latency && books(&operation->fault) &&
        operation->fault.lose != LOSE_LATE)
        operation_decide(call->sandbox, operation);
    call_after(call, is_slow ? knobs->latency_ms : 0, latency_over);
}
