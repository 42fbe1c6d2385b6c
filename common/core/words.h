/*
 * words.h - what people read, in their language.
 *
 * English stands in the code and the templates, where it is used, and is the key to every other
 * language: a file words/<code>.po (GNU gettext's format, as of 0.21) has what each text is called
 * there. A text that a language lacks is shown in English. Which language is spoken belongs to the
 * process, as its time zone does: programs answer one request at a time, and say whose it is first.
 *
 * It knows no plural forms: one and many are two texts. Logs, settings and the command line of the
 * provider are English alone.
 */
#ifndef REMIT_CORE_WORDS_H
#define REMIT_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/core/arena.h"

enum { LANGUAGES_MAX = 8, LANGUAGE_CODE_SIZE = 9 };

/* Text that is translated where it is shown, by say(): for tables of constants. */
#define WORDS(text) (text)
#define WORDS_IN(context, text) (text)

/* text in the language spoken; itself, where that has no other. Of a format the conversions are the
 * same ones (language_read() looks), perhaps in another order ("%2$s"). */
const char *say(const char *text) __attribute__((format_arg(1)));

/* The same for a word that is another one elsewhere: "Open" of an invoice ("invoice"). */
const char *say_in(const char *context, const char *text) __attribute__((format_arg(2)));

struct language;

/* code: "es", "pt-BR": letters, digits and '-', below LANGUAGE_CODE_SIZE. Kept by arena. */
struct language *language_new(struct arena *arena, const char *code);
const char *language_code(const struct language *language);
/* As it calls itself ("Español"); the code when no file told, but of English, which needs none. */
const char *language_name(const struct language *language);

/*
 * Adds what a .po file holds; text is the whole file, and is not needed any more. What was
 * read before wins, so a provider's own file comes first. An entry marked fuzzy or obsolete, or
 * without a translation, is as if it were not there.
 * false: it cannot be read, or a translation's conversions are not those of its text; *out_reason
 * says where and what (in arena).
 */
bool language_read(struct language *language, struct arena *arena, const char *text,
                   const char **out_reason);

/* What context (NULL: none) and text are called; NULL: the language does not say. */
const char *language_find(const struct language *language, const char *context, const char *text);

/* From here on say() speaks it; NULL: English as it stands in the code. */
void language_speak(const struct language *language);
const struct language *language_spoken(void);

struct languages {
    struct language *list[LANGUAGES_MAX]; /* the first is for who says nothing */
    size_t count;
};

/* The one called code, or NULL. "es-MX" is found as "es" where there is no other. */
const struct language *languages_find(const struct languages *languages, const char *code);

/* What a browser's Accept-Language asks for most (RFC 9110, 12.5.4); the first when it names none
 * of them. header: "" or whatever was sent. */
const struct language *languages_asked(const struct languages *languages, const char *header);

#endif
