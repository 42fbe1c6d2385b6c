#include "modules/remit/config.h"

#include <string.h>

#include "common/core/buffer.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/settings_offer.h"
#include "modules/remit/output.h"

enum { OFFER_BYTES = 1024 };

static bool has_pay(const struct settings *settings) {
    return settings_has_program(settings, "pay");
}

void config_offer_check(const struct settings *settings, struct arena *arena, settings_wrong wrong,
                        void *context) {
    bool has_program = false;

    for (struct values *each = values_first(settings->values, "Programs"); each;
         each = values_next(each)) {
        has_program = has_program || text_equal(values_own_text(each), "1");
        if (!text_equal(values_own_text(each), "0") && !text_equal(values_own_text(each), "1"))
            wrong(arena_format(arena, "Programs.%s", values_name(each)), "must be 0 or 1", context);
    }
    if (!has_program)
        wrong("Programs.*", "is missing: no program is installed, and no customer sees anything",
              context);
    if (has_pay(settings) && !settings_has_online(settings) && !settings_has_check(settings) &&
        !settings_has_wire(settings))
        wrong("Payment.Cards",
              "is 0, and neither bank accounts (Payment.Banks) nor checks (Check.Address) nor wires"
              " (Wire.AccountNumber) are offered: nobody can pay",
              context);
}

/* ", " between things. */
static void list_add(struct buffer *buffer, const char *text) {
    if (buffer->length)
        buffer_text(buffer, ", ");
    buffer_text(buffer, text);
}

static const char *listed(struct command *command, struct buffer *buffer, const char *none) {
    return buffer->length ? arena_copy(command->arena, buffer->bytes, buffer->length) : none;
}

const char *config_offer_text(struct command *command, const struct settings *settings) {
    struct arena *arena = command->arena;
    struct buffer ways, fees;

    buffer_init(&ways, arena, OFFER_BYTES);
    buffer_init(&fees, arena, OFFER_BYTES);
    if (has_pay(settings) && settings->cards)
        list_add(&ways, arena_format(arena, "cards (%s)", settings->brands));
    if (has_pay(settings) && settings->banks)
        list_add(&ways, "bank accounts");
    if (settings_has_check(settings))
        list_add(&ways, "check by mail");
    if (settings_has_wire(settings))
        list_add(&ways, "wire");
    if (settings->return_fee_cents)
        list_add(&fees,
                 arena_format(arena, "return %s", money_plain(arena, settings->return_fee_cents)));
    if (settings->paper_fee_cents)
        list_add(&fees, arena_format(arena, "paper invoice %s",
                                     money_plain(arena, settings->paper_fee_cents)));
    return arena_format(arena, "%s; fees: %s; payments from %s to %s",
                        listed(command, &ways, "no way to pay"), listed(command, &fees, "none"),
                        money_plain(arena, settings->smallest_cents),
                        money_plain(arena, settings->largest_cents));
}

json_t *config_offer_json(struct command *command, const struct settings *settings) {
    json_t *object = json_object();

    json_object_set_new(object, "cards",
                        json_string(has_pay(settings) && settings->cards ? settings->brands : ""));
    json_object_set_new(object, "bank_accounts",
                        json_boolean(has_pay(settings) && settings->banks));
    json_object_set_new(object, "check", json_boolean(settings_has_check(settings)));
    json_object_set_new(object, "wire", json_boolean(settings_has_wire(settings)));
    json_set_money(command, object, "return_fee", settings->return_fee_cents);
    json_set_money(command, object, "paper_invoice_fee", settings->paper_fee_cents);
    json_set_money(command, object, "smallest", settings->smallest_cents);
    json_set_money(command, object, "largest", settings->largest_cents);
    return object;
}
