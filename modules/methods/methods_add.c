/* methods_add.c - a new card or bank account without a payment, or in the place of a saved one. */
#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/authorization.h"
#include "common/program/bank.h"
#include "common/program/card.h"
#include "common/program/method_offer.h"
#include "common/program/schedule_choice.h"
#include "modules/methods/methods.h"

enum { ID_MAX = 20, NEXT_MAX = 20 };

struct way;

/* What the form is about. */
struct adding {
    const struct way *way;
    struct method replaced; /* id 0: none */
    bool is_in_autopay;     /* something is paid automatically with replaced */
    const char *purpose;    /* of its key */
    const char *next;       /* "" or "/pay": where to go afterwards */
};

static struct method_entry card_way_entry(struct visit *visit, const struct adding *adding) {
    return card_entry(visit, adding->is_in_autopay);
}

static struct method_entry bank_way_entry(struct visit *visit, const struct adding *adding) {
    struct method_entry entry = bank_entry(visit);
    struct authorization authorization = authorization_of_saving(visit, adding->is_in_autopay);

    entry.consent_kind = "ach_authorization";
    entry.consent_source = authorization.source;
    entry.consent_text = authorization.text;
    entry.is_mailed = true;
    return entry;
}

static void card_way_check(struct visit *visit, const struct adding *adding) {
    card_check(visit, adding->is_in_autopay);
}

/* What was ticked is the text that was on the page. */
static void bank_way_check(struct visit *visit, const struct adding *adding) {
    struct form_data *form = &visit->form;
    const char *ticked = form_text(form, "authorize");

    bank_check(visit);
    if (!*ticked)
        form_fail(form, "authorize", say("Read the authorization and tick this box."));
    else if (!text_equal(ticked, authorization_of_saving(visit, adding->is_in_autopay).shown))
        form_fail(
            form, "authorize",
            say("The authorization changed while this page was open. Please read it and tick this"
                " box again."));
}

static void bank_way_show(struct visit *visit, const struct adding *adding) {
    struct authorization authorization = authorization_of_saving(visit, adding->is_in_autopay);

    bank_show(visit);
    values_set(visit->values, "Bank.Authorization", authorization.text);
    values_set(visit->values, "Bank.AuthorizationVersion", authorization.shown);
    if (visit->request.method != METHOD_POST)
        return;
    visit_show_field(visit, "authorize", "authorize", "Authorize");
    if (text_equal(form_text(&visit->form, "authorize"), authorization.shown))
        values_set(visit->values, "Fields.Authorize.Checked", "1");
}

/* What can be added, in what they differ. */
static const struct way {
    const char *kind, *path, *purpose, *title, *page;
    const char *field; /* beside which the vault's refusal is said */
    void (*check)(struct visit *visit, const struct adding *adding);
    struct method_entry (*entry)(struct visit *visit, const struct adding *adding);
    const char *not_offered, *busy;
} card_way =
    {
        .kind = "card",
        .path = "/methods/card",
        .purpose = "methods/card",
        .title = WORDS("Add Credit Card"),
        .page = "methods/card",
        .field = "payment_token",
        .check = card_way_check,
        .entry = card_way_entry,
        .not_offered = WORDS(
            "Cards cannot be added here right now. Nothing was saved. Please contact your"
            " service provider for other ways to pay."),
        .busy = WORDS(
            "Your card is being saved. It is in this list as soon as that is done; open it"
            " again in a moment."),
},
  bank_way = {
      .kind = "bank",
      .path = "/methods/bank",
      .purpose = "methods/bank",
      .title = WORDS("Add Bank Information (eCheck)"),
      .page = "methods/bank",
      .field = "routing",
      .check = bank_way_check,
      .entry = bank_way_entry,
      .not_offered = WORDS(
          "Bank accounts cannot be added here right now. Nothing was saved. Please contact"
          " your service provider for other ways to pay."),
      .busy = WORDS(
          "Your account is being saved. It is in this list as soon as that is done; open it"
          " again in a moment."),
};

static const struct field add_fields[] = {
    {.name = "replace", .max_length = ID_MAX},
    {.name = "next", .max_length = NEXT_MAX},
};
const struct form methods_add_form = FORM(add_fields);

static const struct field card_save_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "replace", .max_length = ID_MAX},
    {.name = "next", .max_length = NEXT_MAX},
    SCHEDULE_CHOICE_FIELDS,
    CARD_FIELDS,
};
const struct form methods_card_save_form = FORM(card_save_fields);

static const struct field bank_save_fields[] = {
    {.name = "key", .flags = FIELD_CARD_EXEMPT | FIELD_SECRET, .max_length = 100},
    {.name = "replace", .max_length = ID_MAX},
    {.name = "next", .max_length = NEXT_MAX},
    SCHEDULE_CHOICE_FIELDS,
    BANK_FIELDS,
    {.name = "authorize", .max_length = 16},
};
const struct form methods_bank_save_form = FORM(bank_save_fields);

/* The only page that sends people here and wants them back. */
static const char *next_of(struct visit *visit) {
    bool is_pay = text_equal(form_text(&visit->form, "next"), "/pay");

    return is_pay && settings_has_program(&visit->running->settings, "pay") ? "/pay" : "";
}

static enum result in_autopay_read(struct visit *visit, struct adding *adding) {
    int64_t id = adding->replaced.id;
    struct enrolments active;
    enum result result = autopay_standing(visit, &active);

    for (size_t at = 0; result == RESULT_OK && at < active.count; at++)
        if (active.list[at].method_id == id || active.list[at].backup_method_id == id)
            adding->is_in_autopay = true;
    return result;
}

/* RESULT_NOT_FOUND: what is to be replaced is not the visitor's, or of another kind. */
static enum result adding_read(struct visit *visit, const struct way *way, struct adding *adding) {
    const char *replace = form_text(&visit->form, "replace");

    *adding = (struct adding){.way = way, .purpose = way->purpose, .next = next_of(visit)};
    if (!*replace)
        return RESULT_OK;
    enum result result = method_read(visit, replace, &adding->replaced);
    if (result == RESULT_OK && !text_equal(adding->replaced.kind, way->kind))
        result = RESULT_NOT_FOUND;
    adding->purpose = arena_format(visit->arena, "%s/%lld", way->purpose,
                                   (long long)adding->replaced.id);
    return result == RESULT_OK ? in_autopay_read(visit, adding) : result;
}

/* "Pay your bill automatically using this payment method": for a new one, of whoever may. */
static bool offers_autopay(const struct visit *visit, const struct adding *adding) {
    return visit_has_autopay(visit) && !adding->replaced.id;
}

static bool wants_autopay(const struct visit *visit, const struct adding *adding) {
    return offers_autopay(visit, adding) && visit->request.method == METHOD_POST &&
           text_equal(form_text(&visit->form, "autopay"), "1");
}

static void autopay_show(struct visit *visit, const struct adding *adding) {
    if (!offers_autopay(visit, adding))
        return;
    values_set(visit->values, "Autopay.Show", "1");
    schedule_choice_show(visit);
    if (wants_autopay(visit, adding))
        values_set(visit->values, "Fields.Autopay.Checked", "1");
}

static enum result add_page(struct visit *visit, const struct adding *adding, int status,
                            bool keep_token) {
    const struct method *replaced = &adding->replaced;
    const char *title = say(adding->way->title), *cancel = "/methods";

    if (replaced->id) {
        title = arena_format(visit->arena, say("Replace %s"),
                             method_words(visit->arena, replaced->brand, replaced->last_four));
        cancel = method_path(visit, replaced->id, "");
        values_set(visit->values, "Form.Replace",
                   arena_format(visit->arena, "%lld", (long long)replaced->id));
    }
    if (adding->is_in_autopay)
        values_set(visit->values, "Form.InAutopay", "1");
    if (*adding->next)
        cancel = adding->next;
    values_set(visit->values, "Form.Title", title);
    values_set(visit->values, "Form.Next", adding->next);
    values_set(visit->values, "Form.CancelUrl", visit_url(visit, cancel));
    values_set(visit->values, "Form.Key", visit_form_key(visit, adding->purpose));
    if (adding->way == &card_way)
        card_show(visit, keep_token, adding->is_in_autopay);
    else
        bank_way_show(visit, adding);
    autopay_show(visit, adding);
    return visit_render(visit, status, adding->way->page, title, "/methods");
}

static enum result add_ask(struct visit *visit, const struct way *way) {
    struct adding adding;
    bool is_full = false;
    enum result result = adding_read(visit, way, &adding);

    if (result == RESULT_OK && !adding.replaced.id)
        result = list_is_full(visit, &is_full);
    if (result != RESULT_OK)
        return result;
    if (!method_is_offered(visit, way->kind))
        visit_banner(visit, "info", say(way->not_offered));
    /* The list says by itself that it is full. */
    if (!method_is_offered(visit, way->kind) || is_full)
        return list_show(visit, 200);
    return add_page(visit, &adding, 200, true);
}

/* ---- saving ---- */

/* What was typed stays, and so does the token: it was not used. */
static enum result refuse(struct visit *visit, const struct adding *adding, int status,
                          const char *sentence) {
    visit_show_error(visit, "", sentence);
    return add_page(visit, adding, status, true);
}

static enum result saved(struct visit *visit, const struct adding *adding,
                         const struct method_save *save) {
    /* What it will draft has to be seen first: the autopay form asks for the rest. */
    if (wants_autopay(visit, adding))
        return visit_redirect(
            visit, arena_format(visit->arena, "/autopay/new?method=%lld&schedule=%s&added=1",
                                (long long)save->method.id, form_text(&visit->form, "schedule")));
    if (*adding->next)
        return visit_redirect(visit, adding->next);
    return visit_redirect(
        visit, method_path(visit, save->method.id, save->was_known ? "?known=1" : "?saved=1"));
}

static enum result save_now(struct visit *visit, const struct adding *adding) {
    struct method_entry entry = adding->way->entry(visit, adding);
    struct method_save save = {
        .entry = &entry,
        .form_key = form_text(&visit->form, "key"),
        .is_remembered = true,
        .replaces = adding->replaced.id,
    };

    switch (method_save(visit, &save)) {
    case SAVE_DONE:
        return saved(visit, adding, &save);
    case SAVE_ASK_AGAIN:
        form_fail(&visit->form, adding->way->field, save.sentence);
        return add_page(visit, adding, 422, false);
    case SAVE_BUSY:
        visit_banner(visit, "info", say(adding->way->busy));
        return list_show(visit, 409);
    case SAVE_TOO_MANY:
        return RESULT_OK;
    case SAVE_UNAVAILABLE:
        break;
    }
    return RESULT_UNAVAILABLE;
}

static enum result add_save(struct visit *visit, const struct way *way) {
    struct adding adding;
    enum result result = adding_read(visit, way, &adding);

    if (result != RESULT_OK)
        return result;
    enum form_key_state key = visit_form_key_check(visit, adding.purpose,
                                                   form_text(&visit->form, "key"));
    if (key != FORM_KEY_GOOD)
        return refuse(visit, &adding, 403, form_key_sentence(key));
    if (!method_is_offered(visit, way->kind))
        return refuse(visit, &adding, 422, say(way->not_offered));
    /* Whether there is room is asked within the claim, which knows a form that was sent before. */
    way->check(visit, &adding);
    if (wants_autopay(visit, &adding))
        schedule_choice_check(visit);
    if (form_has_errors(&visit->form))
        return add_page(visit, &adding, 422, true);
    return save_now(visit, &adding);
}

enum result methods_card(struct visit *visit) {
    return add_ask(visit, &card_way);
}

enum result methods_card_save(struct visit *visit) {
    return add_save(visit, &card_way);
}

enum result methods_bank(struct visit *visit) {
    return add_ask(visit, &bank_way);
}

enum result methods_bank_save(struct visit *visit) {
    return add_save(visit, &bank_way);
}
