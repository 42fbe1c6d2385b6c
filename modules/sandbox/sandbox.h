/*
 * sandbox.h - what the files of the stand-in gateway share.
 *
 * One process, one thread, one event loop. Every function is called from that
 * loop; nothing here locks and nothing but journal_flush() waits for the disk.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <jansson.h>

#define BODY_LIMIT_BYTES 65536
#define TEXT_LIMIT_BYTES 255

struct sandbox;

/* memory.c - allocation that ends the process rather than return NULL. */
void *memory_get(size_t size_bytes);
void *memory_grow(void *old, size_t size_bytes);
char *memory_copy(const char *text);

/* text.c - is text fit to be kept, and the three ways to write it out. */
bool text_is_clean(const char *text, size_t length);
void text_write_json(struct evbuffer *out, const char *text);
void text_write_xml(struct evbuffer *out, const char *text);
void text_write_url(struct evbuffer *out, const char *text);

/* money.c - decimal text and int64 cents; never floating point. */
#define CENTS_TEXT_BYTES 24
bool cents_parse(const char *text, int64_t *out_cents);
const char *cents_format(int64_t cents, char out[static CENTS_TEXT_BYTES]);

/* clock.c - business time in seconds UTC, and how it is written. */
#define TIME_TEXT_BYTES 32
int64_t clock_monotonic_ms(void);
/* false: the file is there but cannot be understood. path may be NULL. */
bool clock_read(const char *path, int64_t *out_now);
/* Last good reading when the file is damaged, which is logged. */
int64_t clock_now(struct sandbox *sandbox);
bool time_parse_iso(const char *text, int64_t *out_time);
bool time_parse_nmi(const char *text, int64_t *out_time);
const char *time_format_iso(int64_t time, char out[static TIME_TEXT_BYTES]);
const char *time_format_nmi(int64_t time, char out[static TIME_TEXT_BYTES]);

/* index.c - a hash index that may hold many items under one key, newest first. */
struct index_node {
    uint64_t hash;
    void *item; /* NULL once removed */
    uint32_t next;
};
struct index {
    struct index_node *nodes;
    uint32_t *buckets;
    uint32_t count, room, bucket_count;
};
uint64_t index_hash(const char *text, int64_t number);
void index_add(struct index *index, uint64_t hash, void *item);
void index_remove(struct index *index, uint64_t hash, const void *item);
/* NULL at the end; after is NULL for the first. Equal hash is not equal key. */
const struct index_node *index_next(const struct index *index, uint64_t hash,
                                    const struct index_node *after);
void index_release(struct index *index);

/* form.c - one urlencoded form, decoded in place, wiped when it is freed. */
struct form_field {
    const char *name, *value;
};
struct form {
    char *bytes;
    size_t size;
    struct form_field *fields;
    size_t count;
};
/* Takes bytes, which must have room for one more. false: not UTF-8, or control characters. */
bool form_parse(struct form *form, char *bytes, size_t size);
/* "" when absent; of a repeated field the last counts, as in PHP. */
const char *form_get(const struct form *form, const char *name);
bool form_has(const struct form *form, const char *name);
void form_release(struct form *form);

/*
 * record.c - the texts that a transaction or a vault entry carries.
 * Adding one is a line here and a line in the table of record.c.
 */
enum text_field {
    TEXT_ORDER_ID,
    TEXT_CURRENCY,
    TEXT_VAULT_ID,
    TEXT_INITIATED_BY,
    TEXT_STORED_CREDENTIAL,
    TEXT_BILLING_METHOD,
    TEXT_BILLING_NUMBER,
    TEXT_BILLING_TOTAL,
    TEXT_INITIAL_TRANSACTION_ID,
    TEXT_ORIGINAL_TRANSACTION_ID,
    TEXT_ORDER_DESCRIPTION,
    TEXT_PO_NUMBER,
    TEXT_IP_ADDRESS,
    TEXT_FIRST_NAME,
    TEXT_LAST_NAME,
    TEXT_COMPANY,
    TEXT_ADDRESS1,
    TEXT_ADDRESS2,
    TEXT_CITY,
    TEXT_STATE,
    TEXT_ZIP,
    TEXT_COUNTRY,
    TEXT_PHONE,
    TEXT_EMAIL,
    TEXT_CC_NUMBER,
    TEXT_CC_EXP,
    TEXT_CC_TYPE,
    TEXT_CHECK_ACCOUNT,
    TEXT_CHECK_ABA,
    TEXT_CHECK_NAME,
    TEXT_ACCOUNT_TYPE,
    TEXT_ACCOUNT_HOLDER_TYPE,
    TEXT_SEC_CODE,
    TEXT_AUTHCODE,
    TEXT_AVS_RESPONSE,
    TEXT_CVV_RESPONSE,
    TEXT_FIELD_COUNT
};
/* A missing text is NULL, never "". */
struct record {
    char *text[TEXT_FIELD_COUNT];
};
const char *record_get(const struct record *record, enum text_field field);
void record_set(struct record *record, enum text_field field, const char *value);
/* Fields that a caller may give; NULL, or the name of one that is too long. */
const char *record_read_form(struct record *record, const struct form *form);
/* The source of payment and the payer, from a vault entry to a transaction. */
void record_copy_payer(struct record *to, const struct record *from);
void record_write_json(struct evbuffer *out, const struct record *record);
void record_write_xml(struct evbuffer *out, const struct record *record);
/* true when key names a text field and value is a string. */
bool record_read_json(struct record *record, const char *key, const json_t *value);
void record_release(struct record *record);

/* codes.c - response codes of the gateway and their texts. */
const char *code_text(int code, bool is_check); /* NULL: no such code */
int code_response(int code);                    /* 1, 2 or 3 */

/* transaction.c - one transaction with its actions, and its JSON form. */
enum condition {
    CONDITION_PENDING_SETTLEMENT,
    CONDITION_COMPLETE,
    CONDITION_FAILED,
    CONDITION_CANCELED,
    CONDITION_COUNT
};
extern const char *const condition_names[CONDITION_COUNT];

#define ACTION_TYPE_BYTES 24
#define RESPONSE_TEXT_BYTES 96
struct action {
    char type[ACTION_TYPE_BYTES];
    char response_text[RESPONSE_TEXT_BYTES];
    int64_t amount_cents;
    int64_t at;
    int response_code;
    bool success;
};
struct transaction {
    int64_t id; /* 0 until it is in the book */
    bool is_check;
    enum condition condition;
    int64_t amount_cents;
    int response, response_code;
    char response_text[RESPONSE_TEXT_BYTES];
    int64_t created_at, modified_at;
    int64_t visible_from_ms; /* monotonic; not kept on disk */
    struct record record;
    struct action *actions;
    size_t action_count;
};
struct transaction *transaction_new(void);
void transaction_free(struct transaction *transaction);
/* Sets modified_at too; copies the transaction's response into the action. */
void transaction_act(struct transaction *transaction, const char *type, int64_t amount_cents,
                     int64_t at);
const char *transaction_type(const struct transaction *transaction); /* "sale", ... */
void transaction_write_json(struct evbuffer *out, const struct transaction *transaction);
struct transaction *transaction_from_json(const json_t *object); /* NULL: not one */

/* book.c - all transactions, by id, by order id, by source and amount. */
struct book {
    struct transaction **list; /* ids are consecutive: the place follows from the id */
    size_t count, room;
    struct index by_order, by_source;
};
/* Gives the transaction its id, indexes it, and puts it in the journal. */
void book_add(struct sandbox *sandbox, struct transaction *transaction);
/* Puts a changed transaction in the journal again. */
void book_change(struct sandbox *sandbox, struct transaction *transaction);
/* From the journal at start: a new transaction, or a later state of one. */
bool book_restore(struct book *book, struct transaction *transaction);
struct transaction *book_find(const struct book *book, const char *id);
/* The next one with that order id, newest first; place starts as NULL. */
struct transaction *book_next_of_order(const struct book *book, const char *order_id,
                                       const struct index_node **place);
/* The newest approved sale on the same source with the same amount. */
struct transaction *book_last_alike(const struct book *book, const struct transaction *like);
int64_t book_refunded_cents(const struct book *book, const struct transaction *original);
void book_release(struct book *book);

/* vault.c - saved cards and bank accounts, masked. */
struct vault_entry {
    struct record record;
    bool is_check;
    int decline_code; /* 0: none; otherwise every sale declines with it */
};
struct vault {
    struct index by_id;
    int64_t last_generated;
};
bool vault_load(struct vault *vault, const char *path); /* false: said why */
struct vault_entry *vault_find(const struct vault *vault, const char *id);
void vault_new_id(struct vault *vault, char *out, size_t size);
/* Both keep the change in the journal. vault_put takes the entry, replacing one of that id. */
void vault_put(struct sandbox *sandbox, struct vault_entry *entry);
void vault_delete(struct sandbox *sandbox, const char *id);
struct vault_entry *vault_entry_new(void);
void vault_entry_free(struct vault_entry *entry);
/* From the journal at start. */
bool vault_restore(struct vault *vault, const json_t *object);
void vault_forget(struct vault *vault, const char *id);
void vault_release(struct vault *vault);

/* source.c - the payment source of a request: vault id, test card, bank account. */
/* Fills record, is_check and decline_code; NULL, or the gateway's refusal. */
const char *source_read(const struct sandbox *sandbox, const struct form *form,
                        struct record *record, bool *out_is_check, int *out_decline_code);

/* knobs.c - what tests turn. */
enum lose { LOSE_NONE, LOSE_BEFORE, LOSE_AFTER, LOSE_LATE };
enum answer {
    ANSWER_NORMAL,
    ANSWER_EMPTY,
    ANSWER_HTML,
    ANSWER_HTTP_500,
    ANSWER_HTTP_429,
    ANSWER_RATE_LIMIT,
    ANSWER_GARBAGE,
    ANSWER_WRONG_KEY
};
struct knobs {
    int64_t latency_ms, query_latency_ms, query_lag_ms, late_ms;
    int64_t dup_seconds_default;
    int64_t decline_code, lose, answer;
    int64_t times, only_amount_cents;
    int64_t silent, answer_booked, book_before_latency;
    char only_order[TEXT_LIMIT_BYTES + 1];
};
/* What goes wrong with one sale. All zero: nothing. */
struct fault {
    int decline_code;
    enum lose lose;
    enum answer answer;
    bool silent, answer_booked;
    int64_t late_ms;
};
void knobs_reset(struct knobs *knobs);
/* Counts the sale against `times` when it is one that the faults apply to. */
struct fault knobs_take_fault(struct knobs *knobs, const char *order_id, int64_t amount_cents);
void knobs_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* journal.c - the file behind the book: append, one fsync for many, replay. */
struct call;
TAILQ_HEAD(call_list, call);
struct journal {
    int fd;
    struct evbuffer *out; /* lines not yet on disk */
    struct event *flush;
    struct call_list waiting;
};
bool journal_open(struct sandbox *sandbox, const char *folder); /* false: said why */
struct evbuffer *journal_begin(struct sandbox *sandbox);        /* write one line into it */
void journal_end(struct sandbox *sandbox);
bool journal_is_clean(const struct sandbox *sandbox);
void journal_wait(struct sandbox *sandbox, struct call *call);
void journal_close(struct sandbox *sandbox);

/* call.c - one request that is answered later: after its latency and after the disk. */
struct call {
    struct sandbox *sandbox;
    struct evhttp_request *req; /* NULL once the client is gone */
    struct event *timer, *closed;
    void (*when_due)(struct call *call);
    int status;
    const char *content_type;
    struct evbuffer *body;
    struct sale *sale;
    bool is_waiting;      /* in journal.waiting */
    bool outlives_client; /* something is still to be booked */
    bool is_counted;      /* in counters.in_flight */
    TAILQ_ENTRY(call) all;
    TAILQ_ENTRY(call) waiting;
};
struct call *call_new(struct sandbox *sandbox, struct evhttp_request *req, bool is_counted);
void call_after(struct call *call, int64_t delay_ms, void (*when_due)(struct call *call));
/* Answers once everything booked so far is on disk, then frees the call. */
void call_answer(struct call *call);
void call_send(struct call *call);
/* Closes the connection without an answer; the call goes on. */
void call_hang_up(struct call *call);
void call_free(struct call *call);

/* counters.c - what came in, for "nothing was sent to the gateway". */
enum kind {
    KIND_SALE,
    KIND_VALIDATE,
    KIND_VOID,
    KIND_REFUND,
    KIND_VAULT,
    KIND_OTHER,
    KIND_QUERY,
    KIND_COUNT
};
struct counters {
    int64_t by_kind[KIND_COUNT];
    int64_t wrong_key, in_flight, most_in_flight, lost_answers, silent, clients_gone;
};
void counters_enter(struct counters *counters);
void counters_leave(struct counters *counters);
void counters_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* transact.c - /api/transact.php. */
struct reply {
    int response, response_code;
    const char *text, *authcode, *avs, *cvv, *order_id, *type, *vault_id;
    int64_t transaction_id; /* 0: none */
};
void reply_write(struct evbuffer *out, const struct reply *reply);
/* A gateway refusal, response=3, with the next reference number. */
void reply_refuse(struct sandbox *sandbox, struct evbuffer *out, const char *text,
                  const char *order_id, const char *type);
void transact_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* sale.c - type=sale and type=validate; faults.c - what the knobs do to them. */
struct sale {
    struct transaction *transaction; /* the book's once is_booked */
    struct vault_entry *to_save;     /* customer_vault=add_customer rides along */
    struct fault fault;
    char refusal[RESPONSE_TEXT_BYTES]; /* "": not refused */
    const char *type;                  /* "sale" or "validate" */
    int64_t dup_seconds;
    int decline_code;
    bool is_decided, is_booked, is_saved;
};
struct sale *sale_read(struct sandbox *sandbox, const struct form *form, const char *type);
/* Refuses, declines or approves, and books. At most once. */
void sale_decide(struct sandbox *sandbox, struct sale *sale);
void sale_write(struct sandbox *sandbox, const struct sale *sale, struct evbuffer *out);
void sale_free(struct sale *sale);
void sale_run(struct call *call, struct sale *sale);

/* reverse.c - type=void and type=refund. */
void reverse_void(struct sandbox *sandbox, const struct form *form, struct evbuffer *out);
void reverse_refund(struct sandbox *sandbox, const struct form *form, struct evbuffer *out);

/* customer.c - customer_vault=add_customer, update_customer, delete_customer. */
void customer_handle(struct sandbox *sandbox, const struct form *form, struct evbuffer *out);
/* NULL and a refusal, or an entry to put in the vault. */
struct vault_entry *customer_read(struct sandbox *sandbox, const struct form *form,
                                  const char **out_refusal);

/* query.c - /api/query.php. */
void query_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* inspect.c - /sandbox/transactions. */
void inspect_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* server.c - sockets, routes, reading a request. */
bool server_listen(struct sandbox *sandbox, const char *address);
/* The body, or the query string of a GET. The result is form_parse's. */
bool server_read_form(struct evhttp_request *req, struct form *form);
void server_reply(struct evhttp_request *req, int status, const char *content_type,
                  struct evbuffer *body);
void server_fail(struct evhttp_request *req, int status, const char *text);

/* log.c - why it cannot start; then one JSON line for what is refused or odd. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_line(const char *event, const char *why);

struct options {
    const char *listen, *store, *security_key, *tokenization_key, *vault, *clock;
};
struct sandbox {
    struct options options;
    struct event_base *base;
    struct evhttp *http;
    struct book book;
    struct vault vault;
    struct journal journal;
    struct knobs knobs;
    struct counters counters;
    struct call_list calls;
    int64_t last_now;
    int64_t next_reference;
};

#endif
