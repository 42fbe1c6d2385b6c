/* methods_card.c - a new card without a payment, or in the place of a saved one. */
#include "common/core/text.h"
#include "common/program/card.h"
#include "modules/methods/methods.h"

enum { ID_MAX = 20, NEXT_MAX = 20 };

static const char not_offered[] =
    "Cards cannot be added here right now. Nothing was saved. Please contact your service provider"
    " for other ways to pay.";

static const char busy_text[] =
    "Your card is being saved. It is in this list as soon as that is done; open it again in a"
    " moment.";

static const struct field card_fields[] = {
    {.name = "replace", .max_length = ID_MAX},
    {.name = "next", .max_length = NEXT_MAX},
};
const struct form methods_card_form = FORM(card_fields);

static const struct field card_save_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "replace", .max_length = ID_MAX},
    {.name = "next", .max_length = NEXT_MAX},
    CARD_FIELDS,
};
const struct form methods_card_save_form = FORM(card_save_fields);

/* What the form is about. */
struct adding {
    struct method replaced; /* id 0: none */
    const char *purpose;    /* of its key */
    const char *next;       /* "" or "/pay": where to go afterwards */
};

/* The only page that sends people here and wants them back. */
static const char *next_of(struct visit *visit) {
    bool is_pay = text_equal(form_text(&visit->form, "next"), "/pay");

    return is_pay && settings_has_program(&visit->running->settings, "pay") ? "/pay" : "";
}

/* RESULT_NOT_FOUND: what is to be replaced is no card of the visitor's. */
static enum result adding_read(struct visit *visit, struct adding *adding) {
    const char *replace = form_text(&visit->form, "replace");

    *adding = (struct adding){.purpose = "methods/card", .next = next_of(visit)};
    if (!*replace)
        return RESULT_OK;
    enum result result = method_read(visit, replace, &adding->replaced);
    if (result == RESULT_OK && !text_equal(adding->replaced.kind, "card"))
        result = RESULT_NOT_FOUND;
    adding->purpose = arena_format(visit->arena, "methods/card/%lld",
                                   (long long)adding->replaced.id);
    return result;
}

static enum result card_page(struct visit *visit, const struct adding *adding, int status,
                             bool keep_token) {
    const struct method *replaced = &adding->replaced;
    const char *title = "Add Credit Card", *cancel = "/methods";

    if (replaced->id) {
        title = arena_format(visit->arena, "Replace %s", method_text(visit->arena, replaced));
        cancel = method_path(visit, replaced->id, "");
        values_set(visit->values, "Form.Replace",
                   arena_format(visit->arena, "%lld", (long long)replaced->id));
    }
    if (*adding->next)
        cancel = adding->next;
    values_set(visit->values, "Form.Title", title);
    values_set(visit->values, "Form.Next", adding->next);
    values_set(visit->values, "Form.CancelUrl", visit_url(visit, cancel));
    values_set(visit->values, "Form.Key", visit_form_key(visit, adding->purpose));
    card_show(visit, keep_token);
    return visit_render(visit, status, "methods/card", title, "/methods");
}

enum result methods_card(struct visit *visit) {
    struct adding adding;
    bool is_full = false;
    enum result result = adding_read(visit, &adding);

    if (result == RESULT_OK && !adding.replaced.id)
        result = list_is_full(visit, &is_full);
    if (result != RESULT_OK)
        return result;
    if (!card_is_offered(visit))
        visit_banner(visit, "info", not_offered);
    /* The list says by itself that it is full. */
    if (!card_is_offered(visit) || is_full)
        return list_show(visit, 200);
    return card_page(visit, &adding, 200, true);
}

/* ---- saving ---- */

/* What was typed stays, and so does the token: it was not used. */
static enum result refuse(struct visit *visit, const struct adding *adding, int status,
                          const char *sentence) {
    visit_show_error(visit, "", sentence);
    return card_page(visit, adding, status, true);
}

static enum result saved(struct visit *visit, const struct adding *adding,
                         const struct card_save *save) {
    if (*adding->next)
        return visit_redirect(visit, adding->next);
    return visit_redirect(
        visit, method_path(visit, save->method.id, save->was_known ? "?known=1" : "?saved=1"));
}

static enum result card_save_now(struct visit *visit, const struct adding *adding) {
    struct card_save save = {
        .form_key = form_text(&visit->form, "key"),
        .is_remembered = true,
        .replaces = adding->replaced.id,
    };

    switch (card_save(visit, &save)) {
    case CARD_SAVED:
        return saved(visit, adding, &save);
    case CARD_ASK_AGAIN:
        form_fail(&visit->form, "payment_token", save.sentence);
        return card_page(visit, adding, 422, false);
    case CARD_BUSY:
        visit_banner(visit, "info", busy_text);
        return list_show(visit, 409);
    case CARD_TOO_MANY:
        return RESULT_OK;
    case CARD_UNAVAILABLE:
        break;
    }
    return RESULT_UNAVAILABLE;
}

enum result methods_card_save(struct visit *visit) {
    struct adding adding;
    enum result result = adding_read(visit, &adding);

    if (result != RESULT_OK)
        return result;
    enum form_key_state key = visit_form_key_check(visit, adding.purpose,
                                                   form_text(&visit->form, "key"));
    if (key != FORM_KEY_GOOD)
        return refuse(visit, &adding, 403, form_key_sentence(key));
    if (!card_is_offered(visit))
        return refuse(visit, &adding, 422, not_offered);
    /* Whether there is room is asked within the claim, which knows a form that was sent before. */
    card_check(visit);
    if (form_has_errors(&visit->form))
        return card_page(visit, &adding, 422, true);
    return card_save_now(visit, &adding);
}
