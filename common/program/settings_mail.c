#include "common/program/settings_mail.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/text.h"
#include "common/mail/address.h"

enum { HOST_MAX = 255, MS_OF_S = 1000, LEASE_MARGIN_MS = 2000 };

/* Where the host begins; NULL: neither smtp:// nor smtps://. */
static const char *host_of(const char *url) {
    if (text_starts_with(url, "smtp://"))
        return url + strlen("smtp://");
    return text_starts_with(url, "smtps://") ? url + strlen("smtps://") : NULL;
}

static bool port_is_valid(const char *text) {
    int64_t port;

    return text_to_int(text, &port) && port >= 1 && port <= 65535;
}

/* "host", "host:25", "[::1]:25": nothing a password could hide in, no path. */
static bool host_is_valid(const char *url) {
    const char *host = host_of(url), *end;

    if (!host || !*host || strlen(host) > HOST_MAX)
        return false;
    if (*host == '[') {
        end = host + 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
        if (*end != ']' || end == host + 1)
            return false;
        end++;
    } else {
        for (end = host; *end && *end != ':'; end++)
            if (!text_is_alnum(*end) && *end != '-' && *end != '.')
                return false;
    }
    return end > host && (!*end || (*end == ':' && port_is_valid(end + 1)));
}

/* A name that only begins like an address is somebody else's. */
static bool is_loopback(const char *url) {
    const char *host = host_of(url);
    size_t length = strcspn(host, ":");

    if (text_starts_with(host, "127."))
        return strspn(host, "0123456789.") == length;
    return text_starts_with(host, "[::1]") ||
           (length == strlen("localhost") && strncmp(host, "localhost", length) == 0);
}

static bool tls_parse(const char *text, enum smtp_tls *out_tls) {
    static const char *const names[] = {[SMTP_TLS_REQUIRED] = "required",
                                        [SMTP_TLS_OPPORTUNISTIC] = "opportunistic",
                                        [SMTP_TLS_NONE] = "none"};

    for (size_t at = 0; at < sizeof names / sizeof *names; at++)
        if (text_equal(names[at], text)) {
            *out_tls = (enum smtp_tls)at;
            return true;
        }
    return false;
}

static void server_check(struct settings *settings, settings_wrong wrong, void *context) {
    struct mail_settings *mail = &settings->mail;

    if (!host_is_valid(mail->host)) {
        wrong("Mail.Host", "must be a server as in smtp://mail.shop.example:587 or smtps://…:465",
              context);
        return;
    }
    bool is_encrypted = text_starts_with(mail->host, "smtps://") || mail->tls == SMTP_TLS_REQUIRED;
    if (mail->tls == SMTP_TLS_NONE && !is_encrypted && !is_loopback(mail->host))
        wrong("Mail.Tls", "may be none only for a server inside this machine", context);
    if (*mail->user && !is_encrypted && !is_loopback(mail->host))
        wrong("Mail.Tls",
              "must be required where Mail.User is given: the password would travel"
              " readable",
              context);
    if (*mail->user && !*mail->password)
        wrong("Secret.MailPassword", "is missing, and Mail.User is given", context);
    if (!*mail->user && *mail->password)
        wrong("Mail.User", "is missing, and Secret.MailPassword is given", context);
    if (*mail->ca_file && (*mail->ca_file != '/' || access(mail->ca_file, R_OK) != 0))
        wrong("Mail.CaFile", "must be the whole path of a readable file", context);
}

static bool folder_is_valid(const char *path) {
    struct stat info;

    return *path == '/' && stat(path, &info) == 0 && S_ISDIR(info.st_mode) &&
           access(path, W_OK | X_OK) == 0;
}

/* One more that is told. false: it is no address, is there already, or is one too many. */
static bool provider_add(struct mail_settings *mail, const char *address) {
    if (mail->provider_count == MAIL_PROVIDERS_MAX || !mail_address_is_valid(address))
        return false;
    for (size_t at = 0; at < mail->provider_count; at++)
        if (text_equal_ignoring_case(mail->providers[at], address))
            return false;
    mail->providers[mail->provider_count++] = address;
    return true;
}

/* false: something of it is wrong. */
static bool providers_read(struct mail_settings *mail, struct arena *arena) {
    const char *rest = mail->provider;

    mail->provider_count = 0;
    if (!*text_trim(arena, rest))
        return true;
    for (;;) {
        size_t length = strcspn(rest, ",");

        if (!provider_add(mail, text_trim(arena, arena_copy(arena, rest, length))))
            return false;
        if (!rest[length])
            return true;
        rest += length + 1;
    }
}

void settings_mail_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                          void *context) {
    struct mail_settings *mail = &settings->mail;

    if (!*mail->from_name)
        mail->from_name = settings->site_name;
    if (!mail_address_is_valid(mail->from))
        wrong("Mail.From",
              *mail->from ? "must be an e-mail address as in billing@shop.example" : "is missing",
              context);
    if (!providers_read(mail, arena))
        wrong("Mail.Provider",
              "must be e-mail addresses as in billing@shop.example, a comma between two, each once,"
              " five at most",
              context);
    if (!tls_parse(mail->tls_name, &mail->tls))
        wrong("Mail.Tls", "must be required, opportunistic or none", context);
    if (mail->lease_s * MS_OF_S < mail->timeout_ms + LEASE_MARGIN_MS)
        wrong("Mail.LeaseSeconds", "must be two seconds more than Mail.TimeoutMs at least",
              context);
    if (*mail->host && *mail->folder)
        wrong("Mail.Folder", "is given beside Mail.Host: mail goes to one of the two", context);
    else if (*mail->host)
        server_check(settings, wrong, context);
    else if (!*mail->folder)
        wrong("Mail.Host", "is missing", context);
    else if (!folder_is_valid(mail->folder))
        wrong("Mail.Folder", "must be the whole path of a folder that can be written to", context);
}

void settings_remind_finish(struct settings *settings, settings_wrong wrong, void *context) {
    struct mail_settings *mail = &settings->mail;
    const char *days = text_equal(mail->overdue_days, "none") ? "" : mail->overdue_days;

    if (retry_days_parse(days, RETRY_DAYS_MAX, &mail->overdue) != RESULT_OK)
        wrong("Mail.OverdueDays",
              "must be rising numbers of days from 1 to 60 as in 1, 8, 15, at most eight, or none",
              context);
}
