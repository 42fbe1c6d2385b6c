/* remit - the provider's command line. */
#include "common/program/charge.h"
#include "common/program/command.h"
#include "common/program/draft.h"
#include "common/program/refund.h"
#include "common/program/resolve.h"
#include "common/program/settle.h"
#include "common/program/cards.h"
#include "common/program/reconcile.h"
#include "common/program/settle_pending.h"
#include "common/program/settle_refund.h"
#include "common/program/user_link.h"
#include "common/program/vault.h"
#include "common/store/check_gateway_store.h"
#include "common/store/check_activity_store.h"
#include "common/store/check_credit_store.h"
#include "common/store/check_draft_store.h"
#include "common/store/check_refund_store.h"
#include "common/store/check_store.h"
#include "common/store/check_void_store.h"
#include "common/store/dispute_store.h"
#include "common/store/event_store.h"
#include "common/store/credit_store.h"
#include "common/store/export_store.h"
#include "common/store/feed_store.h"
#include "common/store/import_file_store.h"
#include "common/store/import_people_store.h"
#include "common/store/import_store.h"
#include "common/store/invoice_store.h"
#include "common/store/member_store.h"
#include "common/store/outbox_list_store.h"
#include "common/store/payment_store.h"
#include "common/store/provider_autopay_store.h"
#include "common/store/provider_list_store.h"
#include "common/store/provider_store.h"
#include "common/store/purge_store.h"
#include "common/store/record_store.h"
#include "common/store/site_user_store.h"
#include "common/store/user_store.h"
#include "common/store/void_store.h"
#include "modules/remit/remit.h"

static const struct statement *const statements[] = {
    CHARGE_STATEMENTS,         SETTLE_STATEMENTS,
    REFUND_STATEMENTS,         SETTLE_REFUND_STATEMENTS,
    SETTLE_PENDING_STATEMENTS, VAULT_ALL_STATEMENTS,
    PROVIDER_STATEMENTS,       MEMBER_STATEMENTS,
    PROVIDER_LIST_STATEMENTS,  CREDIT_STATEMENTS,
    IMPORT_STATEMENTS,         DRAFT_RUN_STATEMENTS,
    &draft_account_sql,        PROVIDER_AUTOPAY_STATEMENTS,
    ENROLLING_STATEMENTS,      &enrolment_types_sql,
    RECORD_STATEMENTS,         CHECK_STATEMENTS,
    CHECK_REFUND_STATEMENTS,   CHECK_CREDIT_STATEMENTS,
    CHECK_ACTIVITY_STATEMENTS, CHECK_DRAFT_STATEMENTS,
    CHECK_GATEWAY_STATEMENTS,  &audit_add_sql,
    &invoice_find_sql,         &invoice_payable_sql,
    &payment_cover_sql,        &payment_covers_sql,
    &refund_list_sql,          OUTBOX_LIST_STATEMENTS,
    RECONCILE_STATEMENTS,      CARDS_STATEMENTS,
    USER_LINK_STATEMENTS,      IMPORT_FILE_STATEMENTS,
    IMPORT_PEOPLE_STATEMENTS,  VOID_STATEMENTS,
    CHECK_VOID_STATEMENTS,     FEED_STATEMENTS,
    EXPORT_STATEMENTS,         PURGE_STATEMENTS,
    &site_user_call_sql,       QUEUE_TIDY_STATEMENTS,
    RESOLVE_STATEMENTS,        &queue_list_sql,
    &queue_list_all_sql,       &invoice_dispute_end_sql,
    &invoice_dispute_find_sql,
};

#define NO_OPTIONS ((const struct command_option[]){{0}})
#define OPTIONS(...) ((const struct command_option[]){__VA_ARGS__, {0}})
#define ACCOUNT                                                                                    \
    { "account", "NUMBER", "the account" }
#define REQUEST_KEY                                                                                \
    { "key", "TEXT", "a key of yours: the same command with it again changes nothing" }
#define EXPORT_OPTIONS                                                                             \
    OPTIONS({"from", "DATE", "the first day; required"}, {"to", "DATE", "the last day; required"}, \
            {"csv", NULL, "as CSV, which it is without --json"},                                   \
            {"after", "CURSOR", "only what comes behind a row that was printed before"})
#define EXPORT_HELP                                                                                \
    " As CSV, or with --json as an array. Rows come in an order that stays, each with a cursor: "  \
    "an"                                                                                           \
    " export that broke off is gone\non with behind the last one. Texts that a table calculator "  \
    "would"                                                                                        \
    " take for formulas begin with an apostrophe."
#define PASSWORD_FILE                                                                              \
    { "password-file", "FILE", "its one line is the password; - is standard input" }

static const struct verb verbs[] = {
    {"migrate", "", "bring the schema and the programs' rights up to date",
     "Applies the migrations that are missing, in order, and then the rights in grants.sql beside"
     " their folder, as the\nadministrator of the secrets file remit.hdf (Secret.AdminUser,"
     " Secret.AdminPassword). Safe to run again.",
     OPTIONS({"folder", "DIR", "the migrations; else $REMIT_MIGRATIONS, else the installed ones"},
             {"status", NULL, "only say what is applied"},
             {"resume", "NUMBER", "run that file again, after a run that died in it"}),
     0, 0, COMMAND_NEEDS_SETTINGS, remit_migrate},
    {"config check", "", "name every wrong or missing setting",
     "Reads the settings and the secrets file of each installed program (Programs.*).",
     OPTIONS({"program", "NAME", "only the settings and this program's secrets"}), 0, 0,
     COMMAND_NEEDS_FILE, remit_config_check},
    {"config get", "NAME", "show one setting",
     "Shows what the settings file says, as in `config get Site.Base`. Defaults are not in it.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_FILE, remit_config_get},
    {"config nginx", "", "write what nginx includes",
     "Writes the files that nginx includes, its error pages and the colours, from the settings"
     " (Site.Base, Programs.*, Nginx.*,\nTemplates.Folders, Site.Accent). Files that are right stay"
     " as they are. Run it again after an upgrade and after a change\nof these settings.",
     OPTIONS({"folder", "DIR", "where to; else /etc/nginx/remit"},
             {"from", "DIR", "what they are made of; else what is installed"}),
     0, 0, COMMAND_NEEDS_FILE, remit_config_nginx},

    {"account add", "", "add an account", "Adds an account (United States, USD).",
     OPTIONS({"number", "NUMBER", "the number its users know"},
             {"organization", "NAME", "whose account it is"}, {"site", "NAME", "the site's name"},
             {"city", "NAME", "where the site is"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_account_add},
    {"account import", "FILE", "bring in accounts",
     "Adds accounts from a JSON or CSV file (- is standard input), and changes those that are there"
     " with other texts; columns that\nthe file has not, and accounts it does not name, stay as "
     "they"
     " are. The whole file is checked first; with one fault nothing\nis imported. Safe to run "
     "again."
     "\n\nJSON is an array of {number, organization, site, city, paper_bill (on or off), country,"
     " currency}; CSV has the same names\nin its first row. Only accounts in the United States (US)"
     " with US dollars (USD) are taken.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_DATABASE, remit_account_import},
    {"account change", "NUMBER", "change what an account chose",
     "Changes whether an account gets its bills by mail. While it does, each invoice that is"
     " imported has one more line,\n\"Paper Invoice Fee\", where Fee.PaperInvoice says so. Invoices"
     " that are there stay as they are.",
     OPTIONS({"paper-bill", "on|off", "whether bills come by mail"}), 1, 1, COMMAND_NEEDS_DATABASE,
     remit_account_change},
    {"account list", "", "list the accounts", "Lists every account with what is due on it.",
     NO_OPTIONS, 0, 0, COMMAND_NEEDS_DATABASE, remit_account_list},
    {"account show", "NUMBER", "show one account", "Shows one account.", NO_OPTIONS, 1, 1,
     COMMAND_NEEDS_DATABASE, remit_account_show},

    {"level add", "NAME", "add a security level",
     "Adds a security level. Without an option its users see nothing of billing.",
     OPTIONS({"billing", NULL, "can view Financial Reports and Invoices, and pay"},
             {"autopay", NULL, "can manage the account's Auto Pay"}),
     1, 1, COMMAND_NEEDS_DATABASE, remit_level_add},
    {"level change", "NAME", "change what a level allows",
     "Changes what the users of a level may do, in every account at once. With --no-autopay their"
     " Auto Pay is turned off on its\nnext draft day, and nothing is drafted.",
     OPTIONS({"billing", NULL, "can view Financial Reports and Invoices, and pay"},
             {"no-billing", NULL, "cannot"}, {"autopay", NULL, "can manage the account's Auto Pay"},
             {"no-autopay", NULL, "cannot"}),
     1, 1, COMMAND_NEEDS_DATABASE, remit_level_change},
    {"level remove", "NAME", "remove a security level",
     "Removes a security level that no user has in any account.", NO_OPTIONS, 1, 1,
     COMMAND_NEEDS_DATABASE, remit_level_remove},
    {"level list", "", "list the security levels", "Lists the levels and how many users have them.",
     NO_OPTIONS, 0, 0, COMMAND_NEEDS_DATABASE, remit_level_list},

    {"user add", "", "add a user to an account",
     "Adds a user to an account. An e-mail address that is known joins this account too.",
     OPTIONS({"email", "ADDRESS", "the e-mail address"}, {"name", "NAME", "the user's name"},
             ACCOUNT, {"level", "NAME", "the security level"}, PASSWORD_FILE,
             {"external-id", "ID", "how your own site calls the user"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_user_add},
    {"user invite", "", "invite a user to an account by mail",
     "Adds a user to an account and sends a link to choose a password with, which can be used once"
     " within 7 days. For a user who has\nno password yet it sends another link; the ones before"
     " are over.",
     OPTIONS({"email", "ADDRESS", "the e-mail address"}, {"name", "NAME", "the user's name"},
             ACCOUNT, {"level", "NAME", "the security level"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_user_invite},
    {"user import", "FILE", "bring in users",
     "Adds users to accounts from a JSON or CSV file (- is standard input), and gives those that"
     " are there the level it names. Names\nof users who are there stay, since they may have "
     "changed"
     " them; who is not in the file stays a user. The whole file is\nchecked first; with one fault"
     " nothing is imported. Safe to run again.\n\nJSON is an array of {email, name, account, level}"
     " with an element for each account of a user; CSV has the same names in\nits first row. A user"
     " who is new has no password yet.\nexternal_id may be left out, or empty: the id by which "
     "your own site calls the user. One that"
     " differs from what is known is set,\nand ends the user's sessions.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_DATABASE, remit_user_import},
    {"user list", "", "list the users", "Lists users, one row for each account they belong to.",
     OPTIONS({"account", "NUMBER", "only of this account"}), 0, 0, COMMAND_NEEDS_DATABASE,
     remit_user_list},
    {"user password", "EMAIL", "set a password",
     "Sets a user's password and ends the user's sessions.", OPTIONS(PASSWORD_FILE), 1, 1,
     COMMAND_NEEDS_DATABASE, remit_user_password},
    {"user level", "EMAIL", "change a user's level in an account",
     "Gives a user another security level in one account. Where it does not include Auto Pay, the"
     " user's Auto Pay is turned off on\nits next draft day, and nothing is drafted.",
     OPTIONS(ACCOUNT, {"level", "NAME", "the security level"}), 1, 1, COMMAND_NEEDS_DATABASE,
     remit_user_level},
    {"user external-id", "EMAIL", "say how your site calls a user",
     "Where your own site signs people in by its ids (Login.Match = external_id), a user is whom it"
     " calls exactly so. Ends the\nuser's sessions.",
     OPTIONS({"id", "ID", "the id, in the letters your site sends"},
             {"none", NULL, "your site has no id for the user"}),
     1, 1, COMMAND_NEEDS_DATABASE, remit_user_external_id},
    {"user disable", "EMAIL", "keep a user out",
     "Ends a user's sessions and lets none begin, and turns the user's Auto Pay off, of which the"
     " user is told by mail.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_DATABASE, remit_user_disable},
    {"user enable", "EMAIL", "let a disabled user in again",
     "Lets a disabled user sign in again. Auto Pay that was turned off stays off.", NO_OPTIONS, 1,
     1, COMMAND_NEEDS_DATABASE, remit_user_enable},

    {"method add", "", "register a payment method of the vault",
     "Registers a payment method that is in the gateway's vault already, for a user of an account."
     " The vault is not asked.",
     OPTIONS(ACCOUNT, {"user", "EMAIL", "whose it is"}, {"kind", "KIND", "card or bank"},
             {"vault-id", "ID", "its id in the gateway's vault"},
             {"brand", "BRAND", "as in Visa; for a bank account its type"},
             {"last-four", "DIGITS", "the last four digits"},
             {"expires", "YYYY-MM", "a card's last month"}, {"holder", "NAME", "whose name it has"},
             {"holder-type", "TYPE", "personal or business"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_method_add},
    {"method list", "", "list an account's payment methods",
     "Lists the payment methods of every user of an account.", OPTIONS(ACCOUNT), 0, 0,
     COMMAND_NEEDS_DATABASE, remit_method_list},

    {"method remove", "ID", "remove a payment method",
     "Removes a user's payment method, as the user could; Auto Pay that pays with it is over. The "
     "user"
     " gets mail; the entry\nleaves the gateway's vault when no payment with it is open (`remit"
     " settle`).",
     OPTIONS(ACCOUNT), 1, 1, COMMAND_NEEDS_DATABASE, remit_method_remove},

    {"invoice import", "FILE", "bring in issued invoices",
     "Imports invoices from a JSON or CSV file (- is standard input). The whole file is checked"
     " first; with one fault nothing\nis imported. Safe to run again: what is there stays, and an"
     " invoice that comes with other figures is refused. A run that\nstopped on its way is finished"
     " by the same command.\n\nJSON is an array of {account, number,"
     " billing_type, issued_on, due_on, terms, tax, lines: [{description, quantity,\nprice,"
     " amount}]}, with amounts as texts. CSV has the same names in its first row, and a row for"
     " each line. The total is\nthe sum of the lines' amounts and the tax. Whoever may see the"
     " account's billing is told by mail of invoices issued in the\nlast days (Mail.IssuedDays).",
     OPTIONS({"no-mail", NULL, "nobody is told of them by mail"}), 1, 1, COMMAND_NEEDS_DATABASE,
     remit_invoice_import},
    {"invoice list", "", "list an account's invoices", "Lists an account's invoices, latest first.",
     OPTIONS(ACCOUNT), 0, 0, COMMAND_NEEDS_DATABASE, remit_invoice_list},
    {"invoice show", "NUMBER", "show one invoice", "Shows an invoice, its lines and its payments.",
     OPTIONS({"account", "NUMBER", "refuse an invoice of another account"}), 1, 1,
     COMMAND_NEEDS_DATABASE, remit_invoice_show},

    {"invoice void", "NUMBER", "take an issued invoice back",
     "Takes an invoice back that should not have been issued. What is due on it is not any more;"
     " what was paid on it becomes\naccount credit (`remit credit`, `remit payment refund`)."
     " Refused while a payment of it, or a refund of one, is on its way.\nSafe to run again.",
     OPTIONS({"note", "TEXT", "why; kept with it"}), 1, 1, COMMAND_NEEDS_DATABASE,
     remit_invoice_void},
    {"invoice undispute", "NUMBER", "let Auto Pay take a disputed invoice again",
     "An invoice whose payment was charged back is due again, and left out of Auto Pay while it is"
     " disputed: until it is paid\nby hand, or until this says that the dispute is over. Safe to "
     "run"
     " again.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_DATABASE, remit_invoice_undispute},

    {"import list", "", "list what was brought in from files",
     "Lists imports, latest first, with how far they came.", NO_OPTIONS, 0, 0,
     COMMAND_NEEDS_DATABASE, remit_import_list},
    {"import resume", "ID", "finish an import that stopped",
     "Goes on with an import that stopped on its way, as its command run again on its file would.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_DATABASE, remit_import_resume},
    {"import drop", "ID", "give up the rest of an import",
     "Gives up what is left of an import that stopped on its way. What it brought in stays.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_DATABASE, remit_import_drop},

    {"payment record", "", "book a check, a wire or cash",
     "Books money that came by other ways, on the invoices named or on the oldest due ones. Safe to"
     " repeat: the same number\nwith the same figures changes nothing, with other figures it is"
     " refused. Whoever may see\nthe account's billing gets a receipt by mail.",
     OPTIONS({"check", "NUMBER", "a check, by its number"},
             {"wire", "NUMBER", "a wire, by its number"},
             {"cash", "NUMBER", "cash, by the receipt's number"}, ACCOUNT,
             {"amount", "AMOUNT", "as in 1,234.50"},
             {"invoice", "NUMBER", "pay this one; may be given several times"},
             {"on", "DATE", "the day it came; else today"}, {"note", "TEXT", "a note"},
             {"credit", NULL, "what is more than they take becomes account credit"},
             {"no-receipt", NULL, "nobody gets a receipt by mail"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_payment_record},
    {"payment refund", "REFERENCE", "send money of a payment back",
     "Sends money of a payment back, all that is left of it or an amount. Its invoices are credited"
     " with it, the last due\nfirst; with --reopen they are due again. What no gateway took is "
     "booked"
     " as sent back. After an answer that was lost,\n`remit settle` finds out what happened.",
     OPTIONS({"amount", "AMOUNT", "as in 1,234.50; else all that is left"},
             {"reopen", NULL, "its invoices are due again"}, {"note", "TEXT", "a note"},
             REQUEST_KEY),
     1, 1, COMMAND_NEEDS_DATABASE, remit_payment_refund},
    {"payment void", "REFERENCE", "take a payment back before it settles",
     "Takes all of a payment back that has not settled yet: a card payment of today, or an ACH"
     " payment that is pending. Its\ninvoices are due again.",
     OPTIONS({"note", "TEXT", "a note"}, REQUEST_KEY), 1, 1, COMMAND_NEEDS_DATABASE,
     remit_payment_void},
    {"payment return", "REFERENCE", "record that a bank took a payment back",
     "Records that all of a payment came back: a check that bounced, or a bank payment whose return"
     " is on the bank's\nstatement (`remit settle` finds those that the gateway tells of). Its"
     " invoices are due again; what was refunded or spent\nas credit before is due as an"
     " adjustment. Safe to repeat: a payment comes back once.",
     OPTIONS({"code", "CODE", "the bank's, as in R10"}, {"note", "TEXT", "a note"},
             {"no-fee", NULL, "charge no Return Fee (Fee.Return) for it"}, REQUEST_KEY),
     1, 1, COMMAND_NEEDS_DATABASE, remit_payment_return},
    {"payment list", "", "list payments", "Lists payments, latest first.",
     OPTIONS({"account", "NUMBER", "only of this account"},
             {"state", "STATE", "only in this state, as in succeeded or unknown"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_payment_list},
    {"payment show", "REFERENCE", "show one payment",
     "Shows a payment, the invoices it covers, what went back of it, and every step it went.",
     NO_OPTIONS, 1, 1, COMMAND_NEEDS_DATABASE, remit_payment_show},

    {"credit give", "", "give an account credit", "Puts an amount to an account's credit.",
     OPTIONS(ACCOUNT, {"amount", "AMOUNT", "as in 1,234.50"}, {"note", "TEXT", "why"}, REQUEST_KEY),
     0, 0, COMMAND_NEEDS_DATABASE, remit_credit_give},
    {"credit take", "", "take credit of an account back",
     "Takes an amount off an account's credit: to correct what was given, or because it was paid"
     " out. No gateway is asked.",
     OPTIONS(ACCOUNT, {"amount", "AMOUNT", "as in 1,234.50"}, {"note", "TEXT", "why"}, REQUEST_KEY),
     0, 0, COMMAND_NEEDS_DATABASE, remit_credit_take},
    {"credit apply", "", "use an account's credit for its invoices",
     "Credits invoices with what the account has in its favour: those named, or the oldest due"
     " ones; all that is there and that\nthey take, or an amount.",
     OPTIONS(ACCOUNT, {"amount", "AMOUNT", "as in 1,234.50; else as much as possible"},
             {"invoice", "NUMBER", "this one; may be given several times"},
             {"note", "TEXT", "a note"}, REQUEST_KEY),
     0, 0, COMMAND_NEEDS_DATABASE, remit_credit_apply},
    {"credit list", "", "list what was done with an account's credit",
     "Lists what the provider did with an account's credit, latest first. What came of payments"
     " above what was due is with those\npayments.",
     OPTIONS(ACCOUNT), 0, 0, COMMAND_NEEDS_DATABASE, remit_credit_list},

    {"autopay run", "", "take what Auto Pay has due",
     "Does a draft day's work, as `drafter` does: drafts what is due on the day or was missed"
     " before, and tries again what is\nto be tried again. A day to come is drafted now, too: its"
     " money is taken at once. Any number may run at once; running it\nagain takes nothing twice."
     " SIGTERM ends it when what is on its way is recorded. Mail about what comes next is written"
     " by\n`drafter` alone.",
     OPTIONS({"on", "DATE", "the day, as in 2026-12-01; required"},
             {"dry-run", NULL, "only say what it would come to; nothing is written or sent"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_autopay_run},
    {"autopay preview", "", "show what Auto Pay would take on a day",
     "Shows what a run on that day would take now, from whom, by invoice. Writes nothing.",
     OPTIONS({"on", "DATE", "the day, as in 2026-12-01; required"}), 0, 0, COMMAND_NEEDS_DATABASE,
     remit_autopay_preview},
    {"autopay list", "", "list who uses Auto Pay", "Lists enrolments, ended ones too.",
     OPTIONS({"account", "NUMBER", "only of this account"}), 0, 0, COMMAND_NEEDS_DATABASE,
     remit_autopay_list},
    {"autopay change", "ACCOUNT/ID", "change an enrolment",
     "Changes an enrolment for its user, who asked for it and gets mail; what is not named stays."
     " ACCOUNT/ID is as `remit\nautopay list` shows it. Only its owner can authorize debits of a"
     " person's bank account: to pay with one, to pay more with\none, or to raise its most per"
     " draft is refused. So is to take what another enrolment pays.",
     OPTIONS({"schedule", "SCHEDULE", "due_date, first, fifteenth or split"},
             {"method", "ID", "another method of its user, as in `remit method list`"},
             {"backup", "ID", "the backup method, tried once when a draft does not go through"},
             {"no-backup", NULL, "without a backup method"}, {"all", NULL, "pay all invoices"},
             {"types", "LIST", "only these billing types, with commas between"},
             {"invoices", "LIST", "only these open invoices, with commas between"},
             {"largest", "AMOUNT", "most of one draft; or none"},
             {"skip", NULL, "leave the next draft out"}, {"no-skip", NULL, "make it after all"}),
     1, 1, COMMAND_NEEDS_DATABASE, remit_autopay_change},
    {"autopay off", "ACCOUNT/ID", "turn an enrolment off",
     "Turns an enrolment off; its user gets mail. ACCOUNT/ID is as `remit autopay list` shows it."
     " What was sent\nfinishes, what waits to be tried again is over.",
     OPTIONS({"note", "TEXT", "why; required, and kept with it"}), 1, 1, COMMAND_NEEDS_DATABASE,
     remit_autopay_off},

    {"mail list", "", "list the mail in the outbox",
     "Lists the mail that was written, is waiting for its next try, or was given up: the newest"
     " first, with what the last try\ncame to.",
     OPTIONS({"waiting", NULL, "only what is not sent yet"},
             {"given-up", NULL, "only what was given up"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_mail_list},
    {"mail retry", "[KEY]", "let mail be tried again now",
     "Lets mail that was given up, or that waits for its next try, be tried again now, and as long"
     " as if it were new.",
     OPTIONS({"all", NULL, "all of it"}), 0, 1, COMMAND_NEEDS_DATABASE, remit_mail_retry},

    {"export journal", "", "write out the journal",
     "Writes out every posting of the days' journal entries; debits are positive, and each entry "
     "sums"
     " to zero. A day's entries may\nbecome more: an invoice that is imported later is booked on "
     "the"
     " day it bears." EXPORT_HELP,
     EXPORT_OPTIONS, 0, 0, COMMAND_NEEDS_DATABASE, remit_export_journal},
    {"export payments", "", "write out payments",
     "Writes out the payments that were confirmed on the days, as they stand now." EXPORT_HELP,
     EXPORT_OPTIONS, 0, 0, COMMAND_NEEDS_DATABASE, remit_export_payments},
    {"export invoices", "", "write out invoices",
     "Writes out the invoices that were issued on the days, as they stand now." EXPORT_HELP,
     EXPORT_OPTIONS, 0, 0, COMMAND_NEEDS_DATABASE, remit_export_invoices},
    {"events", "", "tell what happened to the money",
     "Prints what was issued, paid, returned, refunded, voided and credited behind a cursor, a line"
     " of JSON each, in an order that\nnever changes: keep the last line's cursor and give it the"
     " next time. An event may be told again, never left out: its id is\nthe same. Cents: balance"
     " is what it did to the account's balance, money what came in (negative: went out), due what"
     " it did to\neach invoice.",
     OPTIONS({"since", "CURSOR", "of the last event that was told; else from the first"},
             {"limit", "NUMBER", "at most so many"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_events},

    {"settle", "", "look at every payment that is open now",
     "Asks the gateway about every payment, refund and void whose outcome is not known, and what"
     " came back since the last time,\nand records what it says. What stays unknown is looked at"
     " again; that is no failure.",
     NO_OPTIONS, 0, 0, COMMAND_NEEDS_GATEWAY, remit_settle},
    {"settle queue", "", "list what waits for a person",
     "Lists what no program may decide alone, oldest first, each with what can be decided of it.",
     OPTIONS({"all", NULL, "also what is closed"},
             {"kind", "KIND", "only of this kind, as in unknown_payment"}),
     0, 0, COMMAND_NEEDS_DATABASE, remit_settle_queue},
    {"settle foreign", "", "list the gateway's transactions that are none of ours",
     "Lists what else moved money in the same merchant account, latest first, as far as the report "
     "was"
     " read: sales of a shop, or\nmade in the gateway's own pages. None of it is in the books.",
     OPTIONS({"since", "DATE", "only from this day on"}), 0, 0, COMMAND_NEEDS_DATABASE,
     remit_settle_foreign},
    {"settle resolve", "ID", "decide something that waits for a person",
     "Records what you decided of an item that `remit settle queue` lists. About money the gateway"
     " is asked first: what it says\nit took cannot be decided away, and what it does not have"
     " cannot be decided into the books. Safe to repeat.",
     OPTIONS({"as", "DECISION", "noted, or one of what the item shows"},
             {"transaction", "ID", "the gateway's transaction that is meant, where it has several"},
             {"code", "CODE", "returned: the bank's code, as in R10"}, {"note", "TEXT", "why"}),
     1, 1, COMMAND_NEEDS_GATEWAY, remit_settle_resolve},
    {"purge", "", "remove what nobody needs any more",
     "Removes what is older than Retention.* says: reviews nobody confirmed, sessions that ended,"
     " counters, mail that is sent or given\nup, the list of imports, and what broken imports left."
     " Never the journal, a payment that was confirmed, or what a customer\nagreed to. May be "
     "stopped"
     " and run again at any moment.",
     OPTIONS({"dry-run", NULL, "only say how much it would be"}), 0, 0, COMMAND_NEEDS_DATABASE,
     remit_purge},
    {"check", "", "prove the books",
     "Proves in one pass that the journal balances, that invoices and accounts equal what was paid"
     " and booked, and that no\nkey is used twice. Payments whose outcome is open are reported;"
     " they are no faults. Exit status 1: something is wrong.",
     OPTIONS({"gateway", NULL, "compare every transaction of the gateway with its payment too"}), 0,
     0, COMMAND_NEEDS_DATABASE, remit_check},
};

int main(int argc, char **argv) {
    static const struct command_program remit = {
        .program = {.name = "remit",
                    .statements = statements,
                    .statement_count = sizeof statements / sizeof *statements,
                    .open = draft_open,
                    .close = charge_close},
        .about = "The provider's command line of Remit.",
        .verbs = verbs,
        .verb_count = sizeof verbs / sizeof *verbs,
    };

    return command_main(&remit, argc, argv);
}
