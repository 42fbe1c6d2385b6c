/* invoices_tile.c - the Billing tile alone, for the provider's own pages: always a fragment, also
 * where a page would lead to the sign-in or say why there is nothing to see. */
#include "common/core/words.h"
#include "modules/invoices/invoices.h"

static enum result tile_render(struct visit *visit, int status, const char *text) {
    if (text)
        values_set(visit->values, "Tile.Text", text);
    return visit_render(visit, status, "invoices/tile", say("Billing"), "");
}

static enum result tile_unavailable(struct visit *visit) {
    return tile_render(visit, 503, say("Billing is not available right now."));
}

/* With nothing on its way the first open invoice tells, and is all that is read. */
static enum result due_on_find(struct visit *visit, struct date *out_due_on) {
    struct db *db = visit->running->db;
    struct enrolment_invoices open;

    if (!visit->session.pending_cents)
        return invoice_next_due(db, visit->arena, visit->session.account_id, out_due_on);
    enum result result = enrolment_invoices(db, visit->arena, visit->session.account_id,
                                            OUTLOOK_INVOICES_MAX + 1, &open);
    if (result == RESULT_OK)
        *out_due_on = balance_due_on(&open);
    return result;
}

enum result invoices_tile(struct visit *visit) {
    struct date due_on;

    if (visit->session_unknown)
        return tile_unavailable(visit);
    if (!visit_is_signed_in(visit)) {
        if (settings_has_program(&visit->running->settings, "login"))
            values_set(visit->values, "Tile.SignInUrl", visit_url(visit, "/login?next=/"));
        return tile_render(visit, 200, say("Sign in to see your balance and your invoices."));
    }
    if (!visit->session.may_billing)
        return tile_render(visit, 200,
                           say("Your security level does not include billing. Ask a Manager of your"
                               " organization, or your service provider, to add it."));
    if (due_on_find(visit, &due_on) != RESULT_OK)
        return tile_unavailable(visit);
    balance_show(visit, due_on);
    return tile_render(visit, 200, NULL);
}
