#include "common/billing/queue_kind.h"

#include "common/core/text.h"
#include "common/core/words.h"

const char *queue_kind_word(const char *kind) {
    static const struct {
        const char *kind, *word;
    } list[] = {
        {"unknown_payment", WORDS("A payment whose outcome is not known")},
        {"pending_payment", WORDS("A bank payment that has been on its way for too long")},
        {"unknown_refund", WORDS("A refund or void whose outcome is not known")},
        {"disagreement", WORDS("The gateway and the books disagree")},
        {"gateway_configuration", WORDS("The gateway refuses how it is set up")},
        {"missing_at_gateway", WORDS("A payment that the gateway does not have")},
        {"chargeback", WORDS("A chargeback: the cardholder's bank took the money back")},
        {"returned_payment", WORDS("A bank payment that was returned")},
        {"late_return", WORDS("A late return that does not fit the books")},
        {"returned_refund", WORDS("A refund that came back")},
        {"adjustment", WORDS("More money went out than the invoice held")},
        {"late_draft", WORDS("An Auto Pay draft day that was missed for too long")},
        {"method_gone", WORDS("A saved card that the gateway does not have any more")},
        {"late_booking", WORDS("A payment that was charged after all")},
        {"mail_given_up", WORDS("Mail that could not be sent")},
    };

    for (size_t at = 0; at < sizeof list / sizeof *list; at++)
        if (text_equal(list[at].kind, kind))
            return say(list[at].word);
    return kind;
}
