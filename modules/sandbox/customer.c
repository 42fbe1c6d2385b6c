/*
 * customer.c - customer_vault=add_customer, update_customer, delete_customer.
 *
 * Alone, or riding on a sale or a validation: then the vault changes only when that is
 * approved.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

static const char *const texts[] = {
    [VERB_ADD] = "Customer Added",
    [VERB_UPDATE] = "Customer Update Successful",
    [VERB_DELETE] = "Customer Deleted",
};

static enum verb verb_of(const struct form *form) {
    static const char *const names[] = {[VERB_ADD] = "add_customer",
                                        [VERB_UPDATE] = "update_customer",
                                        [VERB_DELETE] = "delete_customer"};
    const char *name = form_get(form, "customer_vault");

    for (enum verb verb = VERB_ADD; verb <= VERB_DELETE; verb++)
        if (strcmp(names[verb], name) == 0)
            return verb;
    return VERB_NONE;
}

static bool has_source(const struct form *form) {
    return *form_get(form, "payment_token") || form_has(form, "ccnumber") ||
           form_has(form, "checkaccount") || form_has(form, "checkaba");
}

const char *customer_conflict(const struct sandbox *sandbox, const struct operation *operation) {
    bool is_there = operation->verb != VERB_NONE &&
                    vault_find(&sandbox->vault, operation->vault_id);

    if (operation->verb == VERB_ADD && is_there)
        return "Duplicate Customer Vault Id";
    if (operation->verb > VERB_ADD && !is_there)
        return "Invalid Customer Vault Id Specified";
    return NULL;
}

void customer_begin(const struct sandbox *sandbox, const struct form *form,
                    struct operation *operation) {
    const char *id = form_get(form, "customer_vault_id");

    operation->verb = verb_of(form);
    snprintf(operation->vault_id, sizeof(operation->vault_id), "%s", id);
    if (operation->verb == VERB_NONE ||
        (operation->verb == VERB_DELETE && operation->kind != KIND_VAULT))
        operation_refuse(operation, "Invalid customer_vault");
    else if (strlen(id) > TEXT_LIMIT_BYTES)
        operation_refuse(operation, "A field is too long");
    operation_refuse(operation, customer_conflict(sandbox, operation));
    if (operation->verb == VERB_ADD && !has_source(form))
        operation_refuse(operation, "A payment source is required");
}

void customer_take_source(struct sandbox *sandbox, struct operation *operation,
                          const struct record *record) {
    const struct vault_entry *old = vault_find(&sandbox->vault, operation->vault_id);
    struct vault_entry *entry = operation->entry = vault_entry_new();

    if (*operation->vault_id == '\0')
        vault_new_id(&sandbox->vault, operation->vault_id, sizeof(operation->vault_id));
    record_copy_payer(&entry->record, record);
    entry->is_check = operation->source.is_check;
    entry->decline_code = operation->source.decline_code;
    /* The updater's word is about the card, not about its owner's address. */
    if (old &&
        strcmp(record_get(&entry->record, TEXT_CC_HASH), record_get(&old->record, TEXT_CC_HASH)) ==
            0 &&
        strcmp(record_get(&entry->record, TEXT_CC_NUMBER),
               record_get(&old->record, TEXT_CC_NUMBER)) == 0) {
        entry->updater_status = old->updater_status;
        entry->updated_at = old->updated_at;
    }
    /* What is not given stays, but a card leaves nothing of a bank account behind. */
    for (enum text_field i = TEXT_FIRST_NAME; old && i <= TEXT_EMAIL; i++)
        if (entry->record.text[i] == NULL)
            record_set(&entry->record, i, old->record.text[i]);
    record_set(&entry->record, TEXT_VAULT_ID, operation->vault_id);
}

void customer_apply(struct sandbox *sandbox, struct operation *operation) {
    if (operation->verb == VERB_DELETE) {
        vault_delete(sandbox, operation->vault_id);
        return;
    }
    vault_put(sandbox, operation->entry);
    operation->entry = NULL;
}

static void decide_customer(struct sandbox *sandbox, struct operation *operation) {
    operation_refuse(operation, customer_conflict(sandbox, operation));
    if (*operation->refusal) {
        reply_refuse(sandbox, operation->answer, operation->refusal, "", "");
    } else if (operation->fault.decline_code) {
        reply_decline(sandbox, operation->answer, operation->fault.decline_code, "", "");
    } else {
        customer_apply(sandbox, operation);
        reply_write(operation->answer, &(struct reply){.response = 1,
                                                       .response_code = 100,
                                                       .text = texts[operation->verb],
                                                       .vault_id = operation->vault_id});
    }
}

/* An update without a source changes name, address and, of a card, when it expires. */
static const char *read_kept_source(struct sandbox *sandbox, const struct form *form,
                                    struct operation *operation, struct record *record) {
    const struct vault_entry *old = vault_find(&sandbox->vault, operation->vault_id);
    const char *expires = form_get(form, "ccexp");
    char mmyy[EXPIRY_BYTES];

    if (*expires && old->is_check)
        return "Card and check information cannot be used together";
    if (*expires && !card_read_expiry(expires, mmyy))
        return "Invalid Credit Card Expiration Date";
    for (enum text_field i = TEXT_CC_NUMBER; i <= TEXT_ACCOUNT_HOLDER_TYPE; i++)
        record_set(record, i, old->record.text[i]);
    if (*expires)
        record_set(record, TEXT_CC_EXP, mmyy);
    operation->source = (struct source){.is_check = old->is_check,
                                        .decline_code = old->decline_code};
    return NULL;
}

struct operation *customer_read(struct sandbox *sandbox, const struct form *form) {
    struct operation *operation = operation_new(KIND_VAULT, "", form);
    struct record record = {0};

    operation->decide = decide_customer;
    customer_begin(sandbox, form, operation);
    if (record_read_form(&record, form))
        operation_refuse(operation, "A field is too long");
    if (has_source(form))
        operation_refuse(operation, source_read(sandbox, form, &record, &operation->source));
    else if (operation->verb == VERB_UPDATE && *operation->refusal == '\0')
        operation_refuse(operation, read_kept_source(sandbox, form, operation, &record));
    if (operation->verb != VERB_DELETE && *operation->refusal == '\0')
        customer_take_source(sandbox, operation, &record);
    record_release(&record);
    return operation;
}
