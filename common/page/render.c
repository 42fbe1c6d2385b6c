/* render.c - renders a parsed template. The commands that make up nearly all of a page (text, var,
 * if, each, call) are carried out here, straight into the page: ClearSilver allocates, copies and
 * frees several times for each value. Everything else, and every expression that is more than a
 * name, is left to it, so that a template means the same either way; render_test.c compares them.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/page/hdf.h"

enum { ARGUMENTS_MAX = 16 };

/* Nodes bear the number of their command, and which that is stands in no header. */
NEOERR *commands_learn(struct commands *out_commands) {
    static const char sample[] = "text<?cs var:A ?><?cs if:A ?>A<?cs /if ?><?cs each:a = A ?>A<?cs"
                                 " /each ?><?cs def:m(a) ?>A<?cs /def ?><?cs call:m(A) ?>";
    CSPARSE *parse = NULL;
    HDF *hdf = NULL;
    NEOERR *error = hdf_init(&hdf);

    if (error == STATUS_OK)
        error = cs_init(&parse, hdf);
    if (error == STATUS_OK) {
        char *copy = strdup(sample);

        assert(copy);
        error = cs_parse_string(parse, copy, strlen(copy));
    }
    if (error == STATUS_OK) {
        int text = parse->tree->next->cmd, seen[5] = {0}, count = 0;

        /* Texts, empty ones too, stand between the commands. */
        for (const CSTREE *node = parse->tree->next; node; node = node->next)
            if (node->cmd != text) {
                assert(count < 5);
                seen[count++] = node->cmd;
            }
        assert(count == 5);
        *out_commands = (struct commands){text, seen[0], seen[1], seen[2], seen[4]};
    }
    cs_destroy(&parse);
    hdf_destroy(&hdf);
    return nerr_pass(error);
}

void tree_measure(const struct commands *commands, CSTREE *node) {
    for (; node; node = node->next) {
        if (node->cmd == commands->text && node->arg1.s)
            node->arg1.n = (long)strlen(node->arg1.s);
        tree_measure(commands, node->case_0);
        tree_measure(commands, node->case_1);
    }
}

struct rendering {
    const struct commands *commands;
    CSPARSE *parse;
    struct buffer *out;
};

static NEOERR *nodes_render(struct rendering *rendering, const CSTREE *node);

static NEOERR *text_take(void *context, char *text) {
    buffer_text(context, text);
    return STATUS_OK;
}

/* By ClearSilver: a tree of this node alone. */
static NEOERR *node_ask(CSPARSE *parse, const CSTREE *node, CSOUTFUNC take, void *context) {
    CSTREE *whole = parse->tree, alone = *node;

    alone.next = NULL;
    parse->tree = &alone;
    NEOERR *error = cs_render(parse, context, take);
    parse->tree = whole;
    return nerr_pass(error);
}

static bool is_name(const CSARG *argument) {
    return argument->op_type == CS_TYPE_VAR && !argument->alloc;
}

/* ---- names ---- */

/* The innermost local whose name is the first part of this one; *out_rest: what follows, or NULL.
 */
static const CS_LOCAL_MAP *local_find(const CSPARSE *parse, const char *name,
                                      const char **out_rest) {
    for (const CS_LOCAL_MAP *local = parse->locals; local; local = local->next) {
        const char *rest = name_skip(local->name, name);

        if (rest) {
            *out_rest = *rest ? rest + 1 : NULL;
            return local;
        }
    }
    *out_rest = NULL;
    return NULL;
}

/* What a name stands for that is no local text or number: a node, or NULL. */
static HDF *node_find(const CSPARSE *parse, const CS_LOCAL_MAP *local, const char *rest,
                      const char *name) {
    if (local)
        return rest ? hdf_find(local->h, rest) : local->h;
    HDF *node = hdf_find(parse->hdf, name);

    return node || !parse->global_hdf ? node : hdf_find(parse->global_hdf, name);
}

/* Its text, or NULL. false: a number of a loop; ClearSilver writes it out. */
static bool text_find(const CSPARSE *parse, const char *name, const char **out_text) {
    const char *rest;
    const CS_LOCAL_MAP *local = local_find(parse, name, &rest);

    if (local && local->type == CS_TYPE_STRING) {
        *out_text = local->s;
        return true;
    }
    if (local && local->type != CS_TYPE_VAR)
        return false;
    HDF *node = node_find(parse, local, rest, name);
    *out_text = node ? hdf_obj_value(node) : NULL;
    /* One of the page's that has children and no text may have one among those of the site. */
    if (!*out_text && !local && parse->global_hdf)
        *out_text = hdf_get_value(parse->global_hdf, name, NULL);
    return true;
}

/* ---- commands ---- */

static const bool is_special[256] = {['\0'] = true, ['&'] = true,  ['<'] = true, ['>'] = true,
                                     ['"'] = true,  ['\''] = true, ['\r'] = true};

static void escaped_add(struct buffer *out, const char *text) {
    for (;;) {
        const char *start = text;

        while (!is_special[(unsigned char)*text])
            text++;
        buffer_add(out, start, (size_t)(text - start));
        switch (*text++) {
        case '\0':
            return;
        case '&':
            buffer_text(out, "&amp;");
            break;
        case '<':
            buffer_text(out, "&lt;");
            break;
        case '>':
            buffer_text(out, "&gt;");
            break;
        case '"':
            buffer_text(out, "&quot;");
            break;
        case '\'':
            buffer_text(out, "&#39;");
            break;
        default: /* a carriage return is left out */
            break;
        }
    }
}

/* In a macro what holds is how values are escaped where it is called. */
static bool var_render(struct rendering *rendering, const CSTREE *node) {
    NEOS_ESCAPE escape = node->escape == NEOS_ESCAPE_UNDEF ? rendering->parse->escaping.when_undef
                                                           : node->escape;
    const char *text;

    if (!is_name(&node->arg1) || (escape != NEOS_ESCAPE_HTML && escape != NEOS_ESCAPE_NONE) ||
        !text_find(rendering->parse, node->arg1.s, &text))
        return false;
    if (text && escape == NEOS_ESCAPE_HTML)
        escaped_add(rendering->out, text);
    else if (text)
        buffer_text(rendering->out, text);
    return true;
}

/* A number is what it is, and any other text is true. */
static bool is_true(const char *text) {
    char *end;

    if (!text || !*text)
        return false;
    long number = strtol(text, &end, 0);
    return *end || number != 0;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): ClearSilver's type. */
static NEOERR *answer_take(void *context, char *text) {
    (void)text;
    *(bool *)context = true;
    return STATUS_OK;
}

/* A condition that is more than a name is ClearSilver's to find out. */
static NEOERR *condition_ask(struct rendering *rendering, const CSTREE *node, bool *out_holds) {
    CSTREE question = *node, yes = {.cmd = rendering->commands->text, .arg1.s = (char[]){"1"}};

    *out_holds = false;
    question.case_0 = &yes;
    question.case_1 = NULL;
    return nerr_pass(node_ask(rendering->parse, &question, answer_take, out_holds));
}

static NEOERR *branch_render(struct rendering *rendering, const CSTREE *node) {
    NEOERR *error = STATUS_OK;
    const char *text;
    bool holds;

    if (is_name(&node->arg1) && text_find(rendering->parse, node->arg1.s, &text))
        holds = is_true(text);
    else
        error = condition_ask(rendering, node, &holds);
    if (error != STATUS_OK)
        return nerr_pass(error);
    return nerr_pass(nodes_render(rendering, holds ? node->case_0 : node->case_1));
}

static bool each_render(struct rendering *rendering, const CSTREE *node, NEOERR **out_error) {
    CSPARSE *parse = rendering->parse;
    CS_LOCAL_MAP item = {.type = CS_TYPE_VAR, .name = node->arg1.s, .first = 1};
    const CS_LOCAL_MAP *local;
    const char *rest;

    if (!is_name(&node->arg2))
        return false;
    local = local_find(parse, node->arg2.s, &rest);
    if (local && local->type != CS_TYPE_VAR)
        return false;
    HDF *list = node_find(parse, local, rest, node->arg2.s);
    item.next = parse->locals;
    parse->locals = &item;
    for (HDF *each = hdf_obj_child(list); each && *out_error == STATUS_OK;
         each = hdf_obj_next(each)) {
        item.h = each;
        *out_error = nodes_render(rendering, node->case_0);
        item.first = 0;
    }
    parse->locals = item.next;
    return true;
}

/* An argument that is a name or a quoted text becomes a local of the macro. */
static bool argument_bind(const CSPARSE *parse, const CSARG *argument, CS_LOCAL_MAP *map) {
    const char *rest;

    if (argument->op_type == CS_TYPE_STRING && !argument->alloc) {
        map->type = CS_TYPE_STRING;
        map->s = argument->s;
        return true;
    }
    if (!is_name(argument))
        return false;
    const CS_LOCAL_MAP *local = local_find(parse, argument->s, &rest);
    if (local && local->type != CS_TYPE_VAR && local->type != CS_TYPE_STRING)
        return false;
    bool is_text = local && local->type == CS_TYPE_STRING;
    map->type = is_text ? CS_TYPE_STRING : CS_TYPE_VAR;
    map->s = is_text ? local->s : argument->s;
    map->h = is_text ? NULL : node_find(parse, local, rest, argument->s);
    return true;
}

static bool call_render(struct rendering *rendering, const CSTREE *node, NEOERR **out_error) {
    CSPARSE *parse = rendering->parse;
    const CS_MACRO *macro = node->arg1.macro;
    CS_LOCAL_MAP maps[ARGUMENTS_MAX] = {0}, *outside = parse->locals;
    const CSARG *name = macro->args, *given = node->vargs;

    if (macro->n_args > ARGUMENTS_MAX)
        return false;
    for (int at = 0; at < macro->n_args; at++, name = name->next, given = given->next) {
        if (!argument_bind(parse, given, &maps[at]))
            return false;
        maps[at].name = name->s;
        maps[at].next = at + 1 < macro->n_args ? &maps[at + 1] : outside;
    }
    if (node->escape != NEOS_ESCAPE_UNDEF)
        parse->escaping.when_undef = node->escape;
    if (macro->n_args)
        parse->locals = maps;
    *out_error = nodes_render(rendering, macro->tree->case_0);
    parse->locals = outside;
    /* A set: in a macro gives an argument a text of its own. */
    for (int at = 0; at < macro->n_args; at++)
        if (maps[at].map_alloc)
            free(maps[at].s);
    return true;
}

static NEOERR *node_render(struct rendering *rendering, const CSTREE *node) {
    const struct commands *commands = rendering->commands;
    NEOERR *error = STATUS_OK;

    if (node->cmd == commands->text) {
        buffer_add(rendering->out, node->arg1.s, (size_t)node->arg1.n);
        return STATUS_OK;
    }
    if (node->cmd == commands->branch)
        return nerr_pass(branch_render(rendering, node));
    if ((node->cmd == commands->var && var_render(rendering, node)) ||
        (node->cmd == commands->each && each_render(rendering, node, &error)) ||
        (node->cmd == commands->call && call_render(rendering, node, &error)))
        return nerr_pass(error);
    return nerr_pass(node_ask(rendering->parse, node, text_take, rendering->out));
}

static NEOERR *nodes_render(struct rendering *rendering, const CSTREE *node) {
    NEOERR *error = STATUS_OK;

    for (; node && error == STATUS_OK; node = node->next)
        error = node_render(rendering, node);
    return nerr_pass(error);
}

NEOERR *tree_render(const struct commands *commands, CSPARSE *parse, struct buffer *out) {
    struct rendering rendering = {commands, parse, out};

    return nerr_pass(nodes_render(&rendering, parse->tree));
}
