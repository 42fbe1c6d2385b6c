/* vault.c - saved cards and bank accounts, masked. */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Generated ids are numbers above this one, as the gateway's are. */
#define GENERATED_FROM INT64_C(1000000000)
#define DIGITS_SHOWN_LIMIT 10

struct vault_entry *vault_entry_new(void) {
    return memory_get(sizeof(struct vault_entry));
}

void vault_entry_free(struct vault_entry *entry) {
    if (entry == NULL)
        return;
    record_release(&entry->record);
    free(entry);
}

const char *const updater_names[UPDATER_COUNT] = {
    [UPDATER_NONE] = "",
    [UPDATER_CHANGED] = "automaticallyupdated",
    [UPDATER_CLOSED] = "closedaccount",
    [UPDATER_CONTACT] = "contactcustomer",
};

static const char *id_of(const struct vault_entry *entry) {
    return record_get(&entry->record, TEXT_VAULT_ID);
}

struct vault_entry *vault_find(const struct vault *vault, const char *id) {
    uint64_t hash = index_hash(id, 0);
    const struct index_node *node = NULL;

    while ((node = index_next(&vault->by_id, hash, node)) != NULL)
        if (strcmp(id_of(node->item), id) == 0)
            return node->item;
    return NULL;
}

void vault_new_id(struct vault *vault, char *out, size_t size) {
    do {
        vault->last_generated++;
        snprintf(out, size, "%lld", (long long)(GENERATED_FROM + vault->last_generated));
    } while (vault_find(vault, out));
}

void vault_forget(struct vault *vault, const char *id) {
    struct vault_entry *entry = vault_find(vault, id);

    if (entry == NULL)
        return;
    index_remove(&vault->by_id, index_hash(id, 0), entry);
    vault_entry_free(entry);
}

static void put(struct vault *vault, struct vault_entry *entry) {
    long long number;
    char *end;

    vault_forget(vault, id_of(entry));
    index_add(&vault->by_id, index_hash(id_of(entry), 0), entry);
    /* After a restart an id that was given out and deleted must not come back. */
    number = strtoll(id_of(entry), &end, 10);
    if (*end == '\0' && number > GENERATED_FROM && number < 2 * GENERATED_FROM &&
        number - GENERATED_FROM > vault->last_generated)
        vault->last_generated = number - GENERATED_FROM;
}

void vault_write_json(struct evbuffer *out, const struct vault_entry *entry) {
    evbuffer_add_printf(out, "{\"type\":\"%s\",\"decline_code\":%d", entry->is_check ? "ck" : "cc",
                        entry->decline_code);
    if (entry->updater_status != UPDATER_NONE) {
        char at[TIME_TEXT_BYTES];

        evbuffer_add_printf(out, ",\"account_updater_status\":\"%s\",\"account_updated_at\":\"%s\"",
                            updater_names[entry->updater_status],
                            time_format_iso(entry->updated_at, at));
    }
    record_write_json(out, &entry->record);
    evbuffer_add(out, "}", 1);
}

void vault_keep(struct sandbox *sandbox, const struct vault_entry *entry) {
    struct evbuffer *line = journal_begin(sandbox);

    evbuffer_add_printf(line, "{\"vault\":");
    vault_write_json(line, entry);
    evbuffer_add(line, "}", 1);
    journal_end(sandbox);
}

void vault_put(struct sandbox *sandbox, struct vault_entry *entry) {
    vault_keep(sandbox, entry);
    put(&sandbox->vault, entry);
}

void vault_delete(struct sandbox *sandbox, const char *id) {
    struct evbuffer *line = journal_begin(sandbox);

    evbuffer_add_printf(line, "{\"vault_deleted\":");
    text_write_json(line, id);
    evbuffer_add(line, "}", 1);
    journal_end(sandbox);
    vault_forget(&sandbox->vault, id);
}

/* Only masked numbers may come in from a file. */
static bool is_masked(const char *number) {
    int digits = 0;

    for (const char *c = number; *c != '\0'; c++)
        digits += *c >= '0' && *c <= '9';
    return digits <= DIGITS_SHOWN_LIMIT && strpbrk(number, "*xX") != NULL;
}

static bool read_updater(struct vault_entry *entry, const char *key, const json_t *value) {
    const char *text = json_string_value(value);

    if (text == NULL)
        return false;
    if (strcmp(key, "account_updated_at") == 0)
        return time_parse_iso(text, &entry->updated_at);
    for (size_t i = UPDATER_NONE; i < UPDATER_COUNT; i++)
        if (strcmp(key, "account_updater_status") == 0 && strcmp(updater_names[i], text) == 0) {
            entry->updater_status = (enum updater_status)i;
            return true;
        }
    return false;
}

/* NULL, or what is wrong. */
static const char *read_entry(struct vault_entry *entry, json_t *object) {
    const char *key, *type = json_string_value(json_object_get(object, "type"));
    json_t *value;

    json_object_foreach(object, key, value) {
        if (strcmp(key, "type") == 0)
            continue;
        if (strcmp(key, "decline_code") == 0) {
            entry->decline_code = (int)json_integer_value(value);
            if (!json_is_integer(value) ||
                (entry->decline_code != 0 &&
                 (entry->decline_code < 200 || !code_text(entry->decline_code, false))))
                return "decline_code is none of the gateway's";
        } else if (!record_read_json(&entry->record, key, value) &&
                   !read_updater(entry, key, value)) {
            return "a field is unknown or not a short text";
        }
    }
    if (type == NULL || (strcmp(type, "cc") != 0 && strcmp(type, "ck") != 0))
        return "type must be cc or ck";
    entry->is_check = strcmp(type, "ck") == 0;
    if (id_of(entry)[0] == '\0')
        return "customer_vault_id is missing";
    if (!is_masked(
            record_get(&entry->record, entry->is_check ? TEXT_CHECK_ACCOUNT : TEXT_CC_NUMBER)))
        return "the card or account number is missing or not masked";
    return NULL;
}

bool vault_restore(struct vault *vault, const json_t *object) {
    struct vault_entry *entry = vault_entry_new();

    if (read_entry(entry, (json_t *)object) == NULL) {
        put(vault, entry);
        return true;
    }
    vault_entry_free(entry);
    return false;
}

bool vault_load(struct vault *vault, const char *path) {
    json_error_t error;
    json_t *list = json_load_file(path, JSON_REJECT_DUPLICATES, &error), *object;
    const char *wrong = NULL;
    size_t i = 0;

    if (!json_is_array(list)) {
        complain("%s: %s", path, list ? "not a list" : error.text);
        json_decref(list);
        return false;
    }
    json_array_foreach(list, i, object) {
        struct vault_entry *entry = vault_entry_new();

        wrong = read_entry(entry, object);
        if (wrong == NULL && vault_find(vault, id_of(entry)))
            wrong = "customer_vault_id stands twice";
        if (wrong) {
            vault_entry_free(entry);
            break;
        }
        put(vault, entry);
    }
    if (wrong)
        complain("%s: entry %zu: %s", path, i + 1, wrong);
    json_decref(list);
    return wrong == NULL;
}

void vault_release(struct vault *vault) {
    for (uint32_t i = 0; i < vault->by_id.count; i++)
        vault_entry_free(vault->by_id.nodes[i].item);
    index_release(&vault->by_id);
}
