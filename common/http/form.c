#include "common/http/form.h"

#include <assert.h>

#include "common/core/text.h"
#include "common/core/words.h"

static size_t field_index(const struct form *form, const char *name) {
    size_t at = 0;

    while (at < form->count && !text_equal(form->fields[at].name, name))
        at++;
    return at;
}

static size_t field_declared(const struct form_data *data, const char *name) {
    size_t at = field_index(data->form, name);

    assert(at < data->form->count);
    return at;
}

static bool has_control(const char *value, bool lines) {
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;

        if (byte == 0x7f ||
            (byte < 0x20 && !(lines && (byte == '\n' || byte == '\r' || byte == '\t'))))
            return true;
    }
    return false;
}

static void value_check(struct form_data *data, const struct field *field, const char *value) {
    if (text_utf8_count(value) > field->max_length)
        form_fail(data, field->name,
                  arena_format(data->arena, say("Use at most %zu characters."), field->max_length));
    else if (has_control(value, field->flags & FIELD_LINES))
        form_fail(data, field->name, say("Remove line breaks and control characters."));
    else if (*value && field->is_valid && !field->is_valid(value))
        form_fail(data, field->name, say(field->sentence));
}

enum result form_read(struct form_data *data, struct arena *arena, const struct form *form,
                      const struct pairs *pairs, const char **out_field) {
    *data = (struct form_data){.form = form, .arena = arena};
    assert(form->count >= 1 && form->count <= FORM_FIELDS_MAX);
    for (size_t at = 0; at < pairs->count; at++) {
        size_t index = field_index(form, pairs->list[at].name);

        if (index == form->count)
            continue;
        const struct field *field = &form->fields[index];
        size_t limit = field->flags & FIELD_LIST ? FORM_LIST_MAX : 1;
        if (data->counts[index] == limit) {
            *out_field = field->name;
            return RESULT_INVALID;
        }
        if (!data->values[index])
            data->values[index] = arena_array(arena, limit, sizeof *data->values[index]);
        data->values[index][data->counts[index]++] = pairs->list[at].value;
        value_check(data, field, pairs->list[at].value);
    }
    return RESULT_OK;
}

const char *form_text(const struct form_data *data, const char *field) {
    size_t at = field_declared(data, field);

    return data->counts[at] ? data->values[at][0] : "";
}

const char *const *form_list(const struct form_data *data, const char *field, size_t *out_count) {
    size_t at = field_declared(data, field);

    *out_count = data->counts[at];
    return data->values[at];
}

bool form_has(const struct form_data *data, const char *field) {
    return data->counts[field_declared(data, field)] > 0;
}

void form_fail(struct form_data *data, const char *field, const char *text) {
    (void)field_declared(data, field);
    if (form_error_of(data, field))
        return;
    data->errors[data->error_count++] = (struct form_error){field, text};
}

const char *form_error_of(const struct form_data *data, const char *field) {
    for (size_t at = 0; at < data->error_count; at++)
        if (text_equal(data->errors[at].field, field))
            return data->errors[at].text;
    return NULL;
}

bool form_has_errors(const struct form_data *data) {
    return data->error_count > 0;
}
