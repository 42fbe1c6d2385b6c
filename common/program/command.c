#include "common/program/command.h"

#include <assert.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/money/money.h"

enum {
    ARENA_BYTES = 1024 * 1024 * 1024, /* the most a command may ever hold */
    /* A question over a whole table may take its time before its first row. */
    IO_TIMEOUT_S = 600,
    NUMBER_MAX = 32,
    ACTOR_NAME_MAX = 48,
    HELP_WIDTH = 26
};

static const char settings_default[] = "/etc/remit/remit.hdf";

static const struct command_option global_options[] = {
    {"settings", "FILE",
     "the provider's settings; else $REMIT_SETTINGS, else /etc/remit/remit.hdf"},
    {"json", NULL, "the result as JSON"},
    {"now", "INSTANT", "business time: YYYY-MM-DDTHH:MM:SSZ, or +N or -N seconds from now"},
    {"help", NULL, "what this is and takes"},
    {0},
};

/* ---- how it ends ---- */

static void print_line(const struct command *command, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void print_line(const struct command *command, const char *format, va_list arguments) {
    char *sentence = arena_format_v(command->arena, format, arguments);

    fflush(stdout);
    fprintf(stderr, "%s: %s\n", command->program->program.name, sentence);
}

enum command_exit command_usage(struct command *command, const char *format, ...) {
    const char *name = command->program->program.name;
    va_list arguments;

    va_start(arguments, format);
    print_line(command, format, arguments);
    va_end(arguments);
    if (command->verb)
        fprintf(stderr, "Try `%s %s --help`.\n", name, command->verb->words);
    else
        fprintf(stderr, "Try `%s --help`.\n", name);
    return COMMAND_USAGE;
}

enum command_exit command_refuse(struct command *command, const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    print_line(command, format, arguments);
    va_end(arguments);
    return COMMAND_REFUSED;
}

enum command_exit command_failed(struct command *command, enum result result) {
    const char *words = command->running.db ? db_error(command->running.db) : "";

    if (result == RESULT_UNAVAILABLE)
        return command_refuse(command, "The database does not answer, and nothing was changed: %s.",
                              words);
    if (result == RESULT_UNCERTAIN)
        return command_refuse(command, "The database went away while it was writing: whether the"
                                       " change was made is not known. Look before you try again.");
    return command_refuse(command, "The database refused it, and nothing was changed (%s): %s.",
                          result_name(result), *words ? words : "no more is known");
}

/* ---- what was asked ---- */

const char *command_option_at(const struct command *command, const char *name, size_t index) {
    for (size_t at = 0; at < command->given_count; at++)
        if (text_equal(command->given[at].name, name) && index-- == 0)
            return command->given[at].value;
    return NULL;
}

const char *command_option(const struct command *command, const char *name) {
    for (size_t at = command->given_count; at-- > 0;)
        if (text_equal(command->given[at].name, name))
            return command->given[at].value;
    return NULL;
}

bool command_has(const struct command *command, const char *name) {
    return command_option(command, name) != NULL;
}

const char *command_text_fault(const char *text, size_t max_characters, bool lines) {
    if (!text_is_utf8(text, strlen(text)))
        return "This is not valid UTF-8.";
    for (const char *at = text; *at; at++)
        if (((unsigned char)*at < 0x20 && !(lines && (*at == '\n' || *at == '\t'))) || *at == 0x7f)
            return "Control characters are not allowed.";
    return text_utf8_count(text) > max_characters ? "This is too long." : NULL;
}

const char *command_number_fault(const char *text) {
    if (!*text)
        return "Enter a number.";
    if (strlen(text) > NUMBER_MAX)
        return "A number has at most 32 characters.";
    /* Numbers stand in URLs, where a leading point means something else. */
    if (!text_is_alnum(*text))
        return "A number begins with a letter or a digit.";
    for (; *text; text++)
        if (!text_is_url_safe(*text))
            return "A number has letters, digits and - . _ ~ only.";
    return NULL;
}

bool command_text(struct command *command, const char *what, const char *text,
                  size_t max_characters, const char **out_text) {
    const char *fault;

    if (!text) {
        command_usage(command, "%s is missing.", what);
        return false;
    }
    fault = *text ? command_text_fault(text, max_characters, false) : "Enter a text.";
    if (fault) {
        command_usage(command, "%s: %s", what, fault);
        return false;
    }
    *out_text = text;
    return true;
}

bool command_number(struct command *command, const char *what, const char *text,
                    const char **out_number) {
    const char *fault = text ? command_number_fault(text) : NULL;

    if (!text || fault) {
        if (text)
            command_usage(command, "%s: %s", what, fault);
        else
            command_usage(command, "%s is missing.", what);
        return false;
    }
    *out_number = text;
    return true;
}

bool command_money(struct command *command, const char *what, const char *text,
                   int64_t *out_cents) {
    enum money_error error = text ? money_parse(text, out_cents) : MONEY_EMPTY;

    if (text && error == MONEY_OK)
        return true;
    if (text)
        command_usage(command, "%s: %s", what, money_error_sentence(error));
    else
        command_usage(command, "%s is missing.", what);
    return false;
}

bool command_date(struct command *command, const char *what, const char *text,
                  struct date *out_date) {
    if (text && date_parse(text, out_date))
        return true;
    if (text)
        command_usage(command, "%s: Enter a date as in 2026-11-22.", what);
    else
        command_usage(command, "%s is missing.", what);
    return false;
}

int64_t command_now(struct command *command) {
    return clock_now(command->running.clock);
}

const char *command_actor(struct command *command) {
    const struct passwd *user = getpwuid(getuid());

    return user && text_is_utf8(user->pw_name, strlen(user->pw_name))
               ? arena_format(command->arena, "operator:%.*s", ACTOR_NAME_MAX, user->pw_name)
               : arena_format(command->arena, "operator:%u", (unsigned)getuid());
}

/* ---- help ---- */

static void help_options(const struct command_option *options) {
    for (; options && options->name; options++) {
        char left[80];

        snprintf(left, sizeof left, "--%s%s%s", options->name, options->value ? " " : "",
                 options->value ? options->value : "");
        printf("  %-*s %s\n", HELP_WIDTH, left, options->help);
    }
}

static void help_verb(const struct command *command, const struct verb *verb) {
    printf("usage: %s %s%s%s%s\n\n%s\n", command->program->program.name, verb->words,
           *verb->arguments ? " " : "", verb->arguments,
           verb->options && verb->options->name ? " [OPTIONS]" : "", verb->help);
    if (verb->options && verb->options->name) {
        printf("\nOptions:\n");
        help_options(verb->options);
    }
    printf("\nOptions of every command:\n");
    help_options(global_options);
}

/* group: the first word of the verbs to list; "" for all. */
static void help_list(const struct command *command, const char *group) {
    const struct command_program *program = command->program;
    size_t length = strlen(group);

    printf("usage: %s %s%sCOMMAND [ARGUMENTS] [OPTIONS]\n\n%s\n\nCommands:\n",
           program->program.name, group, *group ? " " : "", program->about);
    for (size_t at = 0; at < program->verb_count; at++) {
        const struct verb *verb = &program->verbs[at];

        if (!length || (strncmp(verb->words, group, length) == 0 && verb->words[length] == ' '))
            printf("  %-*s %s\n", HELP_WIDTH, verb->words, verb->summary);
    }
    printf("\nOptions of every command:\n");
    help_options(global_options);
    printf("\n`%s COMMAND --help` says more. Exit status: 0 done, 1 refused or failed, 2 usage.\n",
           program->program.name);
}

/* ---- reading the command line ---- */

static const struct command_option *option_in(const struct command_option *options,
                                              const char *name, size_t length) {
    for (; options && options->name; options++)
        if (strncmp(options->name, name, length) == 0 && !options->name[length])
            return options;
    return NULL;
}

/* Of any verb: the verb may stand behind its options. */
static const struct command_option *option_find(const struct command *command, const char *name,
                                                size_t length) {
    const struct command_option *option = option_in(global_options, name, length);

    for (size_t at = 0; !option && at < command->program->verb_count; at++)
        option = option_in(command->program->verbs[at].options, name, length);
    return option;
}

/* One "--name", "--name=value" or "--name value"; *at moves over what was taken. */
static enum command_exit option_take(struct command *command, int argc, char **argv, int *at) {
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const struct command_option *option = option_find(command, name, length);
    struct command_given given = {0};

    if (!option)
        return command_usage(command, "There is no option --%.*s.", (int)length, name);
    given = (struct command_given){option->name, equals ? equals + 1 : NULL};
    if (option->value && !equals) {
        if (*at + 1 >= argc)
            return command_usage(command, "--%s needs a value: %s.", option->name, option->value);
        given.value = argv[++*at];
    } else if (!option->value) {
        if (equals)
            return command_usage(command, "--%s takes no value.", option->name);
        given.value = "";
    }
    if (command->given_count == COMMAND_OPTIONS_MAX)
        return command_usage(command, "There are too many options.");
    command->given[command->given_count++] = given;
    return COMMAND_DONE;
}

static enum command_exit line_read(struct command *command, int argc, char **argv) {
    bool options_end = false;

    for (int at = 1; at < argc; at++) {
        if (!options_end && text_equal(argv[at], "--")) {
            options_end = true;
        } else if (!options_end && text_starts_with(argv[at], "--")) {
            enum command_exit status = option_take(command, argc, argv, &at);

            if (status != COMMAND_DONE)
                return status;
        } else if (command->word_count == COMMAND_ARGUMENTS_MAX) {
            return command_usage(command, "There are too many arguments.");
        } else {
            command->words[command->word_count++] = argv[at];
        }
    }
    command->json = command_has(command, "json");
    return COMMAND_DONE;
}

/* How many of the words given are verb's; 0: it is another. */
static size_t verb_matches(const struct command *command, const struct verb *verb) {
    const char *rest = verb->words;

    for (size_t at = 0; at < command->word_count; at++) {
        size_t length = strcspn(rest, " ");

        if (strlen(command->words[at]) != length || strncmp(command->words[at], rest, length) != 0)
            return 0;
        rest += length;
        if (!*rest)
            return at + 1;
        rest++;
    }
    return 0;
}

static bool is_group(const struct command *command, const char *word) {
    size_t length = strlen(word);

    for (size_t at = 0; at < command->program->verb_count; at++)
        if (strncmp(command->program->verbs[at].words, word, length) == 0 &&
            command->program->verbs[at].words[length] == ' ')
            return true;
    return false;
}

/* *out_help: the help that was asked for has been shown. */
static enum command_exit verb_find(struct command *command, bool *out_help) {
    size_t taken = 0;

    for (size_t at = 0; at < command->program->verb_count; at++) {
        size_t matches = verb_matches(command, &command->program->verbs[at]);

        if (matches > taken) {
            taken = matches;
            command->verb = &command->program->verbs[at];
        }
    }
    *out_help = command_has(command, "help");
    if (command->verb) {
        command->arguments = command->words + taken;
        command->argument_count = command->word_count - taken;
        if (*out_help)
            help_verb(command, command->verb);
        return COMMAND_DONE;
    }
    const char *group = command->word_count ? command->words[0] : "";
    if (*out_help && (!*group || is_group(command, group))) {
        help_list(command, group);
        return COMMAND_DONE;
    }
    if (!*group)
        return command_usage(command, "Which command?");
    if (is_group(command, group) && command->word_count > 1)
        return command_usage(command, "There is no command `%s %s`.", group, command->words[1]);
    if (is_group(command, group))
        return command_usage(command, "`%s` needs one more word.", group);
    return command_usage(command, "There is no command `%s`.", group);
}

static enum command_exit verb_check(struct command *command) {
    const struct verb *verb = command->verb;

    for (size_t at = 0; at < command->given_count; at++) {
        const char *name = command->given[at].name;

        if (!option_in(global_options, name, strlen(name)) &&
            !option_in(verb->options, name, strlen(name)))
            return command_usage(command, "--%s is not an option of `%s`.", name, verb->words);
    }
    if (command->argument_count < verb->arguments_min)
        return command_usage(command, "%s is missing.", verb->arguments);
    if (command->argument_count > verb->arguments_max)
        return command_usage(command, "`%s` is one argument too many.",
                             command->arguments[verb->arguments_max]);
    return COMMAND_DONE;
}

/* ---- opening ---- */

static void setting_wrong(const char *name, const char *sentence, void *context) {
    command_refuse(context, "%s %s.", name, sentence);
}

static enum command_exit settings_open(struct command *command) {
    const char *given = command_option(command, "settings"), *env = getenv("REMIT_SETTINGS");
    const char *name = given ? given : env && *env ? env : settings_default;
    char whole[PATH_MAX];

    if (!realpath(name, whole))
        return command_refuse(command, "The settings file %s cannot be read.", name);
    command->settings_file = arena_text(command->arena, whole);
    return COMMAND_DONE;
}

static enum command_exit settings_read(struct command *command) {
    struct running *running = &command->running;
    const char *now = command_option(command, "now");

    if (settings_load(&running->settings, command->settings_file, command->program->program.name,
                      command->arena, setting_wrong, command) != RESULT_OK)
        return COMMAND_REFUSED;
    running->settings.database.io_timeout_s = IO_TIMEOUT_S;
    running->clock->file = running->settings.clock_file;
    if (now && clock_set(running->clock, now) != RESULT_OK)
        return command_usage(command, "--now: Enter an instant as in 2026-11-22T15:04:05Z, or +N or"
                                      " -N seconds.");
    return COMMAND_DONE;
}

static enum command_exit database_open(struct command *command) {
    struct running *running = &command->running;

    running->db = db_new(&running->settings.database);
    switch (db_open(running->db, running->program->statements, running->program->statement_count)) {
    case RESULT_OK:
        return COMMAND_DONE;
    case RESULT_UNAVAILABLE:
        return command_refuse(command, "The database does not answer: %s.", db_error(running->db));
    default:
        return command_refuse(command,
                              "The database cannot be used: %s. Has `%s migrate` been run?",
                              db_error(running->db), command->program->program.name);
    }
}

enum command_exit command_gateway_open(struct command *command) {
    struct running *running = &command->running;

    if (running->program->open(running) == RESULT_OK)
        return COMMAND_DONE;
    return command_refuse(command, "The gateway cannot be used: look at the settings Gateway.* and"
                                   " at Secret.GatewayKey.");
}

static enum command_exit command_open(struct command *command) {
    enum command_needs needs = command->verb->needs;
    enum command_exit status = settings_open(command);

    if (status == COMMAND_DONE && needs >= COMMAND_NEEDS_SETTINGS)
        status = settings_read(command);
    if (status == COMMAND_DONE && needs >= COMMAND_NEEDS_DATABASE)
        status = database_open(command);
    if (status == COMMAND_DONE && needs >= COMMAND_NEEDS_GATEWAY)
        status = command_gateway_open(command);
    return status;
}

static void command_close(struct command *command) {
    struct running *running = &command->running;

    if (running->gateway && running->program->close)
        running->program->close(running);
    db_free(running->db);
    settings_close(&running->settings);
    arena_free(command->arena);
}

int command_main(const struct command_program *program, int argc, char **argv) {
    static struct clock clock;
    struct command command = {.program = program, .settings_file = settings_default};
    const struct rlimit none = {0, 0};
    bool help = false;

    log_open(program->program.name);
    /* No core of ours is ever written: one would hold keys and passwords. */
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
    secret_open();
    command.arena = arena_new(ARENA_BYTES);
    command.running = (struct running){
        .program = &program->program, .arena = command.arena, .clock = &clock};
    enum command_exit status = line_read(&command, argc, argv);
    if (status == COMMAND_DONE)
        status = verb_find(&command, &help);
    if (status == COMMAND_DONE && !help)
        status = verb_check(&command);
    if (status == COMMAND_DONE && !help)
        status = command_open(&command);
    if (status == COMMAND_DONE && !help)
        status = command.verb->run(&command);
    /* A result that could not be shown (a full disk behind a redirection) is not a result. */
    if (fflush(stdout) != 0 || ferror(stdout))
        status = command_refuse(&command, "The result could not be written.");
    command_close(&command);
    return (int)status;
}
