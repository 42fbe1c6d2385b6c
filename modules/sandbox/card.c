/* card.c - the test cards, the only ones that are taken; expiry. */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NMI publishes them; nothing else is a card here, so that no real one is ever typed in. */
const struct card cards[] = {
    {"4111111111111111", "visa", 3},
    {"5431111111111111", "mastercard", 3},
    {"6011000991300009", "discover", 3},
    {"341111111111111", "amex", 4},
    {"30205252489926", "diners", 3},
    {"3541963594572595", "jcb", 3},
    {NULL, NULL, 0},
};

const struct card *card_find(const char *number) {
    for (const struct card *card = cards; card->number; card++)
        if (strcmp(card->number, number) == 0)
            return card;
    return NULL;
}

/* 1228 and 12/28 are both in use. */
bool card_read_expiry(const char *text, char out[static EXPIRY_BYTES]) {
    bool has_slash = strlen(text) == 5 && text[2] == '/';

    if (!has_slash && strlen(text) != 4)
        return false;
    snprintf(out, EXPIRY_BYTES, "%.2s%.2s", text, text + 2 + has_slash);
    return strspn(out, "0123456789") == 4 && memcmp(out, "00", 2) > 0 && memcmp(out, "12", 2) <= 0;
}

/* It is good to the end of its month. */
bool card_is_expired(const char *mmyy, int64_t now) {
    char plain[EXPIRY_BYTES], today[TIME_TEXT_BYTES], last[TIME_TEXT_BYTES];

    if (!card_read_expiry(mmyy, plain))
        return false;
    snprintf(last, sizeof(last), "20%.2s%.2s", plain + 2, plain);
    return memcmp(last, time_format_nmi(now, today), 6) < 0;
}

const char *card_cvv_answer(const char *cvv) {
    return strcmp(cvv, "999") == 0 || strcmp(cvv, "9999") == 0 ? "M" : "N";
}
