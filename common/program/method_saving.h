/*
 * method_saving.h - what the files of a save share: method_save.c, the order and our books; and
 * method_vault.c, what the gateway is asked and what its answers mean.
 */
#ifndef REMIT_PROGRAM_METHOD_SAVING_H
#define REMIT_PROGRAM_METHOD_SAVING_H

#include "common/gateway/gateway.h"
#include "common/program/method_save.h"

enum { VAULT_ID_SIZE = 34 }; /* 'r', 32 hexadecimal digits, NUL */

enum vault_left { VAULT_EMPTY, VAULT_UNSURE, VAULT_HOLDS };

struct saving {
    struct visit *visit;
    struct method_save *save;
    char vault_id[VAULT_ID_SIZE];
    unsigned char token[SAVE_TOKEN_BYTES];
    int64_t method_id;  /* of the claimed row */
    int64_t claimed_ms; /* by the monotonic clock */
    bool is_ours;       /* the claim is */
    bool is_too_many;   /* the claim found the user's list full */
    struct gateway_answer answer;
    struct gateway_vault_entry entry;
    int64_t target_id; /* the method that takes the entry; 0: the claimed row itself */
    struct vault_entry target;
    enum vault_left left; /* by a save that came to nothing */
};

bool saving_is_bank(const struct saving *saving);

/* It cannot be told whether the vault has it. */
const char *saving_lost_text(const struct saving *saving);

/* Sends card or account to the vault, once, unless half of the lease has passed. */
void saving_send(struct saving *saving);

/* Reads back what the vault holds. *out_sentence: why it is of no use, with what is left in the
 * vault; NULL: all is well. */
enum vault_left saving_judge(struct saving *saving, const char **out_sentence);

/* One that is saved already. For a payment only one that can pay as it is: what was typed now was
 * not checked by the bank, and must not take the place of what was. *out_method_id 0: none. */
MUST_CHECK enum result saving_known(struct saving *saving, int64_t *out_method_id);

#endif
