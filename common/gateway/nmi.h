/*
 * nmi.h - what the files of the NMI driver share. NMI is also BNG Gateway and other white labels:
 * same protocol, own host.
 */
#ifndef REMIT_GATEWAY_NMI_H
#define REMIT_GATEWAY_NMI_H

#include <stddef.h>

#include "common/gateway/driver.h"

struct nmi_code {
    const char *code;
    enum gateway_outcome outcome;
    enum gateway_decline decline;
};

/* NULL: not one of the documented codes. */
const struct nmi_code *nmi_code_find(const char *code);

/* Begins a form for the API's path with the key. Its bytes lie at one place from the start: growing
 * leaves copies behind, and secrets are in them. */
void nmi_call_begin(const struct gateway_options *options, struct arena *arena, const char *path,
                    struct http_call *out_call);
/* Nothing for "". */
void nmi_add_known(struct buffer *body, const char *name, const char *value);

/* Answers of transact.php: one line of some hundred bytes. */
enum { NMI_ANSWER_MAX = 64 * 1024 };

/* What transact.php's answer must say where it says anything; NULL, or 0 cents: whatever it likes.
 */
struct nmi_echo {
    const char *order_id, *type, *vault_id;
    int64_t cents;
    bool has_transaction; /* an approval without a transaction id is none */
};

/* GATEWAY_APPROVED only when every part of the answer agrees. Of an answer to something else
 * nothing is kept. */
void nmi_answer_read(const struct http_call *call, const struct nmi_echo *echo,
                     struct gateway_answer *out_answer);

/* nmi_vault.c and nmi_reverse.c: as struct gateway_driver says. */
void nmi_save_write(const struct gateway_options *options, struct arena *arena,
                    const struct gateway_save_ask *ask, struct http_call *out_call);
void nmi_save_read(const struct gateway_save_ask *ask, const struct http_call *call,
                   struct gateway_answer *out_answer);
enum result nmi_vault_remove(struct gateway *gateway, struct arena *arena, const char *vault_id);
enum result nmi_vault_read(struct gateway *gateway, struct arena *arena, const char *vault_id,
                           struct gateway_vault_entry *out_entry);
void nmi_reverse_write(const struct gateway_options *options, struct arena *arena,
                       const struct gateway_reverse_ask *ask, struct http_call *out_call);
void nmi_reverse_read(const struct gateway_reverse_ask *ask, const struct http_call *call,
                      struct gateway_answer *out_answer);

enum { NMI_PAGE_MAX = 2000, NMI_REASON_SIZE = 160 };

struct nmi_page {
    struct gateway_transaction *transactions; /* those that move money */
    size_t count;
    size_t told;                  /* all that the page held, validations too */
    char reason[NMI_REASON_SIZE]; /* why it cannot be read, for the log */
};

/* query.php's answer; all of it or nothing. RESULT_UNCERTAIN: not the report we asked for. */
MUST_CHECK enum result nmi_report_read(struct arena *arena, const char *xml, size_t length,
                                       struct nmi_page *out_page);

/* The same for one entry of the vault. RESULT_NOT_FOUND: a whole answer that holds none.
 * *out_reason is ours, always set: the gateway's words may name the id. */
MUST_CHECK enum result nmi_entry_read(struct arena *arena, const char *vault_id, const char *xml,
                                      size_t length, struct gateway_vault_entry *out_entry,
                                      const char **out_reason);

enum { NMI_UPDATES_MAX = 100000 };

struct nmi_updates {
    struct gateway_card_update *list;
    size_t count;
    char reason[NMI_REASON_SIZE];
};

/* nmi_updates.c: what the account updater found out; all of it or nothing. RESULT_UNCERTAIN: not
 * the report we asked for. */
MUST_CHECK enum result nmi_updates_read(struct arena *arena, const char *xml, size_t length,
                                        struct nmi_updates *out_updates);
enum result nmi_updates(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                        gateway_each_card each, void *context);

/* An instant as query.php takes it: YYYYMMDDhhmmss, UTC. */
void nmi_add_instant(struct buffer *body, const char *name, int64_t instant);

#endif
