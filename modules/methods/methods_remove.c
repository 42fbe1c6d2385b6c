/* methods_remove.c - a method is removed: asked first, then gone for the customer at once; its
 * entry leaves the vault afterwards. */
#include "common/core/log.h"
#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/enrolling.h"
#include "common/program/vault.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/user_store.h"
#include "modules/methods/methods.h"

static const struct field remove_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
};
const struct form methods_remove_form = FORM(remove_fields);

static const char *remove_purpose(struct visit *visit, int64_t method_id) {
    return arena_format(visit->arena, "methods/%lld/remove", (long long)method_id);
}

/* One that may go. */
struct leaving {
    struct method method;
    bool has_open; /* a payment of it is not over yet */
};

static enum result leaving_read(struct visit *visit, struct leaving *out_leaving) {
    int64_t method_id;

    if (!text_to_int(visit->params[0], &method_id))
        return RESULT_NOT_FOUND;
    return method_leaving(visit->running->db, visit->arena, visit->session.account_id,
                          visit->session.user_id, method_id, &out_leaving->method,
                          &out_leaving->has_open);
}

static enum result remove_page(struct visit *visit, const struct leaving *leaving, int status) {
    const struct method *method = &leaving->method;
    struct enrolments active;
    enum result result = autopay_standing(visit, &active);

    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < active.count; at++) {
        if (active.list[at].method_id == method->id)
            values_set(visit->values, "Autopay.Ends", "1");
        if (active.list[at].backup_method_id == method->id)
            values_set(visit->values, "Autopay.IsBackup", "1");
    }
    values_set(visit->values, "Method.Text",
               method_words(visit->arena, method->brand, method->last_four));
    values_set(visit->values, "Method.Label", method->label);
    if (leaving->has_open)
        values_set(
            visit->values, "Open.Text",
            say("A payment with this method is not finished yet. Removing the method does not"
                " stop it."));
    values_set(visit->values, "Form.Key", visit_form_key(visit, remove_purpose(visit, method->id)));
    values_set(visit->values, "Form.Action",
               visit_url(visit, method_path(visit, method->id, "/remove")));
    values_set(visit->values, "Form.CancelUrl",
               visit_url(visit, method_path(visit, method->id, "")));
    return visit_render(visit, status, "methods/remove", say("Remove Payment Method"), "/methods");
}

enum result methods_remove_ask(struct visit *visit) {
    struct leaving leaving;
    enum result result = leaving_read(visit, &leaving);

    return result == RESULT_OK ? remove_page(visit, &leaving, 200) : result;
}

/* ---- removing ---- */

struct removing {
    struct visit *visit;
    int64_t method_id;
};

static enum result remove_work(struct db *db, void *context) {
    const struct removing *removing = context;
    struct visit *visit = removing->visit;
    const struct session *session = &visit->session;
    long long id = (long long)removing->method_id;
    struct enrolling_off off = {visit->arena, session->account_id, "method", visit->now};
    enum result result = account_move(db, session->account_id, 0, 0);

    if (result == RESULT_OK)
        result = method_remove(db, session->account_id, session->user_id, removing->method_id,
                               visit->now);
    if (result == RESULT_OK)
        result = enrolling_end_of_method(db, &off, removing->method_id);
    if (result == RESULT_OK)
        result = audit_add(db,
                           &(struct audit){.at = visit->now,
                                           .actor = arena_format(visit->arena, "user:%lld",
                                                                 (long long)session->user_id),
                                           .action = "method.removed",
                                           .account_id = session->account_id,
                                           .subject = arena_format(visit->arena, "method:%lld", id),
                                           .address = visit->request.address,
                                           .request_id = visit->request.id});
    if (result != RESULT_OK)
        return result;
    return outbox_add(db, arena_format(visit->arena, "method_removed:%lld", id), "method_removed",
                      session->account_id, session->user_id, removing->method_id, visit->now);
}

/* Removes it, or finds it removed by somebody else meanwhile: for the customer that is the same. */
static enum result method_take_away(struct visit *visit, int64_t method_id) {
    struct removing removing = {.visit = visit, .method_id = method_id};
    enum result result = db_transaction(visit->running->db, remove_work, &removing);

    if (result == RESULT_UNCERTAIN) {
        struct leaving leaving;

        result = leaving_read(visit, &leaving);
        if (result == RESULT_OK)
            return RESULT_UNAVAILABLE;
    }
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    LOG(LOG_LEVEL_INFO, "method.removed", LOG_INT("method", method_id));
    vault_clean_after(visit, method_id);
    return RESULT_OK;
}

enum result methods_remove(struct visit *visit) {
    struct leaving leaving;
    int64_t method_id;

    if (!text_to_int(visit->params[0], &method_id))
        return RESULT_NOT_FOUND;
    enum result result = leaving_read(visit, &leaving);
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    enum form_key_state key = visit_form_key_check(visit, remove_purpose(visit, method_id),
                                                   form_text(&visit->form, "key"));
    if (key != FORM_KEY_GOOD) {
        if (result == RESULT_NOT_FOUND)
            return result;
        visit_show_error(visit, "", form_key_sentence(key));
        return remove_page(visit, &leaving, 403);
    }
    /* The page that held this key was about a method of this visitor's: when it is not there any
     * more, this form was sent before. */
    if (result == RESULT_OK)
        result = method_take_away(visit, method_id);
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    return visit_redirect(visit, "/methods?removed=1");
}
