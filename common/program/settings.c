#include "common/program/settings.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/billing/remind_rule.h"
#include "common/core/date.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/gateway/gateway_url.h"
#include "common/money/money.h"
#include "common/program/settings_autopay.h"
#include "common/program/settings_documents.h"
#include "common/program/settings_login.h"
#include "common/program/settings_mail.h"
#include "common/program/settings_offer.h"
#include "common/program/settings_words.h"

enum setting_kind {
    KIND_TEXT,
    KIND_INT,
    KIND_MONEY,
    KIND_FOLDER,
    KIND_ORIGIN,
    KIND_PATH,
    KIND_SCRIPT,
    KIND_BRANDS,
    KIND_ANY
};

enum { REQUIRED = 1, WANTED_BY_GATEWAY = 2, WANTED_BY_CARDS = 4, MAY_BE_NOTHING = 8 };
enum { LIMIT_MAX = 1000000 };

/* As gateway_vault_entry.brand has them. */
static const char *const brands[] = {"Amex", "Diners", "Discover", "JCB", "Mastercard", "Visa"};

#define AT(member) offsetof(struct settings, member)
#define NOWHERE SIZE_MAX

/* Names end in ".*" where the file holds a list or a subtree. */
static const struct setting {
    const char *name;
    enum setting_kind kind;
    unsigned flags;
    int64_t min, max;
    const char *fallback;
    size_t at; /* where it goes: const char * for texts, int64_t for numbers */
} table[] = {
    {"Site.Name", KIND_TEXT, REQUIRED, 0, 0, NULL, AT(site_name)},
    {"Site.Origin", KIND_ORIGIN, REQUIRED, 0, 0, NULL, AT(origin)},
    {"Site.Base", KIND_PATH, 0, 0, 0, "/billing", AT(base)},
    {"Site.Zone", KIND_TEXT, REQUIRED, 0, 0, NULL, AT(zone)},
    {"Site.Languages", KIND_TEXT, 0, 0, 0, "en, es", AT(language_codes)},
    {"Site.CookieSuffix", KIND_TEXT, 0, 0, 0, "", AT(cookie_suffix)},
    {"Site.Logo.Url", KIND_TEXT, 0, 0, 0, "", NOWHERE},
    {"Site.Accent", KIND_TEXT, 0, 0, 0, "", NOWHERE},
    {"Site.AccentDark", KIND_TEXT, 0, 0, 0, "", NOWHERE},
    {"Site.Support.Email", KIND_TEXT, 0, 0, 0, "", NOWHERE},
    {"Site.Support.Phone", KIND_TEXT, 0, 0, 0, "", NOWHERE},
    {"Site.Support.Url", KIND_TEXT, 0, 0, 0, "", NOWHERE},
    {"Programs.*", KIND_ANY, 0, 0, 0, "", NOWHERE},
    {"Database.Hosts.*", KIND_ANY, REQUIRED, 0, 0, NULL, NOWHERE},
    {"Database.Name", KIND_TEXT, REQUIRED, 0, 0, NULL, AT(database.database)},
    {"Database.Clustered", KIND_INT, 0, 0, 1, "0", NOWHERE},
    {"Gateway.Driver", KIND_TEXT, WANTED_BY_GATEWAY, 0, 0, "", AT(gateway.driver)},
    {"Gateway.ApiUrl", KIND_TEXT, WANTED_BY_GATEWAY, 0, 0, "", AT(gateway.api_url)},
    {"Gateway.ScriptUrl", KIND_SCRIPT, 0, 0, 0, "", AT(script_url)},
    {"Gateway.TokenizationKey", KIND_TEXT, WANTED_BY_CARDS, 0, 0, "", AT(tokenization_key)},
    {"Gateway.CaFile", KIND_TEXT, 0, 0, 0, "", AT(gateway.ca_file)},
    {"Gateway.ConnectTimeoutMs", KIND_INT, 0, 100, 60000, "10000", NOWHERE},
    {"Gateway.TimeoutMs", KIND_INT, 0, 500, 70000, "60000", NOWHERE},
    {"Gateway.DuplicateSeconds", KIND_INT, 0, 0, 7862400, "0", NOWHERE},
    {"Templates.Folders.*", KIND_ANY, REQUIRED, 0, 0, NULL, NOWHERE},
    {"Nginx.*", KIND_ANY, 0, 0, 0, "", NOWHERE},
    {"Clock.File", KIND_TEXT, 0, 0, 0, NULL, AT(clock_file)},
    {"Secrets.Folder", KIND_FOLDER, REQUIRED, 0, 0, NULL, NOWHERE},
    {"Session.IdleSeconds", KIND_INT, 0, 60, 86400, "1800", AT(idle_s)},
    {"Session.AbsoluteSeconds", KIND_INT, 0, 60, 604800, "43200", AT(absolute_s)},
    {"Session.SignInTries", KIND_INT, 0, 3, 1000, "10", AT(sign_in_tries)},
    {"Login.Mode", KIND_TEXT, 0, 0, 0, "password", AT(login.mode)},
    {"Login.Match", KIND_TEXT, 0, 0, 0, "email", AT(login.match)},
    {"Login.AuthPath", KIND_TEXT, 0, 0, 0, "", AT(login.auth_path)},
    {"Login.SignInUrl", KIND_TEXT, 0, 0, 0, "", AT(login.sign_in_url)},
    {"Login.ReturnName", KIND_TEXT, 0, 0, 0, "", AT(login.return_name)},
    {"Login.SignOutUrl", KIND_TEXT, 0, 0, 0, "", AT(login.sign_out_url)},
    {"Login.Create", KIND_INT, 0, 0, 1, "0", AT(login.create)},
    {"Login.CreateLevel", KIND_TEXT, 0, 0, 0, "", AT(login.create_level)},
    {"Account.PerPage", KIND_INT, 0, 1, 100, "3", AT(accounts_per_page)},
    {"Payment.Smallest", KIND_MONEY, 0, 0, 0, "1.00", AT(smallest_cents)},
    {"Payment.Largest", KIND_MONEY, 0, 0, 0, "100000.00", AT(largest_cents)},
    {"Payment.LeaseSeconds", KIND_INT, 0, 2, 600, "20", AT(lease_s)},
    {"Cards.ReadDays", KIND_INT, 0, 0, 365, "7", AT(card_read_days)},
    {"Payment.ReviewSeconds", KIND_INT, 0, 60, 86400, "3600", AT(review_s)},
    {"Payment.Terms", KIND_TEXT, 0, 0, 0, "", NOWHERE},
    {"Payment.Cards", KIND_INT, 0, 0, 1, "1", AT(cards)},
    {"Credit.FromPayments", KIND_INT, 0, 0, 1, "1", AT(credit)},
    {"Credit.AtImport", KIND_INT, 0, 0, 1, "0", AT(credit_at_import)},
    {"Payment.Banks", KIND_INT, 0, 0, 1, "1", AT(banks)},
    {"Payment.Brands", KIND_BRANDS, 0, 0, 0, "Amex, Discover, Mastercard, Visa", AT(brands)},
    {"Payment.CardTerms", KIND_TEXT, 0, 0, 0, "", AT(card_terms)},
    {"Payment.BankAuthorization", KIND_TEXT, 0, 0, 0, "", AT(bank_authorization)},
    {"Payment.BankSaving", KIND_TEXT, 0, 0, 0, "", AT(bank_saving)},
    {"Payment.AutopayAuthorization", KIND_TEXT, 0, 0, 0, "", AT(autopay_authorization)},
    {"Check.PayTo", KIND_TEXT, 0, 0, 0, "", AT(check.pay_to)},
    {"Check.Address.0", KIND_TEXT, 0, 0, 0, "", AT(check.address[0])},
    {"Check.Address.1", KIND_TEXT, 0, 0, 0, "", AT(check.address[1])},
    {"Check.Address.2", KIND_TEXT, 0, 0, 0, "", AT(check.address[2])},
    {"Check.Address.3", KIND_TEXT, 0, 0, 0, "", AT(check.address[3])},
    {"Check.Address.4", KIND_TEXT, 0, 0, 0, "", AT(check.address[4])},
    {"Check.Address.5", KIND_TEXT, 0, 0, 0, "", AT(check.address[5])},
    {"Check.Notice", KIND_TEXT, 0, 0, 0,
     WORDS("Please allow up to 5 business days for payments to be reflected in your account."),
     AT(check.notice)},
    {"Wire.BankName", KIND_TEXT, 0, 0, 0, "", AT(wire.bank_name)},
    {"Wire.AccountName", KIND_TEXT, 0, 0, 0, "", AT(wire.account_name)},
    {"Wire.AccountNumber", KIND_TEXT, 0, 0, 0, "", AT(wire.account_number)},
    {"Wire.RoutingNumber", KIND_TEXT, 0, 0, 0, "", AT(wire.routing_number)},
    {"Wire.Swift", KIND_TEXT, 0, 0, 0, "", AT(wire.swift)},
    {"Documents.Logo", KIND_TEXT, 0, 0, 0, "", AT(documents.logo)},
    {"Documents.Address.0", KIND_TEXT, 0, 0, 0, "", AT(documents.address[0])},
    {"Documents.Address.1", KIND_TEXT, 0, 0, 0, "", AT(documents.address[1])},
    {"Documents.Address.2", KIND_TEXT, 0, 0, 0, "", AT(documents.address[2])},
    {"Documents.Address.3", KIND_TEXT, 0, 0, 0, "", AT(documents.address[3])},
    {"Documents.Address.4", KIND_TEXT, 0, 0, 0, "", AT(documents.address[4])},
    {"Documents.Address.5", KIND_TEXT, 0, 0, 0, "", AT(documents.address[5])},
    {"Fee.PaperInvoice", KIND_MONEY, MAY_BE_NOTHING, 0, 0, "0.00", AT(paper_fee_cents)},
    {"Help.*", KIND_ANY, 0, 0, 0, "", NOWHERE},
    {"Limit.UserPayments", KIND_INT, 0, 1, LIMIT_MAX, "30", AT(limits.user)},
    {"Limit.AccountPayments", KIND_INT, 0, 1, LIMIT_MAX, "60", AT(limits.account)},
    {"Limit.AddressPayments", KIND_INT, 0, 1, LIMIT_MAX, "60", AT(limits.address)},
    {"Limit.MethodPayments", KIND_INT, 0, 1, LIMIT_MAX, "20", AT(limits.method)},
    {"Limit.Reviews", KIND_INT, 0, 1, LIMIT_MAX, "300", AT(limits.reviews)},
    {"Limit.ResetMails", KIND_INT, 0, 1, LIMIT_MAX, "5", AT(reset_mails)},
    {"Limit.DeclinePercent", KIND_INT, 0, 1, 100, "60", AT(limits.decline_percent)},
    {"Limit.DeclineMinimum", KIND_INT, 0, 1, LIMIT_MAX, "50", AT(limits.decline_minimum)},
    {"Fee.Return", KIND_MONEY, MAY_BE_NOTHING, 0, 0, "0.00", AT(return_fee_cents)},
    {"Autopay.CatchUpDays", KIND_INT, 0, 0, 60, "5", AT(autopay.catch_up_days)},
    {"Autopay.RetryDays", KIND_TEXT, 0, 0, 0, "3, 7, 14", AT(autopay.retry_days)},
    {"Autopay.BankRetryDays", KIND_TEXT, 0, 0, 0, "5, 12", AT(autopay.bank_retry_days)},
    {"Autopay.CardTries", KIND_INT, 0, 1, 100, "10", AT(autopay.card_tries)},
    {"Autopay.BatchClaims", KIND_INT, 0, 1, 50, "20", AT(autopay.batch)},
    {"Autopay.InFlight", KIND_INT, 0, 1, 512, "64", AT(autopay.in_flight)},
    {"Autopay.RunSeconds", KIND_INT, 0, 1, 86400, "300", AT(autopay.run_s)},
    {"Autopay.NoticeDays", KIND_INT, 0, 0, 30, "3", AT(autopay.notice_days)},
    {"Autopay.BankNoticeDays", KIND_INT, 0, 0, 30, "10", AT(autopay.bank_notice_days)},
    {"Settle.RunSeconds", KIND_INT, 0, 1, 3600, "15", AT(settle.run_s)},
    {"Settle.ReportHours", KIND_INT, 0, 1, 168, "24", AT(settle.report_hours)},
    {"Mail.From", KIND_TEXT, 0, 0, 0, "", AT(mail.from)},
    {"Mail.Provider", KIND_TEXT, 0, 0, 0, "", AT(mail.provider)},
    {"Mail.FromName", KIND_TEXT, 0, 0, 0, "", AT(mail.from_name)},
    {"Mail.Host", KIND_TEXT, 0, 0, 0, "", AT(mail.host)},
    {"Mail.Tls", KIND_TEXT, 0, 0, 0, "required", AT(mail.tls_name)},
    {"Mail.User", KIND_TEXT, 0, 0, 0, "", AT(mail.user)},
    {"Mail.CaFile", KIND_TEXT, 0, 0, 0, "", AT(mail.ca_file)},
    {"Mail.Folder", KIND_TEXT, 0, 0, 0, "", AT(mail.folder)},
    {"Mail.TimeoutMs", KIND_INT, 0, 500, 600000, "60000", AT(mail.timeout_ms)},
    {"Mail.LeaseSeconds", KIND_INT, 0, 2, 3600, "300", AT(mail.lease_s)},
    {"Mail.PollMs", KIND_INT, 0, 100, 60000, "5000", AT(mail.poll_ms)},
    {"Mail.GiveUpDays", KIND_INT, 0, 1, 30, "3", AT(mail.give_up_days)},
    {"Mail.IssuedDays", KIND_INT, 0, 0, 365, "7", AT(mail.issued_days)},
    {"Mail.DueSoonDays", KIND_INT, 0, 0, REMIND_SOON_MAX, "3", AT(mail.due_soon_days)},
    {"Mail.OverdueDays", KIND_TEXT, 0, 0, 0, "1, 8, 15", AT(mail.overdue_days)},
    {"Retention.ReviewDays", KIND_INT, 0, 2, 3650, "30", AT(retention.review_days)},
    {"Retention.SessionDays", KIND_INT, 0, 0, 3650, "7", AT(retention.session_days)},
    {"Retention.LinkDays", KIND_INT, 0, 1, 3650, "30", AT(retention.link_days)},
    {"Retention.CounterDays", KIND_INT, 0, 2, 3650, "7", AT(retention.counter_days)},
    {"Retention.MailDays", KIND_INT, 0, 90, 3650, "400", AT(retention.mail_days)},
    {"Retention.ImportDays", KIND_INT, 0, 1, 3650, "400", AT(retention.import_days)},
    {"Retention.WebhookDays", KIND_INT, 0, 1, 3650, "90", AT(retention.webhook_days)},
    {"Worker.Requests", KIND_INT, 0, 1, 1000000, "10000", AT(worker_requests)},
};

struct reading {
    struct settings *settings;
    struct arena *arena;
    settings_wrong wrong;
    void *context;
    bool failed;
};

static void reading_wrong(struct reading *reading, const char *name, const char *sentence) {
    reading->failed = true;
    reading->wrong(name, sentence, reading->context);
}

static bool is_subtree(const char *name) {
    size_t length = strlen(name);

    return length > 2 && text_equal(name + length - 2, ".*");
}

static bool origin_is_valid(const char *text) {
    const char *host = strstr(text, "://");

    return host && (text_starts_with(text, "https://") || text_starts_with(text, "http://")) &&
           host[3] && !strpbrk(host + 3, "/?# ");
}

/* "" or "/billing": segments of URL-safe characters, no slash at the end. */
static bool path_is_valid(const char *text) {
    for (const char *at = text; *at; at++)
        if (*at == '/' ? (at[1] == '/' || !at[1]) : !text_is_url_safe(*at))
            return false;
    return *text == '\0' || *text == '/';
}

static bool folder_is_valid(const char *path) {
    struct stat info;

    return *path == '/' && stat(path, &info) == 0 && S_ISDIR(info.st_mode) &&
           access(path, R_OK | X_OK) == 0;
}

static bool brand_is_known(const char *name, size_t length) {
    for (size_t at = 0; at < sizeof brands / sizeof *brands; at++)
        if (strlen(brands[at]) == length && strncmp(brands[at], name, length) == 0)
            return true;
    return false;
}

/* "Visa, Mastercard": known names, at least one, each followed by ", " or the end: the pages take
 * the list as it stands. */
static bool brands_are_valid(const char *text) {
    for (;;) {
        size_t length = strcspn(text, ",");

        if (!brand_is_known(text, length))
            return false;
        text += length;
        if (!*text)
            return true;
        if (!text_starts_with(text, ", "))
            return false;
        text += strlen(", ");
    }
}

static void setting_text(struct reading *reading, const struct setting *setting, const char *text) {
    if (setting->kind == KIND_ORIGIN && !origin_is_valid(text))
        reading_wrong(reading, setting->name,
                      "must be a scheme and host without a path, as in https://shop.example");
    else if (setting->kind == KIND_PATH && !path_is_valid(text))
        reading_wrong(reading, setting->name, "must be a path as in /billing");
    else if (setting->kind == KIND_SCRIPT && *text && !gateway_url_is_valid(text))
        reading_wrong(reading, setting->name,
                      "must be an address as in https://secure.nmi.com/token/Collect.js");
    else if (setting->kind == KIND_BRANDS && !brands_are_valid(text) &&
             (*text || !text_equal(values_text(reading->settings->values, "Payment.Cards"), "0")))
        reading_wrong(reading, setting->name,
                      "must be names of Amex, Diners, Discover, JCB, Mastercard and Visa, with a"
                      " comma and a space between them");
    else if (setting->kind == KIND_FOLDER && !folder_is_valid(text))
        reading_wrong(reading, setting->name, "must be the whole path of a readable folder");
    if (setting->at != NOWHERE)
        *(const char **)((char *)reading->settings + setting->at) = text;
}

static void setting_number(struct reading *reading, const struct setting *setting,
                           const char *text) {
    int64_t number = 0;

    if (setting->kind == KIND_MONEY) {
        bool is_nothing = setting->flags & MAY_BE_NOTHING &&
                          money_from_plain(text, &number) == RESULT_OK && number == 0;

        if (!is_nothing && money_parse(text, &number) != MONEY_OK)
            reading_wrong(reading, setting->name, "must be an amount as in 25.00");
    } else if (!text_to_int(text, &number) || number < setting->min || number > setting->max) {
        reading_wrong(reading, setting->name,
                      arena_format(reading->arena, "must be a whole number from %lld to %lld",
                                   (long long)setting->min, (long long)setting->max));
    }
    if (setting->at != NOWHERE)
        *(int64_t *)((char *)reading->settings + setting->at) = number;
}

static void setting_read(struct reading *reading, const struct setting *setting) {
    struct values *values = reading->settings->values;
    bool has_fields = settings_has_program(reading->settings, "pay") ||
                      settings_has_program(reading->settings, "methods");
    bool has_gateway = has_fields || settings_has_program(reading->settings, "drafter") ||
                       settings_has_program(reading->settings, "settler");
    bool has_cards = has_fields && !text_equal(values_text(values, "Payment.Cards"), "0");
    bool wanted = setting->flags & REQUIRED ||
                  (setting->flags & WANTED_BY_GATEWAY && has_gateway) ||
                  (setting->flags & WANTED_BY_CARDS && has_cards);
    const char *name = setting->name;

    if (is_subtree(name)) {
        const char *above = arena_copy(reading->arena, name, strlen(name) - 2);

        if (setting->flags & REQUIRED && !values_first(values, above))
            reading_wrong(reading, name, "is missing");
        return;
    }
    const char *text = values_text_or(values, name, setting->fallback);
    if (wanted && (!text || !*text)) {
        reading_wrong(reading, name, "is missing");
        return;
    }
    if (setting->kind == KIND_INT || setting->kind == KIND_MONEY)
        setting_number(reading, setting, text ? text : "");
    else
        setting_text(reading, setting, text);
}

static void unknown_find(const char *path, const char *text, void *context) {
    struct reading *reading = context;

    /* The database takes nothing else, and what customers agree to is kept there. */
    if (!text_is_utf8(text, strlen(text)))
        reading_wrong(reading, path, "must be text in UTF-8");
    for (size_t at = 0; at < sizeof table / sizeof *table; at++) {
        const char *name = table[at].name;

        if (text_equal(name, path) ||
            (is_subtree(name) && strncmp(path, name, strlen(name) - 1) == 0))
            return;
    }
    reading_wrong(reading, path, "is not a setting");
}

static void lists_read(struct reading *reading) {
    struct settings *settings = reading->settings;

    for (struct values *host = values_first(settings->values, "Database.Hosts"); host;
         host = values_next(host)) {
        if (settings->database.host_count == DB_HOSTS_MAX) {
            reading_wrong(reading, "Database.Hosts", "has too many hosts");
            break;
        }
        settings->database.hosts[settings->database.host_count++] = values_own_text(host);
    }
    for (struct values *folder = values_first(settings->values, "Templates.Folders"); folder;
         folder = values_next(folder)) {
        /* A folder that cannot be searched stops ClearSilver's search with an error. */
        if (settings->folder_count == SETTINGS_FOLDERS_MAX ||
            !folder_is_valid(values_own_text(folder))) {
            reading_wrong(reading, "Templates.Folders",
                          "must be whole paths of readable folders, four at the most");
            break;
        }
        settings->folders[settings->folder_count++] = values_own_text(folder);
    }
}

static long values_int(struct values *values, const char *name, long fallback) {
    int64_t number;

    return text_to_int(values_text(values, name), &number) ? (long)number : fallback;
}

/* The numbers that other layers want in their own types, and what one setting says of another. */
static void settings_finish(struct reading *reading) {
    struct settings *settings = reading->settings;
    struct values *values = settings->values;

    settings->database.connect_timeout_s = 2;
    settings->database.io_timeout_s = 10;
    settings->database.clustered = values_int(values, "Database.Clustered", 0);
    settings->database.user = arena_format(reading->arena, "remit_%s", settings->program);
    settings->gateway.connect_timeout_ms = (unsigned)values_int(values, "Gateway.ConnectTimeoutMs",
                                                                10000);
    settings->gateway.timeout_ms = (unsigned)values_int(values, "Gateway.TimeoutMs", 60000);
    settings->gateway.duplicate_seconds = (unsigned)values_int(values, "Gateway.DuplicateSeconds",
                                                               0);
    if (settings->script_url && !*settings->script_url && settings->gateway.api_url)
        settings->script_url = arena_format(reading->arena, "%s/token/Collect.js",
                                            settings->gateway.api_url);
    if (settings->zone && *settings->zone && !date_set_zone(settings->zone))
        reading_wrong(reading, "Site.Zone", "is not a time zone this system knows");
    if (settings->smallest_cents > settings->largest_cents)
        reading_wrong(reading, "Payment.Smallest", "is above Payment.Largest");
}

/* settings_wrong for a reading. */
static void finish_wrong(const char *name, const char *sentence, void *context) {
    reading_wrong(context, name, sentence);
}

/* Missing, it is missed only by those who make or send links with it. */
static void link_secret_read(struct reading *reading, const char *program, const char *file,
                             const char *text) {
    struct settings *settings = reading->settings;
    bool is_wanted = text_equal(program, "login") ||
                     (text_equal(program, "mailer") && settings_has_program(settings, "login"));

    settings->has_link_secret = text_from_hex(text, settings->link_secret, SECRET_KEY_BYTES);
    if (!settings->has_link_secret && (*text || is_wanted))
        reading_wrong(reading, file, "Secret.LinkKey must be 64 hexadecimal digits");
}

static void secrets_read(struct reading *reading, const char *program) {
    struct settings *settings = reading->settings;
    const char *folder = values_text(settings->values, "Secrets.Folder");
    const char *file = arena_format(reading->arena, "%s/%s.hdf", folder, program);
    struct values *secrets = values_in(reading->arena);
    const char *reason = "";
    struct stat info;

    if (*folder != '/')
        return;
    if (stat(file, &info) != 0 ||
        values_load(secrets, file, reading->arena, &reason) != RESULT_OK) {
        reading_wrong(reading, file, "cannot be read");
        return;
    }
    if (info.st_mode & (S_IRWXG | S_IRWXO))
        reading_wrong(reading, file, "can be read by others: chmod 600");
    settings->database.password = values_text(secrets, "Secret.DatabasePassword");
    settings->gateway.key = values_text(secrets, "Secret.GatewayKey");
    settings->webhook_key = values_text(secrets, "Secret.WebhookKey");
    settings->webhook_key_old = values_text(secrets, "Secret.WebhookKeyOld");
    settings->mail.password = values_text(secrets, "Secret.MailPassword");
    settings->admin_user = values_text(secrets, "Secret.AdminUser");
    settings->admin_password = values_text(secrets, "Secret.AdminPassword");
    if (!text_from_hex(values_text(secrets, "Secret.FormKey"), settings->form_secret,
                       SECRET_KEY_BYTES))
        reading_wrong(reading, file, "Secret.FormKey must be 64 hexadecimal digits");
    link_secret_read(reading, program, file, values_text(secrets, "Secret.LinkKey"));
}

enum result settings_load(struct settings *out_settings, const char *file, const char *program,
                          struct arena *arena, settings_wrong wrong, void *context) {
    struct settings settings = {.values = values_in(arena),
                                .program = program,
                                .mail.password = "",
                                .webhook_key = "",
                                .webhook_key_old = ""};
    struct reading reading = {&settings, arena, wrong, context, false};
    const char *reason = "cannot be read";

    if (*file != '/' || values_load(settings.values, file, arena, &reason) != RESULT_OK) {
        wrong(file, *file != '/' ? "must be a whole path" : reason, context);
        return RESULT_INVALID;
    }
    settings.programs = values_child(settings.values, "Programs");
    for (size_t at = 0; at < sizeof table / sizeof *table; at++)
        setting_read(&reading, &table[at]);
    values_walk(settings.values, unknown_find, &reading);
    lists_read(&reading);
    settings_finish(&reading);
    settings_offer_finish(&settings, arena, finish_wrong, &reading);
    settings_autopay_finish(&settings, finish_wrong, &reading);
    settings_login_finish(&settings, finish_wrong, &reading);
    settings_remind_finish(&settings, finish_wrong, &reading);
    settings_words_finish(&settings, arena, finish_wrong, &reading);
    if (*program)
        secrets_read(&reading, program);
    if (text_equal(program, "documents"))
        settings_documents_finish(&settings, arena, finish_wrong, &reading);
    if (text_equal(program, "mailer"))
        settings_mail_finish(&settings, arena, finish_wrong, &reading);
    *out_settings = settings;
    return reading.failed ? RESULT_INVALID : RESULT_OK;
}

bool settings_has_program(const struct settings *settings, const char *name) {
    return text_equal(values_text(settings->programs, name), "1");
}

void settings_close(struct settings *settings) {
    secret_wipe(settings->form_secret, sizeof settings->form_secret);
    secret_wipe(settings->link_secret, sizeof settings->link_secret);
}
