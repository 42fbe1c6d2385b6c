/*
 * source.c - the payment source of a request: token, vault id, test card, bank account.
 *
 * Clear numbers are read here (and in collect.c, for tokens) and nowhere else, and leave masked.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

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

void source_set_card(const struct sandbox *sandbox, const struct card *card, const char *expires,
                     struct record *record) {
    char hash[HASH_TEXT_BYTES];

    set_masked(record, TEXT_CC_NUMBER, card->number, 1, 'x');
    record_set(record, TEXT_CC_EXP, expires);
    record_set(record, TEXT_CC_TYPE, card->type);
    record_set(record, TEXT_CC_HASH, hash_number(sandbox, card->number, hash));
}

void source_set_account(const struct sandbox *sandbox, const char *account, const char *aba,
                        const char *name, struct record *record) {
    char hash[HASH_TEXT_BYTES], number[64];

    /* At least one digit is hidden, however short the number is. */
    set_masked(record, TEXT_CHECK_ACCOUNT, account, 0, '*');
    if (strlen(account) == 4)
        record_set(record, TEXT_CHECK_ACCOUNT, "****");
    /* The same number at another bank is another account. */
    snprintf(number, sizeof(number), "%s/%s", aba, account);
    record_set(record, TEXT_CHECK_HASH, hash_number(sandbox, number, hash));
    explicit_bzero(number, sizeof(number));
    record_set(record, TEXT_CHECK_ABA, aba);
    record_set(record, TEXT_CHECK_NAME, name);
}

static const char *read_card(const struct sandbox *sandbox, const struct form *form,
                             struct record *record) {
    const struct card *card = card_find(form_get(form, "ccnumber"));
    const char *cvv = form_get(form, "cvv");
    char expires[EXPIRY_BYTES];

    if (card == NULL)
        return "Invalid Credit Card Number";
    if (!card_read_expiry(form_get(form, "ccexp"), expires))
        return "Invalid Credit Card Expiration Date";
    source_set_card(sandbox, card, expires, record);
    if (*cvv)
        record_set(record, TEXT_CVV_RESPONSE, card_cvv_answer(cvv));
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

/* What a request may say of an account wherever its number comes from. */
static const char *read_account_kind(const struct form *form, struct record *record) {
    const char *type = form_get(form, "account_type");
    const char *holder = form_get(form, "account_holder_type");

    if (*type && !is_one_of(type, "checking", "savings"))
        return "Invalid account type";
    if (*holder && !is_one_of(holder, "personal", "business"))
        return "Invalid account holder type";
    record_set(record, TEXT_ACCOUNT_TYPE, *type ? type : "checking");
    record_set(record, TEXT_ACCOUNT_HOLDER_TYPE, *holder ? holder : "personal");
    return NULL;
}

static const char *read_account(const struct sandbox *sandbox, const struct form *form,
                                struct record *record) {
    const char *account = form_get(form, "checkaccount"), *aba = form_get(form, "checkaba");
    const char *name = form_get(form, "checkname"), *refusal;

    if (!is_aba(aba))
        return "Invalid ABA number";
    if (!is_digits(account, 4, 17))
        return "Invalid account number";
    if (*name == '\0' || strlen(name) > TEXT_LIMIT_BYTES)
        return "Invalid check name";
    refusal = read_account_kind(form, record);
    if (refusal == NULL)
        source_set_account(sandbox, account, aba, name, record);
    return refusal;
}

static const char *read_token(struct sandbox *sandbox, const struct form *form, bool is_check,
                              struct record *record, struct source *source) {
    if (!token_read(sandbox, source->token, record, &source->is_check))
        return "Payment Token does not exist";
    if (source->is_check != is_check)
        return is_check ? "The payment token is not a check"
                        : "The payment token requires payment=check";
    return source->is_check ? read_account_kind(form, record) : NULL;
}

static const char *read_entry(const struct sandbox *sandbox, const struct form *form, bool is_check,
                              struct record *record, struct source *source) {
    const struct vault_entry *entry = vault_find(&sandbox->vault,
                                                 form_get(form, "customer_vault_id"));

    if (entry == NULL)
        return "Invalid Customer Vault Id Specified";
    record_copy_payer(record, &entry->record);
    record_set(record, TEXT_VAULT_ID, record_get(&entry->record, TEXT_VAULT_ID));
    source->is_check = entry->is_check;
    source->decline_code = entry->decline_code;
    if (entry->is_check != is_check)
        return is_check ? "The customer vault entry is not a check"
                        : "The customer vault entry requires payment=check";
    return NULL;
}

const char *source_read(struct sandbox *sandbox, const struct form *form, struct record *record,
                        struct source *source) {
    const char *payment = form_get(form, "payment");
    bool has_card = form_has(form, "ccnumber") || form_has(form, "ccexp") || form_has(form, "cvv");
    bool has_account = form_has(form, "checkaccount") || form_has(form, "checkaba");
    bool is_check = strcmp(payment, "check") == 0;

    *source = (struct source){.is_check = has_account};
    snprintf(source->token, sizeof(source->token), "%s", form_get(form, "payment_token"));
    if (*payment && !is_one_of(payment, "check", "creditcard"))
        return "Invalid payment type";
    if (*source->token && (has_card || has_account))
        return "A payment token and card or check information cannot be used together";
    if (has_card && (has_account || is_check))
        return "Card and check information cannot be used together";
    if (*source->token)
        return read_token(sandbox, form, is_check, record, source);
    if (has_card)
        return read_card(sandbox, form, record);
    if (has_account)
        return is_check ? read_account(sandbox, form, record)
                        : "Check information requires payment=check";
    if (!*form_get(form, "customer_vault_id"))
        return "A payment source is required";
    return read_entry(sandbox, form, is_check, record, source);
}
