#include "common/program/settings_autopay.h"

#include "common/core/text.h"

static void days_read(const char *text, size_t max, struct retry_days *out_days, const char *name,
                      const char *sentence, settings_wrong wrong, void *context) {
    if (retry_days_parse(text_equal(text, "none") ? "" : text, max, out_days) != RESULT_OK)
        wrong(name, sentence, context);
}

void settings_autopay_finish(struct settings *settings, settings_wrong wrong, void *context) {
    struct autopay_settings *autopay = &settings->autopay;

    days_read(autopay->retry_days, RETRY_DAYS_MAX, &autopay->retry.days, "Autopay.RetryDays",
              "must be rising numbers of days from 1 to 60 as in 3, 7, 14, at most eight, or none",
              wrong, context);
    days_read(
        autopay->bank_retry_days, BANK_RETRIES_MAX, &autopay->retry.bank_days,
        "Autopay.BankRetryDays",
        "must be rising numbers of banking days from 1 to 60 as in 5, 12, at most two, or none",
        wrong, context);
    autopay->retry.card_tries = (int)autopay->card_tries;
}
