/*
 * sandbox.h - what the files of the stand-in gateway share.
 *
 * One process, one thread, one event loop. Every function is called from that
 * loop; nothing here locks and nothing but journal_flush() waits for the disk.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <sys/queue.h>

#include <event2/event.h>
#include <event2/http.h>
#include <jansson.h>

#include "modules/sandbox/ach.h"
#include "modules/sandbox/basics.h"
#include "modules/sandbox/errand.h"
#include "modules/sandbox/webhook.h"

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
    TEXT_CC_HASH,
    TEXT_CHECK_ACCOUNT,
    TEXT_CHECK_HASH,
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
/* Who did it: our client, a person in the gateway's own pages, the gateway. */
enum action_source { ACTION_API, ACTION_PANEL, ACTION_INTERNAL, ACTION_SOURCE_COUNT };
struct action {
    char type[ACTION_TYPE_BYTES];
    char response_text[RESPONSE_TEXT_BYTES];
    int64_t amount_cents;
    int64_t at;
    int response_code;
    char return_code[RETURN_CODE_BYTES]; /* of a returned check; "": none told */
    enum action_source source;
    bool success;
};
/* What reports and events say of an action; where a return's code stands is up to code_in. */
struct action_words {
    char text[RESPONSE_TEXT_BYTES + 8], processor_text[16], processor_code[8];
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
    struct planned planned[PLANNED_LIMIT]; /* what the bank will do, soonest first */
    size_t planned_count;
};
struct transaction *transaction_new(void);
void transaction_free(struct transaction *transaction);
/* Sets modified_at too; copies the transaction's response into the action. */
void transaction_act(struct transaction *transaction, const char *type, int64_t amount_cents,
                     int64_t at);
const char *transaction_type(const struct transaction *transaction); /* "sale", ... */
struct action *transaction_last(const struct transaction *transaction);
/* "api", "virtual_terminal" or "internal". */
const char *action_source(const struct transaction *transaction, const struct action *action);
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
enum updater_status {
    UPDATER_NONE,
    UPDATER_CHANGED,
    UPDATER_CLOSED,
    UPDATER_CONTACT,
    UPDATER_COUNT
};
extern const char *const updater_names[UPDATER_COUNT]; /* as the events end */
struct vault_entry {
    struct record record;
    bool is_check;
    int decline_code; /* 0: none; otherwise every sale declines with it */
    enum updater_status updater_status;
    int64_t updated_at; /* by the card updater; 0 when it never was */
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
/* The journal gets what was changed in an entry of the vault. */
void vault_keep(struct sandbox *sandbox, const struct vault_entry *entry);
void vault_delete(struct sandbox *sandbox, const char *id);
struct vault_entry *vault_entry_new(void);
void vault_entry_free(struct vault_entry *entry);
/* As in the journal and in a vault file. */
void vault_write_json(struct evbuffer *out, const struct vault_entry *entry);
/* From the journal at start. */
bool vault_restore(struct vault *vault, const json_t *object);
void vault_forget(struct vault *vault, const char *id);
void vault_release(struct vault *vault);

/* hash.c - what tells that two numbers are the same without telling the number. */
#define HASH_TEXT_BYTES 33
const char *hash_number(const struct sandbox *sandbox, const char *number,
                        char out[static HASH_TEXT_BYTES]);

/* card.c - the test cards, the only ones that are taken; expiry. */
struct card {
    const char *number, *type;
    size_t cvv_digits;
};
extern const struct card cards[]; /* ends with a NULL number */
const struct card *card_find(const char *number);
#define EXPIRY_BYTES 5
bool card_read_expiry(const char *text, char out[static EXPIRY_BYTES]); /* to MMYY */
bool card_is_expired(const char *mmyy, int64_t now);
const char *card_cvv_answer(const char *cvv); /* as in NMI's test mode */

/* source.c - the payment source of a request: token, vault id, test card, bank account. */
#define TOKEN_ID_BYTES 40
struct source {
    bool is_check;
    int decline_code;           /* 0: none; otherwise every sale on it declines */
    char token[TOKEN_ID_BYTES]; /* "": none; to be used up, refused or not */
};
/* Fills record and source; NULL, or the gateway's refusal. */
const char *source_read(struct sandbox *sandbox, const struct form *form, struct record *record,
                        struct source *source);
/* The card in clear alone; expires as MMYY. */
void source_set_card(const struct sandbox *sandbox, const struct card *card, const char *expires,
                     struct record *record);
void source_set_account(const struct sandbox *sandbox, const char *account, const char *aba,
                        const char *name, struct record *record);

/* token.c - what Collect.js hands out: a masked card, used once, for a day. */
#define TOKEN_LIFE_S 86400
#define TOKENS_LIMIT 100000 /* of unused ones; then the oldest is dropped */
struct token;
TAILQ_HEAD(token_list, token);
struct tokens {
    struct index by_id;
    struct token_list oldest_first;
    size_t count;
};
void token_new_id(char out[static TOKEN_ID_BYTES]);
/* Keeps the card in record under that id. */
void token_add(struct sandbox *sandbox, const char *id, const struct record *record);
/* false: unknown, used or too old. NMI's test tokens and ours are always good. */
bool token_read(struct sandbox *sandbox, const char *id, struct record *record, bool *out_is_check);
bool token_use(struct sandbox *sandbox, const char *id);
/* From the journal at start. */
bool token_restore(struct tokens *tokens, json_t *object);
void token_forget(struct tokens *tokens, const char *id);
void token_release(struct tokens *tokens);

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
    int64_t wrong_key, tokens, in_flight, most_in_flight, lost_answers, silent, clients_gone;
};
void counters_enter(struct counters *counters);
void counters_leave(struct counters *counters);
void counters_handle(struct sandbox *sandbox, struct evhttp_request *req);

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
enum collect { COLLECT_NORMAL, COLLECT_SLOW, COLLECT_DOWN };
enum code_in { CODE_IN_PROCESSOR_CODE, CODE_IN_PROCESSOR_TEXT, CODE_IN_TEXT, CODE_IN_NOTHING };
enum webhooks_mode { WEBHOOKS_DELIVER, WEBHOOKS_DROP, WEBHOOKS_HOLD };
struct knobs {
    int64_t latency_ms, query_latency_ms, query_lag_ms, late_ms;
    int64_t dup_seconds_default;
    int64_t decline_code, lose, answer;
    int64_t times, only_amount_cents;
    int64_t silent, answer_booked, book_before_latency;
    int64_t only_kind; /* 0: sales, otherwise one more than the enum kind */
    int64_t refund_unsettled, collect, token_reject;
    int64_t ach_settle_days, ach_return_days, ach_late_days, ach_cutoff_hours, ach_code_in;
    int64_t webhooks, webhook_repeat, webhook_shuffle, webhook_seed, webhook_key_wrong;
    int64_t webhook_latency_ms, webhook_timeout_ms, webhook_parallel, webhook_keep;
    int64_t webhook_merchant_id, webhook_test_mode, any_currency;
    char only_order[TEXT_LIMIT_BYTES + 1];
    char webhook_url[TEXT_LIMIT_BYTES + 1], webhook_key[TEXT_LIMIT_BYTES + 1]; /* "": the option */
};
/* What goes wrong with one operation. All zero: nothing. */
struct fault {
    int decline_code;
    enum lose lose;
    enum answer answer;
    bool silent, answer_booked;
    int64_t late_ms;
};
void knobs_reset(struct knobs *knobs);
/* Latency and faults fall on operations of this kind. */
bool knobs_fall_on(const struct knobs *knobs, enum kind kind);
/* Counts the operation against `times` when it is one that the faults apply to. */
struct fault knobs_take_fault(struct knobs *knobs, enum kind kind, const char *order_id,
                              int64_t amount_cents);
void knobs_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* journal.c - the file behind the book: append, one fsync for many, replay. */
struct call;
TAILQ_HEAD(call_list, call);
struct journal {
    int fd;
    struct evbuffer *out;   /* lines not yet on disk */
    struct evbuffer *later; /* lines that nobody waits for */
    struct event *flush;
    struct call_list waiting;
};
bool journal_open(struct sandbox *sandbox, const char *folder); /* false: said why */
struct evbuffer *journal_begin(struct sandbox *sandbox);        /* write one line into it */
void journal_end(struct sandbox *sandbox);
/* Whole lines, which the caller ends; they go with the next write, or a moment later. */
struct evbuffer *journal_later(struct sandbox *sandbox);
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
    struct operation *operation; /* NULL unless it came to transact.php */
    bool is_waiting;             /* in journal.waiting */
    bool outlives_client;        /* something is still to be booked */
    bool is_counted;             /* in counters.in_flight */
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
/* The answer to the knob decline_code where no transaction carries it. */
void reply_decline(struct sandbox *sandbox, struct evbuffer *out, int code, const char *order_id,
                   const char *type);
void transact_handle(struct sandbox *sandbox, struct evhttp_request *req);

/*
 * operation.c - one order to transact.php: read and masked on arrival, decided at once or
 * later, answered. faults.c - the way it goes between, and what the knobs do to it.
 */
enum verb { VERB_NONE, VERB_ADD, VERB_UPDATE, VERB_DELETE };
struct operation {
    enum kind kind;
    const char *type; /* as answers name it; "" of the vault alone */
    char order_id[TEXT_LIMIT_BYTES + 1];
    int64_t amount_cents;
    struct fault fault;
    char refusal[RESPONSE_TEXT_BYTES]; /* "": not refused */
    void (*decide)(struct sandbox *sandbox, struct operation *operation);
    bool is_decided;
    struct evbuffer *answer; /* what the gateway says, once decided */

    struct source source;
    struct transaction *transaction; /* sale, validate; the book's once is_booked */
    int64_t dup_seconds;
    bool is_booked;

    enum verb verb; /* the vault, alone or riding along */
    char vault_id[TEXT_LIMIT_BYTES + 1];
    struct vault_entry *entry; /* to be put there; NULL once it is */

    char original_id[32]; /* void, refund */
    int64_t refund_cents; /* 0: all that is left */
    bool is_check;
    enum action_source action_source;
};
struct operation *operation_new(enum kind kind, const char *type, const struct form *form);
/* The first reason counts; NULL is none. */
void operation_refuse(struct operation *operation, const char *why);
/* Uses its token up, and decides. At most once. */
void operation_decide(struct sandbox *sandbox, struct operation *operation);
void operation_free(struct operation *operation);
/* Takes the operation to its answer. */
void faults_run(struct call *call, struct operation *operation);

/* sale.c - type=sale and type=validate; kind is one of the two. */
/* Three capital letters. */
bool currency_is_good(const char *text);
struct operation *sale_read(struct sandbox *sandbox, const struct form *form, enum kind kind);

/* reverse.c - type=void and type=refund. */
struct operation *reverse_read(struct sandbox *sandbox, const struct form *form, enum kind kind);

/* customer.c - customer_vault=add_customer, update_customer, delete_customer. */
struct operation *customer_read(struct sandbox *sandbox, const struct form *form);
/* The same riding on a sale or a validation: reads the order, then what comes of its source. */
void customer_begin(const struct sandbox *sandbox, const struct form *form,
                    struct operation *operation);
void customer_take_source(struct sandbox *sandbox, struct operation *operation,
                          const struct record *record);
/* NULL, or why it cannot be done now. */
const char *customer_conflict(const struct sandbox *sandbox, const struct operation *operation);
void customer_apply(struct sandbox *sandbox, struct operation *operation);

/* query.c - /api/query.php. */
void query_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* inspect.c - /sandbox/transactions, /sandbox/vault; settle.c, bank.c - /sandbox/settle and ach. */
void inspect_transactions(struct sandbox *sandbox, struct evhttp_request *req);
void inspect_vault(struct sandbox *sandbox, struct evhttp_request *req);
void settle_handle(struct sandbox *sandbox, struct evhttp_request *req);
void bank_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* webhook_page.c, chargeback.c, panel.c, updater.c - the rest of what tests ask for. */
void webhook_page_handle(struct sandbox *sandbox, struct evhttp_request *req);
void chargeback_handle(struct sandbox *sandbox, struct evhttp_request *req);
void panel_handle(struct sandbox *sandbox, struct evhttp_request *req);
void updater_handle(struct sandbox *sandbox, struct evhttp_request *req);

/* collect.c - /token/: Collect.js, the frames it opens, and the tokens they ask for. */
void collect_script(struct sandbox *sandbox, struct evhttp_request *req);
void collect_field(struct sandbox *sandbox, struct evhttp_request *req);
void collect_field_script(struct sandbox *sandbox, struct evhttp_request *req);
void collect_field_style(struct sandbox *sandbox, struct evhttp_request *req);
void collect_create(struct sandbox *sandbox, struct evhttp_request *req);

/* assets.c - the files of collect/, in the program. Each ends with a zero byte. */
extern const char asset_collect_js[], asset_field_html[], asset_field_js[], asset_field_css[];

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
    const char *webhook_url, *webhook_key;
};
struct sandbox {
    struct options options;
    struct event_base *base;
    struct evhttp *http;
    struct book book;
    struct due due;
    struct vault vault;
    struct tokens tokens;
    struct webhooks webhooks;
    struct journal journal;
    struct knobs knobs;
    struct counters counters;
    struct call_list calls;
    int64_t last_now;
    int64_t next_reference;
};

#endif
