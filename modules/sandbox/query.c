/* query.c - /api/query.php: filters in, XML out. */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define RESULT_LIMIT 10000
#define PAGE_LIMIT 1000000

struct filter {
    const char *transaction_ids, *order_id, *conditions, *transaction_type, *action_types;
    int64_t start, end; /* by last modification, both included */
    int64_t limit, page;
    bool is_reverse;
};
struct matches {
    const struct transaction **list;
    size_t count, room;
};

static bool list_has(const char *list, const char *word) {
    size_t length = strlen(word);

    while (*list != '\0') {
        size_t item = strcspn(list, ",");

        if (item == length && memcmp(list, word, length) == 0)
            return true;
        list += item + (list[item] == ',');
    }
    return false;
}

static bool read_number(const struct form *form, const char *name, int64_t preset, int64_t most,
                        int64_t *out_number) {
    const char *text = form_get(form, name);
    size_t length = strlen(text);

    *out_number = length ? strtoll(text, NULL, 10) : preset;
    return length <= 9 && strspn(text, "0123456789") == length && *out_number <= most;
}

static bool read_time(const struct form *form, const char *name, int64_t preset,
                      int64_t *out_time) {
    *out_time = preset;
    return !*form_get(form, name) || time_parse_nmi(form_get(form, name), out_time);
}

/* A filter that is not understood must not widen the report without a word. */
static const char *find_unknown(const struct form *form) {
    static const char *const known[] = {
        "security_key", "transaction_id", "order_id", "condition",         "transaction_type",
        "action_type",  "start_date",     "end_date", "result_limit",      "page_number",
        "result_order", "report_type",    "ver",      "customer_vault_id", "date_search",
    };

    for (size_t i = 0; i < form->count; i++) {
        size_t at = 0;

        while (at < sizeof(known) / sizeof(known[0]) &&
               strcmp(known[at], form->fields[i].name) != 0)
            at++;
        if (at == sizeof(known) / sizeof(known[0]))
            return "The sandbox does not know one of the filters";
    }
    return NULL;
}

/* NULL, or what is wrong. The texts stay in the form. */
static const char *read_filter(const struct form *form, struct filter *filter) {
    const char *order = form_get(form, "result_order"), *type = form_get(form, "transaction_type");

    *filter = (struct filter){.transaction_ids = form_get(form, "transaction_id"),
                              .order_id = form_get(form, "order_id"),
                              .conditions = form_get(form, "condition"),
                              .transaction_type = type,
                              .action_types = form_get(form, "action_type"),
                              .is_reverse = strcmp(order, "reverse") == 0};
    if (!read_time(form, "start_date", INT64_MIN, &filter->start))
        return "Invalid Start Date";
    if (!read_time(form, "end_date", INT64_MAX, &filter->end))
        return "Invalid End Date";
    if (!read_number(form, "result_limit", RESULT_LIMIT, 999999999, &filter->limit) ||
        filter->limit == 0)
        return "Invalid Result Limit";
    if (filter->limit > RESULT_LIMIT)
        filter->limit = RESULT_LIMIT;
    if (!read_number(form, "page_number", 0, PAGE_LIMIT, &filter->page))
        return "Invalid Page Number";
    if (*order && !filter->is_reverse && strcmp(order, "standard") != 0)
        return "Invalid Result Order";
    if (*type && strcmp(type, "cc") != 0 && strcmp(type, "ck") != 0)
        return "Invalid Transaction Type";
    return NULL;
}

/* "return" asks for returned checks, however they are called, and for chargebacks. */
static bool has_action(const struct transaction *transaction, const char *types) {
    bool is_any_return = list_has(types, "return");

    for (size_t i = 0; i < transaction->action_count; i++) {
        const char *type = transaction->actions[i].type;

        if (list_has(types, type) ||
            (is_any_return && (strstr(type, "_return") || strcmp(type, "chargeback") == 0)))
            return true;
    }
    return false;
}

static bool passes(const struct filter *filter, const struct transaction *transaction,
                   int64_t now_ms) {
    const char *order_id = record_get(&transaction->record, TEXT_ORDER_ID);

    if (transaction->visible_from_ms > now_ms || transaction->modified_at < filter->start ||
        transaction->modified_at > filter->end)
        return false;
    if (*filter->transaction_type &&
        (strcmp(filter->transaction_type, "ck") == 0) != transaction->is_check)
        return false;
    if (*filter->order_id && strcmp(filter->order_id, order_id) != 0)
        return false;
    if (*filter->conditions &&
        !list_has(filter->conditions, condition_names[transaction->condition]))
        return false;
    return !*filter->action_types || has_action(transaction, filter->action_types);
}

static void keep(struct matches *matches, const struct filter *filter,
                 const struct transaction *transaction, int64_t now_ms) {
    if (!passes(filter, transaction, now_ms))
        return;
    if (matches->count == matches->room) {
        matches->room = matches->room ? matches->room * 2 : 64;
        matches->list = memory_grow(matches->list, matches->room * sizeof(struct transaction *));
    }
    matches->list[matches->count++] = transaction;
}

static int by_id(const void *a, const void *b) {
    const struct transaction *const *left = a, *const *right = b;

    return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

static void keep_named(struct matches *matches, const struct filter *filter,
                       const struct book *book, int64_t now_ms) {
    char *ids = memory_copy(filter->transaction_ids), *rest = ids, *id;
    size_t unique = 0;

    while ((id = strsep(&rest, ",")) != NULL) {
        const struct transaction *transaction = book_find(book, id);

        if (transaction)
            keep(matches, filter, transaction, now_ms);
    }
    free(ids);
    if (matches->count)
        qsort(matches->list, matches->count, sizeof(struct transaction *), by_id);
    for (size_t i = 0; i < matches->count; i++)
        if (i == 0 || matches->list[i] != matches->list[i - 1])
            matches->list[unique++] = matches->list[i];
    matches->count = unique;
}

/* In order of booking, oldest first. */
static struct matches collect(const struct sandbox *sandbox, const struct filter *filter) {
    const struct book *book = &sandbox->book;
    int64_t now_ms = clock_monotonic_ms();
    struct matches matches = {0};
    const struct index_node *place = NULL;
    const struct transaction *transaction;

    if (*filter->transaction_ids) {
        keep_named(&matches, filter, book, now_ms);
    } else if (*filter->order_id) {
        while ((transaction = book_next_of_order(book, filter->order_id, &place)) != NULL)
            keep(&matches, filter, transaction, now_ms);
        if (matches.count)
            qsort(matches.list, matches.count, sizeof(struct transaction *), by_id);
    } else {
        for (size_t i = 0; i < book->count; i++)
            keep(&matches, filter, book->list[i], now_ms);
    }
    return matches;
}

static void write_text(struct evbuffer *out, const char *name, const char *text) {
    evbuffer_add_printf(out, "<%s>", name);
    text_write_xml(out, text);
    evbuffer_add_printf(out, "</%s>", name);
}

static void write_words(const struct sandbox *sandbox, struct evbuffer *out,
                        const struct transaction *transaction, const struct action *action) {
    const char *ip_address = transaction->record.text[TEXT_IP_ADDRESS];
    bool is_bank = transaction->is_check && ach_is_action(action->type);
    struct action_words words;

    ach_words(action, (int)sandbox->knobs.ach_code_in, &words);
    if (ip_address && !is_bank)
        write_text(out, "ip_address", ip_address);
    write_text(out, "source", action_source(transaction, action));
    write_text(out, "response_text", words.text);
    evbuffer_add_printf(out, "<response_code>%d</response_code>", action->response_code);
    if (!is_bank)
        return;
    write_text(out, "processor_response_text", words.processor_text);
    write_text(out, "processor_response_code", words.processor_code);
}

static void write_action(const struct sandbox *sandbox, struct evbuffer *out,
                         const struct transaction *transaction, const struct action *action) {
    char amount[CENTS_TEXT_BYTES], at[TIME_TEXT_BYTES];
    bool is_refund = strcmp(action->type, "refund") == 0;

    /* Reports show money going back with a minus. */
    evbuffer_add_printf(out,
                        "<action><amount>%s%s</amount><action_type>%s</action_type>"
                        "<date>%s</date><success>%d</success>",
                        is_refund ? "-" : "", cents_format(action->amount_cents, amount),
                        action->type, time_format_nmi(action->at, at), action->success);
    write_words(sandbox, out, transaction, action);
    evbuffer_add_printf(out, "<batch_id>0</batch_id></action>");
}

static void write_transaction(const struct sandbox *sandbox, struct evbuffer *out,
                              const struct transaction *transaction) {
    evbuffer_add_printf(out,
                        "<transaction><transaction_id>%" PRId64 "</transaction_id>"
                        "<transaction_type>%s</transaction_type><condition>%s</condition>",
                        transaction->id, transaction->is_check ? "ck" : "cc",
                        condition_names[transaction->condition]);
    write_text(out, "order_id", record_get(&transaction->record, TEXT_ORDER_ID));
    write_text(out, "currency", record_get(&transaction->record, TEXT_CURRENCY));
    record_write_xml(out, &transaction->record);
    for (size_t i = 0; i < transaction->action_count; i++)
        write_action(sandbox, out, transaction, &transaction->actions[i]);
    evbuffer_add_printf(out, "</transaction>\n");
}

static void write_transactions(const struct sandbox *sandbox, const struct filter *filter,
                               struct evbuffer *out) {
    struct matches matches = collect(sandbox, filter);
    size_t from = (size_t)(filter->page * filter->limit);
    size_t limit = (size_t)filter->limit;

    for (size_t i = from; i < matches.count && i - from < limit; i++)
        write_transaction(sandbox, out,
                          matches.list[filter->is_reverse ? matches.count - 1 - i : i]);
    free(matches.list);
}

static void write_customer(struct evbuffer *out, const struct vault_entry *entry, bool is_update) {
    char at[TIME_TEXT_BYTES];

    evbuffer_add_printf(out, "<customer id=\"");
    text_write_xml(out, record_get(&entry->record, TEXT_VAULT_ID));
    evbuffer_add_printf(out, "\">");
    record_write_xml(out, &entry->record);
    if (is_update) {
        write_text(out, "account_updater_status", updater_names[entry->updater_status]);
        write_text(out, "account_updater_date", time_format_nmi(entry->updated_at, at));
    }
    evbuffer_add_printf(out, "</customer>\n");
}

static bool is_reported(const struct vault_entry *entry, const struct filter *filter,
                        bool is_update) {
    return !is_update || (entry->updater_status != UPDATER_NONE &&
                          entry->updated_at >= filter->start && entry->updated_at <= filter->end);
}

/* is_update: of account_updater, which tells only of what the updater found out in that time. */
static void write_customers(const struct sandbox *sandbox, const char *id,
                            const struct filter *filter, bool is_update, struct evbuffer *out) {
    const struct index *all = &sandbox->vault.by_id;
    const struct vault_entry *entry = vault_find(&sandbox->vault, id);
    struct evbuffer *found = evbuffer_new();

    if (entry && is_reported(entry, filter, is_update))
        write_customer(found, entry, is_update);
    for (uint32_t i = 0; !*id && i < all->count; i++)
        if (all->nodes[i].item && is_reported(all->nodes[i].item, filter, is_update))
            write_customer(found, all->nodes[i].item, is_update);
    if (evbuffer_get_length(found) > 0 || (!*id && !is_update)) {
        evbuffer_add_printf(out, "<customer_vault>");
        evbuffer_add_buffer(out, found);
        evbuffer_add_printf(out, "</customer_vault>");
    }
    evbuffer_free(found);
}

/* NULL, or what is wrong; then nothing is written. */
static const char *answer(struct sandbox *sandbox, const struct form *form, bool is_clean,
                          struct evbuffer *out) {
    const char *report = form_get(form, "report_type"), *wrong;
    struct filter filter;
    bool is_update;

    if (strcmp(form_get(form, "security_key"), sandbox->options.security_key) != 0) {
        sandbox->counters.wrong_key++;
        return "Authentication Failed";
    }
    if (!is_clean)
        return "Invalid characters in the request";
    wrong = find_unknown(form);
    if (wrong == NULL)
        wrong = read_filter(form, &filter);
    if (wrong)
        return wrong;
    is_update = strcmp(report, "account_updater") == 0;
    if (*report && !is_update && strcmp(report, "customer_vault") != 0)
        return "The sandbox does not have this report";
    if (*report)
        write_customers(sandbox, form_get(form, "customer_vault_id"), &filter, is_update, out);
    else
        write_transactions(sandbox, &filter, out);
    return NULL;
}

void query_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct call *call = call_new(sandbox, req, true);
    const char *wrong;
    struct form form;
    bool is_clean = server_read_form(req, &form);

    sandbox->counters.by_kind[KIND_QUERY]++;
    call->content_type = "text/xml; charset=utf-8";
    evbuffer_add_printf(call->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<nm_response>");
    wrong = answer(sandbox, &form, is_clean, call->body);
    if (wrong) {
        log_line("refused", wrong);
        write_text(call->body, "error_response", wrong);
    }
    evbuffer_add_printf(call->body, "</nm_response>\n");
    form_release(&form);
    call_after(call, sandbox->knobs.query_latency_ms, call_answer);
}
