#include "common/program/visit.h"

#include <stdio.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "common/page/page.h"

/* Our own scripts and styles, forms to ourselves, nothing in frames. */
#define POLICY_COMMON                                                                              \
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"                    \
    " frame-ancestors 'none'; base-uri 'none'; object-src 'none';"

/* No HTML made by scripts. */
static const char content_policy[] = POLICY_COMMON
    " script-src 'self'; connect-src 'self';"
    " require-trusted-types-for 'script'; trusted-types 'none'";

/* With the gateway's card fields: its script makes frames, in ways that are its own business. */
static const char card_policy[] = POLICY_COMMON
    " script-src 'self' %s; connect-src 'self' %s; frame-src %s";

static const struct {
    const char *program, *title, *path;
} navigation[] = {
    {"invoices", WORDS("Home"), "/"},
    {"pay", WORDS("Make a Payment"), "/pay"},
    {"invoices", WORDS("Invoice History"), "/invoices"},
    {"invoices", WORDS("Payment History"), "/payments"},
    {"autopay", WORDS("Manage Auto Pay"), "/autopay"},
    {"methods", WORDS("Payment Methods"), "/methods"},
    {"documents", WORDS("Reports / Documents"), "/documents"},
};

bool visit_is_signed_in(const struct visit *visit) {
    return visit->session.user_id != 0;
}

bool visit_has_autopay(const struct visit *visit) {
    return visit->session.may_autopay && settings_has_program(&visit->running->settings, "autopay");
}

const char *visit_url(struct visit *visit, const char *path) {
    return arena_join(visit->arena, visit->running->settings.base, path);
}

const char *visit_money(struct visit *visit, int64_t cents) {
    return money_text(visit->arena, cents);
}

void visit_set_date(struct visit *visit, struct values *node, const char *name, struct date date) {
    char iso[DATE_TEXT_SIZE];

    if (!date.year)
        return;
    date_format(date, iso);
    values_set(node, name, date_short(visit->arena, date));
    values_set(node, arena_join(visit->arena, name, "Iso"), iso);
}

void visit_banner(struct visit *visit, const char *kind, const char *text) {
    values_set(visit->values, "Banner.Kind", kind);
    values_set(visit->values, "Banner.Text", text);
}

void visit_show_error(struct visit *visit, const char *field_id, const char *text) {
    size_t count = 0;

    for (struct values *each = values_first(visit->values, "Errors"); each;
         each = values_next(each))
        count++;
    struct values *error = values_item(visit->values, "Errors", count);
    values_set(error, "Field", field_id);
    values_set(error, "Text", text);
}

void visit_show_field(struct visit *visit, const char *field, const char *id, const char *name) {
    const char *error = form_error_of(&visit->form, field);
    struct values *node = values_child(visit->values,
                                       arena_format(visit->arena, "Fields.%s", name));

    for (size_t at = 0; at < visit->form.form->count; at++)
        if (text_equal(visit->form.form->fields[at].name, field) &&
            !(visit->form.form->fields[at].flags & FIELD_SECRET))
            values_set(node, "Value", form_text(&visit->form, field));
    if (error) {
        values_set(node, "Error", error);
        visit_show_error(visit, id, error);
    }
}

/* Every page in it asks for the same permission. */
static void navigation_set(struct visit *visit, const char *current) {
    size_t shown = 0;

    if (!visit->session.may_billing)
        return;
    for (size_t at = 0; at < sizeof navigation / sizeof *navigation; at++) {
        if (!settings_has_program(&visit->running->settings, navigation[at].program))
            continue;
        if (text_equal(navigation[at].program, "autopay") && !visit_has_autopay(visit))
            continue;
        struct values *item = values_item(visit->values, "Nav", shown++);
        values_set(item, "Title", say(navigation[at].title));
        values_set(item, "Url", visit_url(visit, navigation[at].path));
        if (text_equal(navigation[at].path, current))
            values_set(item, "Current", "1");
    }
}

static void common_values_set(struct visit *visit, const char *title, const char *nav) {
    const struct session *session = &visit->session;
    struct values *values = visit->values;

    values_set(values, "Page.Title", title);
    values_set(values, "Page.Language", language_code(language_spoken()));
    values_set(values, "RequestId", visit->request.id);
    if (!visit_is_signed_in(visit))
        return;
    values_set(values, "User.Name", session->user_name);
    values_set(values, "User.Email", session->user_email);
    values_set(values, "Account.Number", session->account_number);
    values_set(values, "Account.Organization", session->organization);
    values_set(values, "Account.Site", session->site);
    values_set(values, "Account.City", session->city);
    if (settings_has_program(&visit->running->settings, "login")) {
        values_set(values, "User.Url", visit_url(visit, "/account"));
        if (session->has_other_accounts)
            values_set(values, "Account.SwitchUrl", visit_url(visit, "/account/switch"));
    }
    navigation_set(visit, nav);
}

static void response_headers(struct visit *visit) {
    struct response *response = visit->response;
    const char *origin = visit->allowed_origin;

    response_header(response, "Content-Type", "text/html; charset=utf-8");
    response_header(response, "Content-Security-Policy",
                    origin ? arena_format(visit->arena, card_policy, origin, origin, origin)
                           : content_policy);
    response_header(response, "Cache-Control", "no-store");
}

void visit_allow_origin(struct visit *visit, const char *origin) {
    visit->allowed_origin = origin;
}

static void after_send(void *context) {
    struct visit *visit = context;

    log_set_request(visit->request.id);
    visit->after(visit);
    log_set_request("");
}

void visit_after(struct visit *visit, void (*work)(struct visit *visit)) {
    visit->after = work;
    visit->response->after = after_send;
    visit->response->after_context = visit;
}

enum result visit_render(struct visit *visit, int status, const char *page, const char *title,
                         const char *nav) {
    common_values_set(visit, title, nav);
    enum result result = page_render(visit->running->pages, page, visit->values,
                                     &visit->response->body);

    if (result != RESULT_OK)
        return result;
    visit->response->status = status;
    response_headers(visit);
    return RESULT_OK;
}

void visit_file(struct visit *visit, const char *type, const char *name) {
    char *safe = arena_text(visit->arena, name);

    for (char *at = safe; *at; at++)
        if (!text_is_url_safe(*at))
            *at = '_';
    visit->response->status = 200;
    response_header(visit->response, "Content-Type", type);
    response_header(visit->response, "Content-Disposition",
                    arena_format(visit->arena, "attachment; filename=\"%s\"", safe));
    response_header(visit->response, "Cache-Control", "no-store");
}

void visit_error(struct visit *visit, int status, const char *title, const char *text) {
    struct response *response = visit->response;
    struct buffer headers = response->headers;

    visit->allowed_origin = NULL;
    buffer_init(&response->body, visit->arena, RESPONSE_BODY_MAX);
    if (status == 503)
        response_header(response, "Retry-After", "10");
    values_set(visit->values, "Error.Title", title);
    values_set(visit->values, "Error.Text", text);
    values_set_int(visit->values, "Error.Status", status);
    /* A way on, unless it would lead to this very page again. */
    if (status != 503 && (status != 403 || visit->session.may_billing)) {
        values_set(visit->values, "Error.Action.Url", visit_url(visit, "/"));
        values_set(visit->values, "Error.Action.Title", say("Go to Billing"));
    }
    if (visit_render(visit, status, "shared/error", title, "") == RESULT_OK)
        return;
    response->headers = headers;
    response->status = status;
    buffer_init(&response->body, visit->arena, RESPONSE_BODY_MAX);
    response_headers(visit);
    buffer_format(&response->body, "<!doctype html><title>%s</title><p>%s</p>\n", say("Error"),
                  say("Something went wrong on our side. Please try again in a minute."));
}

enum result visit_no_autopay(struct visit *visit) {
    visit_error(
        visit, 403, say("You may not manage Auto Pay"),
        say("Your security level does not include the account's Auto Pay. Nothing was done. Ask"
            " a Manager of your organization, or your service provider, to add it."));
    return RESULT_OK;
}

enum result visit_wait(struct visit *visit, int64_t wait_s, const char *text) {
    response_header(visit->response, "Retry-After",
                    arena_format(visit->arena, "%lld", (long long)wait_s));
    visit_error(visit, 429, say("Please wait before you try again"), text);
    return RESULT_OK;
}

enum result visit_redirect(struct visit *visit, const char *path) {
    response_redirect(visit->response, visit_url(visit, path));
    response_header(visit->response, "Cache-Control", "no-store");
    return RESULT_OK;
}

const char *visit_cookie_name(struct visit *visit, const char *program) {
    const char *suffix = visit->running->settings.cookie_suffix;

    if (!*program)
        return arena_format(visit->arena, "__Host-remit%s", suffix);
    return arena_format(visit->arena, "__Secure-remit-%s%s", program, suffix);
}

/* A form belongs to the account its page showed: after a switch to another it is refused. */
static const char *account_purpose(struct visit *visit, const char *purpose) {
    return arena_format(visit->arena, "%s@%lld", purpose, (long long)visit->session.account_id);
}

const char *visit_form_key(struct visit *visit, const char *purpose) {
    return form_key_make(visit->arena, visit->running->settings.form_secret,
                         visit->session.program_token_hash, account_purpose(visit, purpose),
                         visit->now);
}

enum form_key_state visit_form_key_check(struct visit *visit, const char *purpose,
                                         const char *key) {
    return form_key_check(visit->running->settings.form_secret, visit->session.program_token_hash,
                          account_purpose(visit, purpose), visit->now, key);
}
