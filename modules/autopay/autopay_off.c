/* autopay_off.c - an enrolment is turned off, or its next draft skipped: by anybody who may manage
 * the account's autopay, whoever's method it is. */
#include <stdio.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/store/charge_store.h"
#include "common/store/user_store.h"
#include "modules/autopay/autopay.h"

enum { SUBJECT_SIZE = 40 };

static const struct field off_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
};
const struct form autopay_off_form = FORM(off_fields);

static const struct field skip_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "day", .max_length = DATE_TEXT_SIZE},
    {.name = "undo", .max_length = 1},
};
const struct form autopay_skip_form = FORM(skip_fields);

enum result autopay_audit(struct db *db, struct visit *visit, const char *action,
                          int64_t enrolment_id) {
    char actor[SUBJECT_SIZE], subject[SUBJECT_SIZE];

    snprintf(actor, sizeof actor, "user:%lld", (long long)visit->session.user_id);
    snprintf(subject, sizeof subject, "enrolment:%lld", (long long)enrolment_id);
    return audit_add(db, &(struct audit){.at = visit->now,
                                         .actor = actor,
                                         .action = action,
                                         .account_id = visit->session.account_id,
                                         .subject = subject,
                                         .address = visit->request.address,
                                         .request_id = visit->request.id});
}

/* How both transactions begin. */
static enum result begin(struct db *db, struct visit *visit) {
    bool may = false;
    enum result result = account_move(db, visit->session.account_id, 0, 0);

    if (result == RESULT_OK)
        result = enrolment_user_may(db, visit->arena, visit->session.account_id,
                                    visit->session.user_id, &may);
    return result == RESULT_OK && !may ? RESULT_FORBIDDEN : result;
}

/* ---- off ---- */

static const char *off_purpose(struct visit *visit, int64_t enrolment_id) {
    return arena_format(visit->arena, "autopay/off/%lld", (long long)enrolment_id);
}

static enum result off_page(struct visit *visit, const struct enrolment *enrolment, int status) {
    struct enrolment_invoices invoices;
    enum result result = enrolment_invoices(visit->running->db, visit->arena,
                                            visit->session.account_id, ENROLLING_INVOICES_MAX,
                                            &invoices);

    if (result != RESULT_OK)
        return result;
    autopay_show(visit, values_child(visit->values, "Enrolment"), enrolment, &invoices);
    values_set(visit->values, "Form.Key", visit_form_key(visit, off_purpose(visit, enrolment->id)));
    return visit_render(visit, status, "autopay/off", say("Turn off Auto Pay"), "/autopay");
}

enum result autopay_off_ask(struct visit *visit) {
    struct enrolment enrolment;
    enum result result = autopay_read(visit, visit->params[0], false, &enrolment);

    return result == RESULT_OK ? off_page(visit, &enrolment, 200) : result;
}

struct turning {
    struct visit *visit;
    int64_t enrolment_id;
};

static enum result off_work(struct db *db, void *context) {
    const struct turning *turning = context;
    struct visit *visit = turning->visit;
    struct enrolling_off off = {visit->arena, visit->session.account_id, "customer", visit->now};
    enum result result = begin(db, visit);

    if (result == RESULT_OK)
        result = enrolling_end(db, &off, turning->enrolment_id);
    return result == RESULT_OK ? autopay_audit(db, visit, "autopay.off", turning->enrolment_id)
                               : result;
}

enum result autopay_off(struct visit *visit) {
    struct enrolment enrolment;
    enum result result = autopay_read(visit, visit->params[0], true, &enrolment);

    if (result != RESULT_OK)
        return result;
    enum form_key_state key = visit_form_key_check(visit, off_purpose(visit, enrolment.id),
                                                   form_text(&visit->form, "key"));
    if (key != FORM_KEY_GOOD) {
        if (!enrolment.is_active)
            return RESULT_NOT_FOUND;
        visit_show_error(visit, "", form_key_sentence(key));
        return off_page(visit, &enrolment, 403);
    }
    struct turning turning = {visit, enrolment.id};
    result = db_transaction(visit->running->db, off_work, &turning);
    if (result == RESULT_UNCERTAIN || result == RESULT_CONFLICT) {
        /* Off already, by this very form or by somebody else: for the customer that is the same. */
        result = autopay_read(visit, visit->params[0], true, &enrolment);
        if (result == RESULT_OK && enrolment.is_active)
            return RESULT_UNAVAILABLE;
    }
    if (result != RESULT_OK)
        return result;
    LOG(LOG_LEVEL_INFO, "autopay.off", LOG_INT("enrolment", enrolment.id));
    return visit_redirect(visit, "/autopay?off=1");
}

/* ---- the next draft ---- */

struct skipping {
    struct visit *visit;
    int64_t enrolment_id;
    struct date day, skip_on;
};

static enum result skip_work(struct db *db, void *context) {
    const struct skipping *skipping = context;
    struct visit *visit = skipping->visit;
    struct enrolment now;
    enum result result = begin(db, visit);

    if (result == RESULT_OK)
        result = enrolment_find(db, visit->arena, visit->session.account_id, skipping->enrolment_id,
                                &now);
    if (result != RESULT_OK)
        return result;
    if (!now.is_active || date_compare(now.next_on, skipping->day) != 0)
        return RESULT_CONFLICT;
    if (date_compare(now.skip_on, skipping->skip_on) == 0)
        return RESULT_OK;
    result = enrolment_skip(db, visit->session.account_id, skipping->enrolment_id, skipping->day,
                            skipping->skip_on, visit->now);
    return result == RESULT_OK
               ? autopay_audit(db, visit,
                               skipping->skip_on.year ? "autopay.skipped" : "autopay.kept",
                               skipping->enrolment_id)
               : result;
}

enum result autopay_skip(struct visit *visit) {
    struct enrolment enrolment;
    struct skipping skipping = {.visit = visit};
    bool undo = text_equal(form_text(&visit->form, "undo"), "1");
    enum result result = autopay_read(visit, visit->params[0], false, &enrolment);

    if (result != RESULT_OK)
        return result;
    enum form_key_state key = visit_form_key_check(visit, autopay_skip_purpose(visit, enrolment.id),
                                                   form_text(&visit->form, "key"));
    if (key != FORM_KEY_GOOD) {
        visit_show_error(visit, "", form_key_sentence(key));
        return autopay_list_show(visit, 403);
    }
    if (!date_parse(form_text(&visit->form, "day"), &skipping.day))
        return RESULT_INVALID;
    skipping.enrolment_id = enrolment.id;
    if (!undo)
        skipping.skip_on = skipping.day;
    result = db_transaction(visit->running->db, skip_work, &skipping);
    if (result == RESULT_UNCERTAIN)
        result = autopay_read(visit, visit->params[0], false, &enrolment) == RESULT_OK &&
                         date_compare(enrolment.skip_on, skipping.skip_on) == 0
                     ? RESULT_OK
                     : RESULT_UNAVAILABLE;
    if (result == RESULT_CONFLICT) {
        visit_show_error(visit, "",
                         say("The next draft changed while this page was open. Nothing was changed."
                             " Look at what comes next and choose again."));
        return autopay_list_show(visit, 409);
    }
    if (result != RESULT_OK)
        return result;
    return visit_redirect(visit, undo ? "/autopay?kept=1" : "/autopay?skipped=1");
}
