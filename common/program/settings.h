/*
 * settings.h - what the provider chose, read once at start from one HDF file, and the program's own
 * secrets from a file only its Unix user can read.
 *
 * One table (settings.c) names every setting with its kind, its limits and its default: reading,
 * `remit config check` and the list in the README come from it. An unknown name is as wrong as a
 * missing one.
 */
#ifndef REMIT_PROGRAM_SETTINGS_H
#define REMIT_PROGRAM_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/billing/retry_rule.h"
#include "common/core/words.h"
#include "common/core/secret.h"
#include "common/db/db.h"
#include "common/gateway/gateway.h"
#include "common/mail/smtp.h"
#include "common/page/values.h"

enum {
    SETTINGS_FOLDERS_MAX = 4,
    MAIL_PROVIDERS_MAX = 5,
    CHECK_LINES_MAX = 6,
    DOCUMENT_LINES_MAX = 6
};

/* How often in an hour; see limits.h. */
struct limits {
    int64_t user, account, address, method, reviews;
    int64_t decline_percent, decline_minimum; /* of all new cards, in ten minutes */
};

/* How mail leaves. Complete and checked for `mailer` alone. */
struct mail_settings {
    const char *from, *from_name;
    const char *host, *folder; /* one of them is "" */
    const char *tls_name, *user, *password, *ca_file;
    enum smtp_tls tls;
    int64_t timeout_ms, poll_ms;
    int64_t lease_s; /* from claim to when another mailer may take it */
    int64_t give_up_days;
    int64_t issued_days;      /* an invoice issued longer ago is told to nobody; 0: none is */
    int64_t due_soon_days;    /* before the due date; 0: nobody is reminded before */
    const char *overdue_days; /* "1, 8, 15": after the due date */
    struct retry_days overdue;
    const char *provider; /* as it was written: addresses, with commas between them */
    const char *providers[MAIL_PROVIDERS_MAX]; /* who is told of what waits for a person */
    size_t provider_count;
};

/* Where a check goes; not offered when address[0] is "". */
struct check_settings {
    const char *pay_to, *address[CHECK_LINES_MAX], *notice;
};

/* Where a wire goes; not offered when account_number is "". routing_number then is one. */
struct wire_settings {
    const char *bank_name, *account_name, *account_number, *routing_number, *swift;
};

/* What stands on paper beside the figures. */
struct document_settings {
    const char *logo; /* whole path of a PNG; "": the provider's name instead */
    const char *address[DOCUMENT_LINES_MAX];
};

/* What happens on a draft day. */
struct autopay_settings {
    int64_t catch_up_days; /* a day missed for longer is a person's to decide */
    const char *retry_days, *bank_retry_days;
    int64_t card_tries;
    struct retry_settings retry;           /* of the three above */
    int64_t batch;                         /* accounts in one transaction */
    int64_t in_flight;                     /* sales at once */
    int64_t run_s;                         /* between two runs of the service */
    int64_t notice_days, bank_notice_days; /* before a draft day; 0: no notice */
};

/* How often what is open is looked at. */
struct settle_settings {
    int64_t run_s;        /* between two rounds of the service */
    int64_t report_hours; /* between two readings of the gateway's report */
};

/* After how many days `remit purge` removes what is over. */
struct retention_settings {
    int64_t review_days, session_days, link_days, counter_days, mail_days, import_days;
    int64_t webhook_days; /* of bodies: that an event came is kept for good */
};

/* Who says who a visitor is. */
struct login_settings {
    const char *mode, *match;
    bool is_site;        /* the provider's own site does, and there are no passwords here */
    bool by_external_id; /* it gives user.external_id; otherwise the e-mail */
    const char *auth_path, *sign_in_url, *sign_out_url; /* of the site; the last may be "" */
    const char *return_name; /* of the parameter that says where to go after signing in; "" */
    int64_t create;          /* 1: a user who is not known is made, of an account that is */
    const char *create_level;
};

struct settings {
    struct values *values;   /* the whole file: templates see Site.* of it */
    struct values *programs; /* Programs.* of it */
    const char *program;

    const char *site_name, *origin, *base, *zone, *cookie_suffix;
    int64_t idle_s, absolute_s; /* a session's ends */
    struct login_settings login;
    int64_t sign_in_tries;     /* failed ones for one address or one e-mail in 15 minutes */
    int64_t reset_mails;       /* for one e-mail in an hour */
    int64_t accounts_per_page; /* of those a user may switch to */

    struct db_options database;
    const char *admin_user, *admin_password; /* `remit migrate` alone has them; "" elsewhere */
    struct gateway_options gateway;
    /* Of `webhooks` alone: what the gateway signs its events with; the one before it, or "". */
    const char *webhook_key, *webhook_key_old;
    const char *script_url;       /* of the gateway's card fields, for the browser */
    const char *tokenization_key; /* public: for the card fields only */

    const char *folders[SETTINGS_FOLDERS_MAX]; /* of templates: the provider's own first */
    size_t folder_count;
    const char *language_codes;
    struct languages languages; /* of pages and mails; the first is for who asks for none of them */

    const char *clock_file; /* NULL: real time */
    int64_t smallest_cents, largest_cents;
    int64_t lease_s;        /* from claim to the last moment a sale may leave; half of it is used */
    int64_t review_s;       /* a review may be confirmed this long */
    int64_t card_read_days; /* the vault is asked about a card this often; 0: never */
    int64_t cards;          /* 0: no card is taken */
    int64_t banks;          /* 0: no bank account is taken */
    int64_t credit;         /* 1: a Fixed Amount above what is due becomes account credit */
    int64_t credit_at_import; /* 1: an imported invoice takes what credit its account has */
    const char *brands;       /* "Amex, Visa": those that are */
    const char *card_terms;
    /* "": ours (authorization.h) */
    const char *bank_authorization, *bank_saving, *autopay_authorization;
    int64_t paper_fee_cents; /* of an invoice on paper; 0: none is charged */
    struct check_settings check;
    struct wire_settings wire;
    struct document_settings documents;
    struct limits limits;
    struct autopay_settings autopay;
    struct settle_settings settle;
    struct retention_settings retention;
    int64_t return_fee_cents; /* 0: none is charged */
    struct mail_settings mail;
    int64_t worker_requests;

    unsigned char form_secret[SECRET_KEY_BYTES];
    /* Of links in mails (user_link.h). `login` has it always, `mailer` where `login` is installed.
     */
    bool has_link_secret;
    unsigned char link_secret[SECRET_KEY_BYTES];
};

/* Called for each thing that is wrong: which setting, and a sentence. */
typedef void (*settings_wrong)(const char *name, const char *sentence, void *context);

/*
 * file: whole path. program: whose secrets to read ("" : none). Texts live in arena.
 * RESULT_INVALID: wrong() was called at least once.
 */
MUST_CHECK enum result settings_load(struct settings *out_settings, const char *file,
                                     const char *program, struct arena *arena, settings_wrong wrong,
                                     void *context);

/* Programs.<name> = 1: that part is installed and may be linked to. */
bool settings_has_program(const struct settings *settings, const char *name);

/* Wipes the secrets. */
void settings_close(struct settings *settings);

#endif
