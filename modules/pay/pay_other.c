/* pay_other.c - what the provider chose that stands beside the form of Make a Payment: other ways
 * to pay, the limits before somebody trips over them, and why there is no form where there is none.
 */
#include "common/core/words.h"
#include "common/program/settings_offer.h"
#include "modules/pay/pay.h"

static void check_show(struct visit *visit) {
    const struct settings *settings = &visit->running->settings;
    struct values *check = values_child(visit->values, "Other.Check");
    size_t count = 0;

    values_set(check, "PayTo", settings->check.pay_to);
    for (size_t at = 0; at < CHECK_LINES_MAX; at++)
        if (*settings->check.address[at])
            values_set(values_item(check, "Address", count++), "Text", settings->check.address[at]);
    /* Ours can be said otherwise; the provider's own is in no language file. */
    values_set(check, "Notice", say(settings->check.notice));
    if (settings->paper_fee_cents)
        values_set(check, "PaperFee", visit_money(visit, settings->paper_fee_cents));
    if (settings->return_fee_cents)
        values_set(check, "ReturnFee", visit_money(visit, settings->return_fee_cents));
}

static void wire_show(struct visit *visit) {
    const struct wire_settings *settings = &visit->running->settings.wire;
    struct values *wire = values_child(visit->values, "Other.Wire");

    values_set(wire, "BankName", settings->bank_name);
    values_set(wire, "AccountName", settings->account_name);
    values_set(wire, "AccountNumber", settings->account_number);
    values_set(wire, "RoutingNumber", settings->routing_number);
    values_set(wire, "Swift", settings->swift);
}

/* Why nothing can be paid here, and what to do; NULL: it can. */
static const char *closed_text(struct visit *visit, const struct making *making, bool has_other) {
    const struct settings *settings = &visit->running->settings;

    if (!settings_has_online(settings) && has_other)
        return say("Online payment is not offered. Please pay in another way:");
    if (!settings_has_online(settings))
        return arena_format(visit->arena,
                            say("Online payment is not offered. Please contact %s to pay."),
                            settings->site_name);
    if (making->free_cents < settings->smallest_cents)
        return arena_format(
            visit->arena,
            has_other
                ? say("%s is less than %s, the smallest payment that can be made online. You can"
                      " pay it together with your next invoice, or in another way:")
                : say("%s is less than %s, the smallest payment that can be made online. You can"
                      " pay it together with your next invoice."),
            visit_money(visit, making->free_cents), visit_money(visit, settings->smallest_cents));
    return NULL;
}

static void limits_show(struct visit *visit, const struct making *making) {
    const struct settings *settings = &visit->running->settings;
    const char *text = arena_format(visit->arena, say("One payment can be from %s to %s."),
                                    visit_money(visit, settings->smallest_cents),
                                    visit_money(visit, settings->largest_cents));

    if (making->free_cents > settings->largest_cents)
        text = arena_format(visit->arena, "%s %s", text,
                            say("Your balance is above that: pay it in parts, with Fixed Amount or"
                                " Selected Invoices."));
    values_set(visit->values, "Limits.Text", text);
}

bool making_other_show(struct visit *visit, const struct making *making) {
    const struct settings *settings = &visit->running->settings;
    bool has_check = settings_has_check(settings), has_wire = settings_has_wire(settings);

    if (making->free_cents <= 0)
        return false;
    if (has_check)
        check_show(visit);
    if (has_wire)
        wire_show(visit);
    const char *closed = closed_text(visit, making, has_check || has_wire);
    if (closed) {
        values_set(visit->values, "Closed.Text", closed);
        return true;
    }
    limits_show(visit, making);
    return false;
}
