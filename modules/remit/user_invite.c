/* remit user invite - a user who chooses the password: the link goes to their mail alone. */
#include "common/core/text.h"
#include "common/program/user_link.h"
#include "common/store/link_store.h"
#include "common/store/member_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

struct inviting {
    struct command *command;
    struct provider_act act;
    struct member_new member;
    bool is_member; /* belongs to the account already */
};

/* What is known of the address. Who has a password needs no invitation. */
static enum command_exit invited_check(struct inviting *inviting) {
    struct command *command = inviting->command;
    struct member_new *member = &inviting->member;
    struct db *db = command->running.db;
    struct member_user user;
    int64_t level_id;
    enum result result = member_user_find(db, command->arena, member->email, &user);

    if (result == RESULT_NOT_FOUND)
        return COMMAND_DONE;
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (!user.is_active)
        return command_refuse(command, "%s is disabled: `user enable` comes first.", user.email);
    if (!text_equal(user.name, member->name))
        return command_refuse(command,
                              "%s is known as %s: give that --name, or another e-mail address.",
                              user.email, user.name);
    result = member_has_password(db, command->arena, user.id);
    if (result == RESULT_OK)
        return command_refuse(command,
                              "%s has a password already: `user add` lets them use another"
                              " account.",
                              user.email);
    if (result != RESULT_NOT_FOUND)
        return command_failed(command, result);
    member->user_id = user.id;
    result = member_find(db, command->arena, member->account_id, user.id, &level_id);
    inviting->is_member = result == RESULT_OK;
    if (inviting->is_member && level_id != member->level_id)
        return command_refuse(command,
                              "%s belongs to this account with another level: `user level`"
                              " changes it.",
                              user.email);
    return result == RESULT_OK || result == RESULT_NOT_FOUND ? COMMAND_DONE
                                                             : command_failed(command, result);
}

static enum result invite_work(struct db *db, void *context) {
    const struct inviting *inviting = context;
    const struct member_new *member = &inviting->member;
    int64_t user_id = member->user_id;
    enum result result = inviting->is_member ? RESULT_OK
                                             : member_join(db, &inviting->act, member, &user_id);

    if (result == RESULT_OK)
        result = links_end(db, user_id);
    if (result == RESULT_OK)
        result = user_link_make(db, inviting->command->running.settings.link_secret,
                                &(struct user_link){.user_id = user_id,
                                                    .account_id = member->account_id,
                                                    .kind = LINK_INVITATION,
                                                    .now = inviting->act.now});
    return result == RESULT_OK ? member_invited(db, &inviting->act, member->account_id, user_id)
                               : result;
}

enum command_exit remit_user_invite(struct command *command) {
    struct inviting inviting = {
        .command = command,
        .act = {command_actor(command), command_now(command)},
    };
    enum command_exit status = user_new_read(command, &inviting.member);

    if (command->running.settings.login.is_site)
        return command_refuse(command, "Login.Mode is site: people sign in to your site, and choose"
                                       " no password here. `user add` lets them in.");
    if (status == COMMAND_DONE && !command->running.settings.has_link_secret)
        return command_refuse(command, "Secret.LinkKey is missing in the secrets of remit: it is"
                                       " the one that login and mailer have.");
    if (status == COMMAND_DONE)
        status = invited_check(&inviting);
    if (status != COMMAND_DONE)
        return status;
    enum result result = db_transaction(command->running.db, invite_work, &inviting);
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "%s was added by somebody else at this moment.",
                              inviting.member.email);
    return result == RESULT_OK
               ? user_done(command, inviting.member.email,
                           "is invited: a link that works for 7 days is on its way.")
               : command_failed(command, result);
}
