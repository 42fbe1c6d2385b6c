#include "common/program/method_offer.h"

#include "common/core/text.h"
#include "common/core/words.h"

bool card_is_offered(const struct visit *visit) {
    return visit->running->settings.cards != 0;
}

bool bank_is_offered(const struct visit *visit) {
    return visit->running->settings.banks != 0;
}

bool method_is_offered(const struct visit *visit, const char *kind) {
    return text_equal(kind, "card") ? card_is_offered(visit) : bank_is_offered(visit);
}

const char *method_fault(const struct visit *visit, const struct method *method) {
    bool is_card = text_equal(method->kind, "card");

    if (method->expires_on.year && date_compare(method->expires_on, visit->today) < 0)
        return say("This card has expired.");
    if (method->needs_attention)
        return is_card ? say("Its bank refused this card for good.")
                       : say("Its bank refused this account.");
    if (!method_is_offered(visit, method->kind))
        return is_card ? say("Cards are not accepted any more.")
                       : say("Bank accounts are not accepted any more.");
    return NULL;
}
