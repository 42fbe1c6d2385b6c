/* customer.c - customer_vault=add_customer, update_customer, delete_customer. */
#include "modules/sandbox/sandbox.h"

#include <string.h>

static void write_done(struct evbuffer *out, const char *text, const char *id) {
    reply_write(out,
                &(struct reply){.response = 1, .response_code = 100, .text = text, .vault_id = id});
}

/* Everything of the request but its order: source, name and address. */
static const char *read_fields(struct sandbox *sandbox, const struct form *form,
                               struct vault_entry *entry) {
    struct record all = {0};
    const char *refusal = record_read_form(&all, form) ? "A field is too long" : NULL;

    if (refusal == NULL)
        refusal = source_read(sandbox, form, &all, &entry->is_check, &entry->decline_code);
    record_copy_payer(&entry->record, &all);
    record_release(&all);
    return refusal;
}

static bool has_source(const struct form *form) {
    return form_has(form, "ccnumber") || form_has(form, "checkaccount") ||
           form_has(form, "checkaba");
}

struct vault_entry *customer_read(struct sandbox *sandbox, const struct form *form,
                                  const char **out_refusal) {
    const char *id = form_get(form, "customer_vault_id");
    struct vault_entry *entry = vault_entry_new();
    char generated[24];

    if (strlen(id) > TEXT_LIMIT_BYTES)
        *out_refusal = "A field is too long";
    else if (*id && vault_find(&sandbox->vault, id))
        *out_refusal = "Duplicate Customer Vault Id";
    else if (!has_source(form))
        *out_refusal = "A payment source is required";
    else
        *out_refusal = read_fields(sandbox, form, entry);
    if (*out_refusal) {
        vault_entry_free(entry);
        return NULL;
    }
    if (*id == '\0') {
        vault_new_id(&sandbox->vault, generated, sizeof(generated));
        id = generated;
    }
    record_set(&entry->record, TEXT_VAULT_ID, id);
    return entry;
}

static void add(struct sandbox *sandbox, const struct form *form, struct evbuffer *out) {
    const char *refusal;
    struct vault_entry *entry = customer_read(sandbox, form, &refusal);

    if (entry == NULL) {
        reply_refuse(sandbox, out, refusal, "", "");
        return;
    }
    write_done(out, "Customer Added", record_get(&entry->record, TEXT_VAULT_ID));
    vault_put(sandbox, entry);
}

static void update(struct sandbox *sandbox, const struct form *form, const struct vault_entry *old,
                   struct evbuffer *out) {
    struct vault_entry *entry = vault_entry_new();
    const char *refusal = NULL;

    if (has_source(form)) {
        refusal = read_fields(sandbox, form, entry);
    } else {
        struct record all = {0};

        refusal = record_read_form(&all, form) ? "A field is too long" : NULL;
        record_copy_payer(&entry->record, &all);
        record_release(&all);
        entry->is_check = old->is_check;
        entry->decline_code = old->decline_code;
        for (enum text_field i = TEXT_CC_NUMBER; i <= TEXT_ACCOUNT_HOLDER_TYPE; i++)
            record_set(&entry->record, i, old->record.text[i]);
    }
    if (refusal) {
        reply_refuse(sandbox, out, refusal, "", "");
        vault_entry_free(entry);
        return;
    }
    /* What is not given stays, but a card leaves nothing of a bank account behind. */
    for (enum text_field i = TEXT_FIRST_NAME; i <= TEXT_EMAIL; i++)
        if (entry->record.text[i] == NULL)
            record_set(&entry->record, i, old->record.text[i]);
    record_set(&entry->record, TEXT_VAULT_ID, old->record.text[TEXT_VAULT_ID]);
    write_done(out, "Customer Update Successful", record_get(&entry->record, TEXT_VAULT_ID));
    vault_put(sandbox, entry);
}

void customer_handle(struct sandbox *sandbox, const struct form *form, struct evbuffer *out) {
    const char *verb = form_get(form, "customer_vault"), *id = form_get(form, "customer_vault_id");
    const struct vault_entry *entry = vault_find(&sandbox->vault, id);

    if (strcmp(verb, "add_customer") == 0) {
        add(sandbox, form, out);
    } else if (strcmp(verb, "update_customer") != 0 && strcmp(verb, "delete_customer") != 0) {
        reply_refuse(sandbox, out, "Invalid customer_vault", "", "");
    } else if (entry == NULL) {
        reply_refuse(sandbox, out, "Invalid Customer Vault Id Specified", "", "");
    } else if (strcmp(verb, "update_customer") == 0) {
        update(sandbox, form, entry, out);
    } else {
        write_done(out, "Customer Deleted", id);
        vault_delete(sandbox, id);
    }
}
