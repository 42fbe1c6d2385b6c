/*
 * collect.c - /token/: Collect.js for the merchant's page, the frames it opens there, and the
 * tokens they ask for.
 *
 * The frames are of our origin, the page is not: it never sees what is typed into them.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

#define BAD_EXPIRY "Expiration date must be a present or future month and year"
#define FACTS "{facts}" /* where field.html is told the month and the cards */

static const char frame_policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; "
                                   "connect-src 'self'; base-uri 'none'; form-action 'none'";

static void add_header(struct evhttp_request *req, const char *name, const char *value) {
    evhttp_add_header(evhttp_request_get_output_headers(req), name, value);
}

/* Takes body. */
static void serve(struct sandbox *sandbox, struct evhttp_request *req, const char *content_type,
                  struct evbuffer *body) {
    if (sandbox->knobs.collect == COLLECT_DOWN) {
        server_fail(req, 503, "the knob collect is down");
    } else {
        add_header(req, "X-Content-Type-Options", "nosniff");
        server_reply(req, 200, content_type, body);
    }
    evbuffer_free(body);
}

static void serve_text(struct sandbox *sandbox, struct evhttp_request *req,
                       const char *content_type, const char *text) {
    struct evbuffer *body = evbuffer_new();

    evbuffer_add(body, text, strlen(text));
    serve(sandbox, req, content_type, body);
}

void collect_script(struct sandbox *sandbox, struct evhttp_request *req) {
    serve_text(sandbox, req, "text/javascript; charset=utf-8", asset_collect_js);
}

void collect_field_script(struct sandbox *sandbox, struct evhttp_request *req) {
    serve_text(sandbox, req, "text/javascript; charset=utf-8", asset_field_js);
}

void collect_field_style(struct sandbox *sandbox, struct evhttp_request *req) {
    serve_text(sandbox, req, "text/css; charset=utf-8", asset_field_css);
}

/* The month by our clock, and what is a card: the frame refuses the rest before it is sent. */
static void write_facts(struct sandbox *sandbox, struct evbuffer *out) {
    char now[TIME_TEXT_BYTES];

    evbuffer_add_printf(out, "data-month=\"%.6s\" data-cards=\"",
                        time_format_nmi(clock_now(sandbox), now));
    for (const struct card *card = cards; card->number; card++)
        evbuffer_add_printf(out, "%s%s:%s:%zu", card == cards ? "" : " ", card->number, card->type,
                            card->cvv_digits);
    evbuffer_add_printf(out, "\"");
}

void collect_field(struct sandbox *sandbox, struct evhttp_request *req) {
    struct evbuffer *body = evbuffer_new();
    const char *facts = strstr(asset_field_html, FACTS);

    evbuffer_add(body, asset_field_html, (size_t)(facts - asset_field_html));
    write_facts(sandbox, body);
    evbuffer_add_printf(body, "%s", facts + strlen(FACTS));
    add_header(req, "Content-Security-Policy", frame_policy);
    add_header(req, "Referrer-Policy", "no-referrer");
    serve(sandbox, req, "text/html; charset=utf-8", body);
}

/* A page of somebody else has no business here; a client that is no browser says nothing. */
static bool is_own_origin(struct evhttp_request *req) {
    struct evkeyvalq *headers = evhttp_request_get_input_headers(req);
    const char *origin = evhttp_find_header(headers, "Origin");
    const char *host = evhttp_find_header(headers, "Host");

    return origin == NULL ||
           (host && strncmp(origin, "http://", 7) == 0 && strcmp(origin + 7, host) == 0);
}

static void fail(struct call *call, int status, const char *field, const char *message) {
    log_line("refused", message);
    call->status = status;
    evbuffer_add_printf(call->body, "{\"field\":\"%s\",\"message\":\"%s\"}\n", field, message);
}

/* What Collect.js tells its page of the card. */
static void write_token(struct evbuffer *out, const char *token, const struct card *card,
                        const struct record *record) {
    size_t length = strlen(card->number);

    evbuffer_add_printf(out,
                        "{\"token\":\"%s\",\"card\":{\"number\":\"%.6s%.*s%s\",\"bin\":\"%.6s\","
                        "\"exp\":\"%s\",\"hash\":\"%s\",\"type\":\"%s\"}}\n",
                        token, card->number, (int)(length - 10), "**********",
                        card->number + length - 4, card->number, record_get(record, TEXT_CC_EXP),
                        record_get(record, TEXT_CC_HASH), card->type);
}

static void create(struct call *call, const struct form *form) {
    struct sandbox *sandbox = call->sandbox;
    const struct card *card = card_find(form_get(form, "ccnumber"));
    const char *cvv = form_get(form, "cvv");
    char expires[EXPIRY_BYTES], token[TOKEN_ID_BYTES];
    struct record record = {0};

    if (card == NULL) {
        fail(call, 400, "ccnumber", "Invalid card number");
        return;
    }
    if (!card_read_expiry(form_get(form, "ccexp"), expires) ||
        card_is_expired(expires, clock_now(sandbox))) {
        fail(call, 400, "ccexp", BAD_EXPIRY);
        return;
    }
    if (*cvv && (strlen(cvv) != card->cvv_digits || strspn(cvv, "0123456789") != strlen(cvv))) {
        fail(call, 400, "cvv",
             card->cvv_digits == 4 ? "CVV must be 4 digits" : "CVV must be 3 digits");
        return;
    }
    source_set_card(sandbox, card, expires, &record);
    if (*cvv)
        record_set(&record, TEXT_CVV_RESPONSE, card_cvv_answer(cvv));
    token_new_id(token);
    write_token(call->body, token, card, &record);
    if (sandbox->knobs.token_reject > 0)
        sandbox->knobs.token_reject--;
    else
        token_add(sandbox, token, &record);
    record_release(&record);
    sandbox->counters.tokens++;
}

void collect_create(struct sandbox *sandbox, struct evhttp_request *req) {
    const char *key = sandbox->options.tokenization_key;
    struct form form;
    bool is_clean = server_read_form(req, &form);
    struct call *call = call_new(sandbox, req, false);

    call->content_type = "application/json";
    if (sandbox->knobs.collect == COLLECT_DOWN)
        fail(call, 503, "", "the knob collect is down");
    else if (!is_own_origin(req))
        fail(call, 403, "", "not from one of our frames");
    else if (key == NULL || strcmp(form_get(&form, "tokenization_key"), key) != 0)
        fail(call, 401, "", "Authentication Failed");
    else if (!is_clean)
        fail(call, 400, "", "Invalid characters in the request");
    else if (sandbox->knobs.collect == COLLECT_NORMAL)
        create(call, &form);
    form_release(&form);
    if (sandbox->knobs.collect != COLLECT_SLOW)
        call_after(call, 0, call_answer);
}
