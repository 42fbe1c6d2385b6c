#include "common/billing/cover_rule.h"

#include <string.h>

#include "common/core/text.h"

/* The wider a cover, the higher; an invoice that it does not reach is beyond all. */
enum width { WIDTH_INVOICE, WIDTH_TYPE, WIDTH_ALL, WIDTH_NONE };

static enum width width_of_key(const char *key, const struct cover_invoice *invoice) {
    static const char invoice_prefix[] = "invoice:", type_prefix[] = "type:";
    int64_t id;

    if (text_starts_with(key, invoice_prefix))
        return text_to_int(key + strlen(invoice_prefix), &id) && id == invoice->id ? WIDTH_INVOICE
                                                                                   : WIDTH_NONE;
    if (text_starts_with(key, type_prefix))
        return text_equal(key + strlen(type_prefix), invoice->billing_type) ? WIDTH_TYPE
                                                                            : WIDTH_NONE;
    return text_equal(key, "all") ? WIDTH_ALL : WIDTH_NONE;
}

static enum width width_of(const struct enrolment_cover *cover,
                           const struct cover_invoice *invoice) {
    enum width width = width_of_key(cover->cover_key, invoice);

    /* Who chose the invoice itself meant it, however old it is. */
    if (width != WIDTH_INVOICE && date_compare(invoice->issued_on, cover->issued_from) < 0)
        return WIDTH_NONE;
    return width;
}

bool enrolment_covers(const struct enrolment_cover *cover, const struct cover_invoice *invoice) {
    return width_of(cover, invoice) != WIDTH_NONE;
}

const struct enrolment_cover *enrolment_cover_choose(const struct enrolment_cover *covers,
                                                     size_t count,
                                                     const struct cover_invoice *invoice) {
    const struct enrolment_cover *chosen = NULL;
    enum width narrowest = WIDTH_NONE;

    for (size_t at = 0; at < count; at++) {
        enum width width = width_of(&covers[at], invoice);

        if (width < narrowest) {
            narrowest = width;
            chosen = &covers[at];
        }
    }
    return chosen;
}
