/*
 * source.c - the payment source of a request: vault id, test card, bank account.
 *
 * Clear numbers are read here and nowhere else, and leave masked. Only the gateway's
 * own test cards are taken: a real card typed into a demo is refused.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *number, *type;
} test_cards[] = {
    {"4111111111111111", "visa"},     {"5431111111111111", "mastercard"},
    {"6011000991300009", "discover"}, {"341111111111111", "amex"},
    {"30205252489926", "diners"},     {"3541963594572595", "jcb"},
};

static bool is_digits(const char *text, size_t least, size_t most) {
    size_t length = strlen(text);

    return length >= least && length <= most && strspn(text, "0123456789") == length;
}

/* first: how many digits stay visible in front of the mask; four stay behind it. */
static void set_masked(struct record *record, enum text_field field, const char *number,
                       size_t first, char mask) {
    char masked[32];
    size_t length = strlen(number);

    memcpy(masked, number, length + 1);
    for (size_t i = first; i + 4 < length; i++)
        masked[i] = mask;
    record_set(record, field, masked);
}

static const char *read_card(const struct form *form, struct record *record) {
    const char *number = form_get(form, "ccnumber"), *expires = form_get(form, "ccexp");
    const char *type = NULL;
    char mmyy[5];

    for (size_t i = 0; i < sizeof(test_cards) / sizeof(test_cards[0]); i++)
        if (strcmp(test_cards[i].number, number) == 0)
            type = test_cards[i].type;
    if (type == NULL)
        return "Invalid Credit Card Number";
    /* 1228 and 12/28 are both in use. */
    if (strlen(expires) == 5 && expires[2] == '/')
        snprintf(mmyy, sizeof(mmyy), "%.2s%.2s", expires, expires + 3);
    else
        snprintf(mmyy, sizeof(mmyy), "%.4s", strlen(expires) == 4 ? expires : "");
    if (!is_digits(mmyy, 4, 4) || memcmp(mmyy, "00", 2) == 0 || memcmp(mmyy, "12", 2) > 0)
        return "Invalid Credit Card Expiration Date";
    set_masked(record, TEXT_CC_NUMBER, number, 1, 'x');
    record_set(record, TEXT_CC_EXP, mmyy);
    record_set(record, TEXT_CC_TYPE, type);
    return NULL;
}

static bool is_aba(const char *text) {
    static const int weights[9] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
    int sum = 0;

    if (!is_digits(text, 9, 9))
        return false;
    for (int i = 0; i < 9; i++)
        sum += weights[i] * (text[i] - '0');
    return sum % 10 == 0;
}

static bool is_one_of(const char *text, const char *one, const char *other) {
    return strcmp(text, one) == 0 || strcmp(text, other) == 0;
}

static const char *read_account(const struct form *form, struct record *record) {
    const char *account = form_get(form, "checkaccount"), *aba = form_get(form, "checkaba");
    const char *name = form_get(form, "checkname"), *type = form_get(form, "account_type");
    const char *holder = form_get(form, "account_holder_type");

    if (!is_aba(aba))
        return "Invalid ABA number";
    if (!is_digits(account, 4, 17))
        return "Invalid account number";
    if (*name == '\0' || strlen(name) > TEXT_LIMIT_BYTES)
        return "Invalid check name";
    if (*type && !is_one_of(type, "checking", "savings"))
        return "Invalid account type";
    if (*holder && !is_one_of(holder, "personal", "business"))
        return "Invalid account holder type";
    /* At least one digit is hidden, however short the number is. */
    set_masked(record, TEXT_CHECK_ACCOUNT, account, 0, '*');
    if (strlen(account) == 4)
        record_set(record, TEXT_CHECK_ACCOUNT, "****");
    record_set(record, TEXT_CHECK_ABA, aba);
    record_set(record, TEXT_CHECK_NAME, name);
    record_set(record, TEXT_ACCOUNT_TYPE, *type ? type : "checking");
    record_set(record, TEXT_ACCOUNT_HOLDER_TYPE, *holder ? holder : "personal");
    return NULL;
}

static const char *read_entry(const struct sandbox *sandbox, const struct form *form,
                              struct record *record, bool *out_is_check, int *out_decline_code) {
    const struct vault_entry *entry = vault_find(&sandbox->vault,
                                                 form_get(form, "customer_vault_id"));

    if (entry == NULL)
        return "Invalid Customer Vault Id Specified";
    record_copy_payer(record, &entry->record);
    record_set(record, TEXT_VAULT_ID, record_get(&entry->record, TEXT_VAULT_ID));
    *out_is_check = entry->is_check;
    *out_decline_code = entry->decline_code;
    return NULL;
}

const char *source_read(const struct sandbox *sandbox, const struct form *form,
                        struct record *record, bool *out_is_check, int *out_decline_code) {
    const char *payment = form_get(form, "payment"), *refusal;
    bool has_card = form_has(form, "ccnumber") || form_has(form, "ccexp") || form_has(form, "cvv");
    bool has_account = form_has(form, "checkaccount") || form_has(form, "checkaba");
    bool is_check = strcmp(payment, "check") == 0;

    *out_decline_code = 0;
    if (*payment && !is_one_of(payment, "check", "creditcard"))
        return "Invalid payment type";
    if (has_card && (has_account || is_check))
        return "Card and check information cannot be used together";
    if (has_card) {
        *out_is_check = false;
        return read_card(form, record);
    }
    if (has_account) {
        *out_is_check = true;
        return is_check ? read_account(form, record) : "Check information requires payment=check";
    }
    if (!*form_get(form, "customer_vault_id"))
        return "A payment source is required";
    refusal = read_entry(sandbox, form, record, out_is_check, out_decline_code);
    if (refusal == NULL && *out_is_check != is_check)
        return is_check ? "The customer vault entry is not a check"
                        : "The customer vault entry requires payment=check";
    return refusal;
}
