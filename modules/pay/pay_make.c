/* pay_make.c - Make a Payment: show the form, check what was sent, and make the payment to review.
 */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/limits.h"
#include "common/store/payment_store.h"
#include "modules/pay/pay.h"

enum { NUMBER_MAX = 32, AMOUNT_MAX = 40, NOTE_MAX = 500 };

static const char purpose[] = "pay";

static const struct field make_fields[] = {
    {.name = "invoice", .flags = FIELD_LIST, .max_length = NUMBER_MAX},
    {.name = "method", .max_length = 20},
};
const struct form pay_make_form = FORM(make_fields);

static const struct field submit_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "seen_balance", .max_length = AMOUNT_MAX},
    {.name = "what", .max_length = 16},
    {.name = "fixed_amount", .max_length = AMOUNT_MAX},
    {.name = "invoice", .flags = FIELD_LIST, .max_length = NUMBER_MAX},
    {.name = "listed", .flags = FIELD_LIST, .max_length = NUMBER_MAX},
    {.name = "amount", .flags = FIELD_LIST, .max_length = AMOUNT_MAX},
    {.name = "method", .max_length = 20},
    {.name = "note", .flags = FIELD_LINES, .max_length = NOTE_MAX},
    {.name = "remember", .max_length = 1},
    CARD_FIELDS,
    {.name = "remember_account", .max_length = 1},
    BANK_FIELDS,
    PAY_AUTOPAY_FIELDS,
};
const struct form pay_submit_form = FORM(submit_fields);

/* Ticks the invoices a link names. RESULT_NOT_FOUND: the account has no such invoice. */
static enum result invoices_preselect(struct visit *visit, struct making *making) {
    size_t count;
    const char *const *numbers = form_list(&visit->form, "invoice", &count);

    for (size_t at = 0; at < count; at++) {
        size_t row = making_row(making, numbers[at]);

        if (row < making->invoices.count && making_row_free(making, row) > 0) {
            making->checked[row] = true;
            making->what = "selected";
            continue;
        }
        enum result result = invoice_exists(visit->running->db, visit->arena,
                                            visit->session.account_id, numbers[at]);
        if (result != RESULT_OK)
            return result;
        visit_banner(visit, "info",
                     arena_format(visit->arena, say("Nothing can be paid on invoice %s right now."),
                                  numbers[at]));
    }
    return RESULT_OK;
}

/* The method a link names, if it can pay; otherwise the default. */
static void method_preselect(struct visit *visit, struct making *making) {
    int64_t id;

    if (!text_to_int(form_text(&visit->form, "method"), &id))
        return;
    for (size_t at = 0; at < making->methods.count; at++)
        if (making->methods.list[at].id == id && !method_fault(visit, &making->methods.list[at]))
            making->method_id = id;
}

enum result pay_make(struct visit *visit) {
    struct making *making = arena_alloc(visit->arena, sizeof *making);
    enum result result = making_read(visit, making);

    if (result == RESULT_OK)
        result = invoices_preselect(visit, making);
    if (result == RESULT_OK)
        method_preselect(visit, making);
    return result == RESULT_OK ? making_show(visit, making, 200) : result;
}

/* ---- what was sent ---- */

static void submit_read(struct visit *visit, struct making *making) {
    const struct form_data *form = &visit->form;
    size_t checked, listed, amounts;
    const char *const *numbers = form_list(form, "invoice", &checked);
    const char *const *rows = form_list(form, "listed", &listed);
    const char *const *texts = form_list(form, "amount", &amounts);

    making->what = form_text(form, "what");
    making->fixed_text = form_text(form, "fixed_amount");
    making->note = form_text(form, "note");
    making->is_new_card = text_equal(form_text(form, "method"), "card");
    making->is_new_bank = text_equal(form_text(form, "method"), "bank");
    if (making->is_new_card || making->is_new_bank ||
        !text_to_int(form_text(form, "method"), &making->method_id))
        making->method_id = 0;
    making->is_token_kept = making->is_new_card;
    for (size_t at = 0; at < checked; at++) {
        size_t row = making_row(making, numbers[at]);

        if (row < making->invoices.count)
            making->checked[row] = true;
    }
    for (size_t at = 0; at < listed && at < amounts; at++) {
        size_t row = making_row(making, rows[at]);

        if (row < making->invoices.count)
            making->amount_text[row] = texts[at];
    }
}

/* What the form held, so that the same form sent twice is the same payment, and a key used for
 * something else is not. Keyed: an account number must not be guessed from what is kept. */
static void submit_hash(struct visit *visit, unsigned char out[SECRET_HASH_BYTES]) {
    struct buffer buffer;

    buffer_init(&buffer, visit->arena, 2 * REQUEST_BODY_MAX);
    for (size_t field = 0; field < pay_submit_form.count; field++) {
        size_t count;
        const char *name = submit_fields[field].name;
        const char *const *values = form_list(&visit->form, name, &count);

        if (text_equal(name, "key"))
            continue;
        for (size_t at = 0; at < count; at++) {
            buffer_text(&buffer, name);
            buffer_add(&buffer, "=", 2); /* with the NUL: no value can end its own field */
            buffer_add(&buffer, values[at], strlen(values[at]) + 1);
        }
    }
    secret_mac(visit->running->settings.form_secret, buffer.bytes, buffer.length, out);
}

static enum result show_again(struct visit *visit, const struct making *making, int status,
                              const char *sentence) {
    if (sentence)
        visit_show_error(visit, "", sentence);
    return making_show(visit, making, status);
}

/* The form made a payment before: the same form leads to it, another content is told so.
 * RESULT_NOT_FOUND: it made none. */
static enum result submitted_before(struct visit *visit, const struct making *making,
                                    const unsigned char *key, const unsigned char *hash) {
    unsigned char before[SECRET_HASH_BYTES];
    const char *reference;
    enum result result = payment_of_form(visit->running->db, visit->arena,
                                         visit->session.account_id, key, &reference, before);

    if (result != RESULT_OK)
        return result;
    if (secret_equal(before, hash, sizeof before))
        return visit_redirect(visit, arena_format(visit->arena, "/pay/%s?again=1", reference));
    return show_again(
        visit, making, 409,
        arena_format(visit->arena,
                     say("This form was already sent and made payment %s. Nothing more"
                         " was done. To make another payment, check what you entered"
                         " and send it from this page."),
                     reference));
}

static const struct method *method_of(const struct making *making) {
    for (size_t at = 0; at < making->methods.count; at++)
        if (making->methods.list[at].id == making->method_id)
            return &making->methods.list[at];
    return NULL;
}

static enum result payment_make(struct visit *visit, const struct making *making,
                                const struct method *method, const unsigned char *key,
                                const unsigned char *hash) {
    char reference[REFERENCE_SIZE];
    struct payment_draft draft = {
        .account_id = visit->session.account_id,
        .user_id = visit->session.user_id,
        .method_id = method->id,
        .reference = reference,
        .kind = method->kind,
        .method_text = method_text(visit->arena, method),
        .note = making->note,
        .form_key = key,
        .form_hash = hash,
        .allocations = making->allocations,
        .allocation_count = making->allocation_count,
        .credit_cents = making->credit_cents,
        .enrol_schedule = making_enrols(visit) ? form_text(&visit->form, "schedule") : NULL,
        .enrol_older = text_equal(form_text(&visit->form, "older"), "1"),
        .now = visit->now,
    };

    secret_reference(reference);
    enum result result = payment_create(visit->running->db, visit->arena, &draft);
    if (result == RESULT_CONFLICT)
        return submitted_before(visit, making, key, hash);
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "payment.review", LOG_TEXT("reference", reference));
    return visit_redirect(visit, arena_format(visit->arena, "/pay/%s", reference));
}

/* A card that is to be kept, or an account: only where it can be removed again. What pays
 * automatically is kept. */
static bool is_remembered(const struct visit *visit, const char *field) {
    return (text_equal(form_text(&visit->form, field), "1") || making_enrols(visit)) &&
           settings_has_program(&visit->running->settings, "methods");
}

/* What is new goes into the vault first; the review then names what the vault says it is. */
static enum result entry_make(struct visit *visit, struct making *making, const unsigned char *key,
                              const unsigned char *hash) {
    bool is_bank = making->is_new_bank;
    struct method_entry entry = is_bank ? bank_entry(visit) : card_entry(visit, false);
    struct method_save save = {
        .entry = &entry,
        .form_key = form_text(&visit->form, "key"),
        .is_remembered = is_remembered(visit, is_bank ? "remember_account" : "remember"),
        .is_for_payment = true,
    };
    enum result result;

    switch (method_save(visit, &save)) {
    case SAVE_DONE:
        return payment_make(visit, making, &save.method, key, hash);
    case SAVE_ASK_AGAIN:
        break;
    case SAVE_BUSY:
        result = submitted_before(visit, making, key, hash);
        if (result != RESULT_NOT_FOUND)
            return result;
        making->is_token_kept = false;
        return show_again(visit, making, 409,
                          is_bank
                              ? say("This form was sent twice, and its bank account is still being"
                                    " checked. Nothing was charged. Wait a moment, then send it"
                                    " again.")
                              : say("This form was sent twice, and its card is still being"
                                    " checked. Nothing was charged. Wait a moment, then send it"
                                    " again."));
    case SAVE_TOO_MANY:
        return RESULT_OK;
    case SAVE_UNAVAILABLE:
        return RESULT_UNAVAILABLE;
    }
    making->is_token_kept = false;
    form_fail(&visit->form, is_bank ? "routing" : "payment_token", save.sentence);
    return show_again(visit, making, 422, NULL);
}

enum result pay_submit(struct visit *visit) {
    struct making *making = arena_alloc(visit->arena, sizeof *making);
    const char *key_text = form_text(&visit->form, "key");
    unsigned char key[SECRET_HASH_BYTES], hash[SECRET_HASH_BYTES];
    enum result result = making_read(visit, making);

    if (result != RESULT_OK)
        return result;
    if (making_enrols(visit) && !visit_has_autopay(visit))
        return visit_no_autopay(visit);
    submit_read(visit, making);
    enum form_key_state state = visit_form_key_check(visit, purpose, key_text);
    if (state != FORM_KEY_GOOD)
        return show_again(visit, making, 403, form_key_sentence(state));
    form_key_hash(key_text, key);
    submit_hash(visit, hash);
    result = submitted_before(visit, making, key, hash);
    if (result != RESULT_NOT_FOUND)
        return result;
    result = making_choose(visit, making);
    if (result != RESULT_OK)
        return result;
    making_autopay_check(visit);
    if (form_has_errors(&visit->form))
        return show_again(visit, making, 422, NULL);
    if (!limits_allow_review(visit))
        return RESULT_OK;
    if (making->is_new_card || making->is_new_bank)
        return entry_make(visit, making, key, hash);
    return payment_make(visit, making, method_of(making), key, hash);
}
