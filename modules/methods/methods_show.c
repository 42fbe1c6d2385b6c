/* methods_show.c - one method, found and shown. */
#include "common/billing/expiry_rule.h"
#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/method_offer.h"
#include "modules/methods/methods.h"

enum result method_read(struct visit *visit, const char *id, struct method *out_method) {
    int64_t number;

    if (!text_to_int(id, &number))
        return RESULT_NOT_FOUND;
    return method_find(visit->running->db, visit->arena, visit->session.account_id,
                       visit->session.user_id, number, out_method);
}

const char *method_path(struct visit *visit, int64_t method_id, const char *below) {
    return arena_format(visit->arena, "/methods/%lld%s", (long long)method_id, below);
}

static bool is_card(const struct method *method) {
    return text_equal(method->kind, "card");
}

static bool is_expired(const struct visit *visit, const struct method *method) {
    return expiry_is_past(method->expires_on, visit->today);
}

/* What somebody told of a card, where it was no refusal; NULL: it was one. */
static const char *told_text(const struct method *method) {
    static const struct {
        const char *attention, *text;
    } list[] = {
        {"closed", WORDS("Its bank told us that the card's account is closed, so payments cannot"
                         " use it. Replace it by another card, or use another payment method.")},
        {"contact", WORDS("Its bank has new details of this card that only you can give, so"
                          " payments cannot use it. Replace it by the card you have now.")},
        {"charged_back", WORDS("A payment with this card was disputed with its bank, so payments"
                               " cannot use it. Replace it by another card, or contact us.")},
    };

    for (size_t at = 0; at < sizeof list / sizeof *list; at++)
        if (text_equal(list[at].attention, method->attention))
            return say(list[at].text);
    return NULL;
}

static const char *attention_text(const struct visit *visit, const struct method *method) {
    bool may_replace = method_is_offered(visit, method->kind);

    if (told_text(method))
        return told_text(method);

    if (is_card(method))
        return may_replace ? say("Its bank refused this card for good, so payments cannot use it. "
                                 "Replace it by"
                                 " another card, or ask the bank why.")
                           : say("Its bank refused this card for good, so payments cannot use it. "
                                 "Use another"
                                 " payment method.");
    return may_replace
               ? say("Its bank refused this account, so payments cannot use it. Replace it by"
                     " another account, or ask the bank why.")
               : say("Its bank refused this account, so payments cannot use it. Ask the bank"
                     " why, or use another payment method.");
}

static void expiry_show(struct visit *visit, struct values *node, const struct method *method) {
    if (!method->expires_on.year)
        return;
    values_set(
        node, "Expires",
        arena_format(visit->arena, "%02d/%04d", method->expires_on.month, method->expires_on.year));
    if (is_expired(visit, method))
        values_set(node, "Expired", "1");
    else if (expiry_is_soon(method->expires_on, visit->today))
        values_set(node, "ExpiresSoon", "1");
}

static const char *replace_url(struct visit *visit, const struct method *method) {
    return visit_url(visit, arena_format(visit->arena, "/methods/%s?replace=%lld", method->kind,
                                         (long long)method->id));
}

enum result autopay_standing(struct visit *visit, struct enrolments *out_active) {
    *out_active = (struct enrolments){0};
    if (!settings_has_program(&visit->running->settings, "autopay"))
        return RESULT_OK;
    return enrolment_list(visit->running->db, visit->arena, visit->session.account_id,
                          ENROLMENTS_MAX, out_active);
}

static const char *autopay_text(const struct enrolments *active, int64_t method_id) {
    const char *text = say_in("Auto Pay", "Off");

    for (size_t at = 0; at < active->count; at++) {
        if (active->list[at].method_id == method_id)
            return say_in("Auto Pay", "On");
        if (active->list[at].backup_method_id == method_id)
            text = say_in("Auto Pay", "Backup");
    }
    return text;
}

void method_show(struct visit *visit, struct values *node, const struct method *method,
                 const struct enrolments *active) {
    bool may_replace = method_is_offered(visit, method->kind);

    values_set(node, "Url", visit_url(visit, method_path(visit, method->id, "")));
    values_set(node, "BrandKind", method_brand_kind(method));
    values_set(node, "Text", method_words(visit->arena, method->brand, method->last_four));
    values_set(node, "Label", method->label);
    values_set(node, "Holder", method->holder);
    expiry_show(visit, node, method);
    /* Methods are shown to the user who added them and to nobody else. */
    values_set(node, "AddedBy", "You");
    visit_set_date(visit, node, "AddedOn", instant_date(method->created_at));
    if (method->used_at)
        visit_set_date(visit, node, "UsedOn", instant_date(method->used_at));
    values_set(node, "Autopay", autopay_text(active, method->id));
    if (method->needs_attention)
        values_set(node, "Attention", attention_text(visit, method));
    if (may_replace)
        values_set(node, "ReplaceUrl", replace_url(visit, method));
    if (may_replace && (method->needs_attention || is_expired(visit, method)))
        values_set(node, "FixUrl", replace_url(visit, method));
    values_set(node, "RemoveUrl", visit_url(visit, method_path(visit, method->id, "/remove")));
    if (!method_fault(visit, method) && settings_has_program(&visit->running->settings, "pay"))
        values_set(node, "PayUrl",
                   visit_url(visit, arena_format(visit->arena, "/pay?method=%lld",
                                                 (long long)method->id)));
}
