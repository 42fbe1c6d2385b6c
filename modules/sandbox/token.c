/*
 * token.c - what Collect.js hands out: a masked card, used once, for a day.
 *
 * The first two of the test tokens are NMI's own; the others are ours, so that tests get a card
 * of each brand without a browser. Test tokens are never used up.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct token {
    char id[TOKEN_ID_BYTES];
    struct record record;
    int64_t created_at;
    TAILQ_ENTRY(token) entries;
};

static const struct test_token {
    const char *id, *number, *expires; /* number: of a card; NULL: the test bank account */
} test_tokens[] = {
    {"00000000-000000-000000-000000000000", "4111111111111111", "1249"},
    {"11111111-111111-111111-111111111111", NULL, NULL},
    {"test-visa", "4111111111111111", "1249"},
    {"test-mastercard", "5431111111111111", "1249"},
    {"test-discover", "6011000991300009", "1249"},
    {"test-amex", "341111111111111", "1249"},
    {"test-diners", "30205252489926", "1249"},
    {"test-jcb", "3541963594572595", "1249"},
    {"test-expired", "4111111111111111", "0120"},
};

static const struct test_token *find_test_token(const char *id) {
    for (size_t i = 0; i < sizeof(test_tokens) / sizeof(test_tokens[0]); i++)
        if (strcmp(test_tokens[i].id, id) == 0)
            return &test_tokens[i];
    return NULL;
}

static struct token *find(const struct tokens *tokens, const char *id) {
    uint64_t hash = index_hash(id, 0);
    const struct index_node *node = NULL;

    while ((node = index_next(&tokens->by_id, hash, node)) != NULL) {
        struct token *token = node->item;

        if (strcmp(token->id, id) == 0)
            return token;
    }
    return NULL;
}

static void drop(struct tokens *tokens, struct token *token) {
    TAILQ_REMOVE(&tokens->oldest_first, token, entries);
    index_remove(&tokens->by_id, index_hash(token->id, 0), token);
    tokens->count--;
    record_release(&token->record);
    free(token);
}

static void put(struct tokens *tokens, struct token *token) {
    if (tokens->count == TOKENS_LIMIT)
        drop(tokens, TAILQ_FIRST(&tokens->oldest_first));
    index_add(&tokens->by_id, index_hash(token->id, 0), token);
    TAILQ_INSERT_TAIL(&tokens->oldest_first, token, entries);
    tokens->count++;
}

/* Of the shape of NMI's: 8-6-6-12. 160 bits nobody can guess. */
void token_new_id(char out[static TOKEN_ID_BYTES]) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char random[32];
    size_t at = 0;

    if (getentropy(random, sizeof(random)) != 0)
        abort();
    for (size_t i = 0; i < sizeof(random); i++) {
        if (i == 8 || i == 14 || i == 20)
            out[at++] = '-';
        out[at++] = letters[random[i] % 32];
    }
    out[at] = '\0';
}

static void copy_card(struct record *to, const struct record *from) {
    record_copy_payer(to, from);
    record_set(to, TEXT_CVV_RESPONSE, from->text[TEXT_CVV_RESPONSE]);
}

void token_add(struct sandbox *sandbox, const char *id, const struct record *record) {
    struct token *token = memory_get(sizeof(*token));
    struct evbuffer *line = journal_begin(sandbox);
    char at[TIME_TEXT_BYTES];

    snprintf(token->id, sizeof(token->id), "%s", id);
    token->created_at = clock_now(sandbox);
    copy_card(&token->record, record);
    evbuffer_add_printf(line, "{\"token\":{\"id\":\"%s\",\"created_at\":\"%s\"", token->id,
                        time_format_iso(token->created_at, at));
    record_write_json(line, &token->record);
    evbuffer_add_printf(line, "}}");
    journal_end(sandbox);
    put(&sandbox->tokens, token);
}

static bool is_alive(struct sandbox *sandbox, const struct token *token) {
    return token && clock_now(sandbox) - token->created_at < TOKEN_LIFE_S;
}

bool token_read(struct sandbox *sandbox, const char *id, struct record *record,
                bool *out_is_check) {
    const struct test_token *test = find_test_token(id);
    const struct token *token = find(&sandbox->tokens, id);

    *out_is_check = test && test->number == NULL;
    if (*out_is_check) {
        source_set_account(sandbox, "24413815", "490000018", "Test Account", record);
    } else if (test) {
        source_set_card(sandbox, card_find(test->number), test->expires, record);
    } else {
        if (!is_alive(sandbox, token))
            return false;
        copy_card(record, &token->record);
    }
    return true;
}

bool token_use(struct sandbox *sandbox, const char *id) {
    struct token *token = find(&sandbox->tokens, id);
    struct evbuffer *line;

    if (find_test_token(id))
        return true;
    if (!is_alive(sandbox, token))
        return false;
    line = journal_begin(sandbox);
    evbuffer_add_printf(line, "{\"token_used\":\"%s\"}", token->id);
    journal_end(sandbox);
    drop(&sandbox->tokens, token);
    return true;
}

bool token_restore(struct tokens *tokens, json_t *object) {
    const char *id = json_string_value(json_object_get(object, "id")), *key;
    const char *created = json_string_value(json_object_get(object, "created_at"));
    struct token *token;
    json_t *value;

    if (id == NULL || created == NULL || strlen(id) >= TOKEN_ID_BYTES)
        return false;
    token = memory_get(sizeof(*token));
    memcpy(token->id, id, strlen(id) + 1);
    if (!time_parse_iso(created, &token->created_at)) {
        free(token);
        return false;
    }
    json_object_foreach(object, key, value) {
        record_read_json(&token->record, key, value);
    }
    put(tokens, token);
    return true;
}

void token_forget(struct tokens *tokens, const char *id) {
    struct token *token = find(tokens, id);

    if (token)
        drop(tokens, token);
}

void token_release(struct tokens *tokens) {
    while (!TAILQ_EMPTY(&tokens->oldest_first))
        drop(tokens, TAILQ_FIRST(&tokens->oldest_first));
    index_release(&tokens->by_id);
}
