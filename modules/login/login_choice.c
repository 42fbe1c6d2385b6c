/* login_choice.c - a new password, typed twice. */
#include "common/core/password_choice.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "modules/login/login.h"

bool choice_is_right(struct visit *visit, const char *email) {
    const char *password = form_text(&visit->form, "password");
    const char *fault = password_choice_fault(password, email);

    if (!*password)
        form_fail(&visit->form, "password", say("Enter a new password."));
    else if (fault)
        form_fail(&visit->form, "password", fault);
    else if (!text_equal(password, form_text(&visit->form, "again")))
        form_fail(&visit->form, "again", say("This is not the same password. Enter it once more."));
    return !form_has_errors(&visit->form);
}

void choice_show(struct visit *visit) {
    visit_show_field(visit, "password", "password", "Password");
    visit_show_field(visit, "again", "again", "Again");
}
