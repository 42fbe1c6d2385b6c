#include "common/core/password_choice.h"

#include <stdbool.h>
#include <string.h>

#include "common/core/password.h"
#include "common/core/text.h"
#include "common/core/words.h"

/* Lower case; digits and signs at the end of what is chosen are not looked at, so that
 * "Password2026!" is among them. */
static const char *const common[] = {
    "password", "passwort", "passw0rd", "p@ssword",      "p@ssw0rd",    "passcode",
    "welcome",  "letmein",  "iloveyou", "sunshine",      "princess",    "football",
    "baseball", "superman", "batman",   "dragon",        "monkey",      "shadow",
    "master",   "michael",  "jennifer", "jordan",        "charlie",     "trustno",
    "starwars", "computer", "internet", "whatever",      "changeme",    "changeit",
    "default",  "secret",   "admin",    "administrator", "root",        "test",
    "testtest", "guest",    "login",    "hello",         "hellohello",  "access",
    "summer",   "winter",   "spring",   "autumn",        "january",     "february",
    "march",    "april",    "october",  "november",      "december",    "monday",
    "friday",   "billing",  "invoice",  "payment",       "hosting",     "customer",
    "company",  "account",  "manager",  "mypassword",    "newpassword", "correcthorsebatterystaple",
};

/* Neighbours, forwards or backwards. */
static const char *const runs[] = {
    "0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",      "qwertzuiopasdfghjklyxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",    "1q2w3e4r5t6y7u8i9o0p",
};

static char lower(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Whether the first length characters of text are name, in whatever case. */
static bool begins(const char *text, const char *name, size_t length) {
    for (size_t at = 0; at < length; at++)
        if (!name[at] || lower(text[at]) != name[at])
            return false;
    return true;
}

static bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_common(const char *password) {
    size_t length = strlen(password);

    for (size_t at = 0; at < sizeof common / sizeof *common; at++) {
        size_t own = strlen(common[at]);
        size_t rest = own;

        if (length < own || !begins(password, common[at], own))
            continue;
        /* What is beyond ASCII is no sign that everybody puts there. */
        while (password[rest] > ' ' && !is_letter(password[rest]))
            rest++;
        if (!password[rest])
            return true;
    }
    return false;
}

static bool is_one_character(const char *password) {
    size_t width = text_utf8_length(password);

    if (!width)
        return false;
    for (const char *at = password; *at; at += width)
        if (strncmp(at, password, width) != 0)
            return false;
    return true;
}

/* Within one run, in either direction. */
static bool is_run(const char *password) {
    size_t length = strlen(password);

    for (size_t which = 0; which < sizeof runs / sizeof *runs; which++) {
        size_t whole = strlen(runs[which]);

        for (size_t from = 0; from + length <= whole; from++) {
            bool is_forwards = true, is_backwards = true;

            for (size_t at = 0; at < length; at++) {
                is_forwards = is_forwards && lower(password[at]) == runs[which][from + at];
                is_backwards = is_backwards &&
                               lower(password[at]) == runs[which][from + length - 1 - at];
            }
            if (is_forwards || is_backwards)
                return true;
        }
    }
    return false;
}

/* Shorter ones begin too many words. */
enum { LOCAL_MIN = 4 };

/* The e-mail, or what stands before its '@', with or without digits and signs behind. */
static bool is_email(const char *password, const char *email) {
    size_t local = strcspn(email, "@");

    if (text_equal_ignoring_case(password, email))
        return true;
    if (local < LOCAL_MIN)
        return false;
    for (size_t at = 0; at < local; at++)
        if (lower(password[at]) != lower(email[at]))
            return false;
    const char *rest = password + local;
    while (*rest > ' ' && !is_letter(*rest))
        rest++;
    return !*rest;
}

const char *password_choice_fault(const char *password, const char *email) {
    if (text_utf8_count(password) < PASSWORD_MIN)
        return say("Choose a longer password: at least 8 characters.");
    if (text_utf8_count(password) > PASSWORD_MAX)
        return say("Choose a shorter password: at most 256 characters.");
    if (is_email(password, email))
        return say("Choose a password that is not your email.");
    if (is_common(password) || is_one_character(password) || is_run(password))
        return say("Choose another password: this is one of those that are tried first.");
    return NULL;
}
