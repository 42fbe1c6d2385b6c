/* record.c - the texts that a transaction or a vault entry carries. */
#include "modules/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

/* form: what a caller may send, NULL when only the gateway writes it. xml: NULL when not shown. */
static const struct {
    const char *name, *form, *xml;
} fields[TEXT_FIELD_COUNT] = {
    [TEXT_ORDER_ID] = {"order_id", "orderid", NULL},
    [TEXT_CURRENCY] = {"currency", NULL, NULL},
    [TEXT_VAULT_ID] = {"customer_vault_id", NULL, "customer_vault_id"},
    [TEXT_INITIATED_BY] = {"initiated_by", "initiated_by", NULL},
    [TEXT_STORED_CREDENTIAL] = {"stored_credential_indicator", "stored_credential_indicator", NULL},
    [TEXT_BILLING_METHOD] = {"billing_method", "billing_method", NULL},
    [TEXT_BILLING_NUMBER] = {"billing_number", "billing_number", NULL},
    [TEXT_BILLING_TOTAL] = {"billing_total", "billing_total", NULL},
    [TEXT_INITIAL_TRANSACTION_ID] = {"initial_transaction_id", "initial_transaction_id", NULL},
    [TEXT_ORIGINAL_TRANSACTION_ID] = {"original_transaction_id", NULL, "original_transaction_id"},
    [TEXT_ORDER_DESCRIPTION] = {"order_description", "order_description", "order_description"},
    [TEXT_PO_NUMBER] = {"po_number", "ponumber", "ponumber"},
    [TEXT_IP_ADDRESS] = {"ip_address", "ipaddress", NULL},
    [TEXT_FIRST_NAME] = {"first_name", "first_name", "first_name"},
    [TEXT_LAST_NAME] = {"last_name", "last_name", "last_name"},
    [TEXT_COMPANY] = {"company", "company", "company"},
    [TEXT_ADDRESS1] = {"address1", "address1", "address_1"},
    [TEXT_ADDRESS2] = {"address2", "address2", "address_2"},
    [TEXT_CITY] = {"city", "city", "city"},
    [TEXT_STATE] = {"state", "state", "state"},
    [TEXT_ZIP] = {"zip", "zip", "postal_code"},
    [TEXT_COUNTRY] = {"country", "country", "country"},
    [TEXT_PHONE] = {"phone", "phone", "phone"},
    [TEXT_EMAIL] = {"email", "email", "email"},
    [TEXT_CC_NUMBER] = {"cc_number", NULL, "cc_number"},
    [TEXT_CC_EXP] = {"cc_exp", NULL, "cc_exp"},
    [TEXT_CC_TYPE] = {"cc_type", NULL, "cc_type"},
    [TEXT_CC_HASH] = {"cc_hash", NULL, "cc_hash"},
    [TEXT_CHECK_ACCOUNT] = {"check_account", NULL, "check_account"},
    [TEXT_CHECK_HASH] = {"check_hash", NULL, "check_hash"},
    [TEXT_CHECK_ABA] = {"check_aba", NULL, "check_aba"},
    [TEXT_CHECK_NAME] = {"check_name", NULL, "check_name"},
    [TEXT_ACCOUNT_TYPE] = {"account_type", NULL, "account_type"},
    [TEXT_ACCOUNT_HOLDER_TYPE] = {"account_holder_type", NULL, "account_holder_type"},
    [TEXT_SEC_CODE] = {"sec_code", "sec_code", "sec_code"},
    [TEXT_AUTHCODE] = {"authcode", NULL, "authorization_code"},
    [TEXT_AVS_RESPONSE] = {"avs_response", NULL, "avs_response"},
    [TEXT_CVV_RESPONSE] = {"csc_response", NULL, "csc_response"},
};

const char *record_get(const struct record *record, enum text_field field) {
    return record->text[field] ? record->text[field] : "";
}

void record_set(struct record *record, enum text_field field, const char *value) {
    char *copy = value && *value ? memory_copy(value) : NULL;

    free(record->text[field]);
    record->text[field] = copy;
}

const char *record_read_form(struct record *record, const struct form *form) {
    for (size_t i = 0; i < TEXT_FIELD_COUNT; i++) {
        const char *value;

        if (fields[i].form == NULL || !form_has(form, fields[i].form))
            continue;
        value = form_get(form, fields[i].form);
        if (strlen(value) > TEXT_LIMIT_BYTES)
            return fields[i].form;
        record_set(record, (enum text_field)i, value);
    }
    /* The old names are still in use. */
    if (form_has(form, "orderdescription") && strlen(form_get(form, "orderdescription")) <= 255)
        record_set(record, TEXT_ORDER_DESCRIPTION, form_get(form, "orderdescription"));
    return NULL;
}

void record_copy_payer(struct record *to, const struct record *from) {
    for (enum text_field i = TEXT_FIRST_NAME; i <= TEXT_SEC_CODE; i++)
        if (to->text[i] == NULL)
            record_set(to, i, from->text[i]);
}

/* The leading comma is the caller's convenience: records are written inside an object. */
void record_write_json(struct evbuffer *out, const struct record *record) {
    for (size_t i = 0; i < TEXT_FIELD_COUNT; i++) {
        if (record->text[i] == NULL)
            continue;
        evbuffer_add_printf(out, ",\"%s\":", fields[i].name);
        text_write_json(out, record->text[i]);
    }
}

void record_write_xml(struct evbuffer *out, const struct record *record) {
    for (size_t i = 0; i < TEXT_FIELD_COUNT; i++) {
        if (record->text[i] == NULL || fields[i].xml == NULL)
            continue;
        evbuffer_add_printf(out, "<%s>", fields[i].xml);
        text_write_xml(out, record->text[i]);
        evbuffer_add_printf(out, "</%s>", fields[i].xml);
    }
}

bool record_read_json(struct record *record, const char *key, const json_t *value) {
    for (size_t i = 0; i < TEXT_FIELD_COUNT; i++) {
        if (strcmp(fields[i].name, key) != 0)
            continue;
        if (!json_is_string(value) || json_string_length(value) > TEXT_LIMIT_BYTES ||
            !text_is_clean(json_string_value(value), json_string_length(value)))
            return false;
        record_set(record, (enum text_field)i, json_string_value(value));
        return true;
    }
    return false;
}

void record_release(struct record *record) {
    for (size_t i = 0; i < TEXT_FIELD_COUNT; i++)
        free(record->text[i]);
    *record = (struct record){0};
}
