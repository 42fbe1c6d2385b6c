#include "common/store/people_store.h"

/* A text that is not to be found is "". */
#define CHOICE_FROM " FROM account_user m JOIN account a ON a.id = m.account_id WHERE m.user_id = ?"
#define CHOICE_FOUND                                                                               \
    " AND LOCATE(LOWER(?), LOWER(CONCAT_WS('\n', a.site, a.number, a.city, a.organization))) > 0"

static enum result number_read(struct db *db, struct arena *arena,
                               const struct statement *statement, struct bind *binds,
                               int64_t *out_number) {
    struct rows rows;
    enum result result = db_query(db, arena, statement, binds, &rows);

    if (result == RESULT_OK)
        *out_number = row_int(&rows, 0, 0);
    return result;
}

const struct statement choice_count_sql = {
    .name = "choice_count",
    .params = 2,
    .columns = 1,
    .text = "SELECT COUNT(*)" CHOICE_FROM CHOICE_FOUND,
};

enum result choice_count(struct db *db, struct arena *arena, int64_t user_id, const char *find,
                         int64_t *out_count) {
    struct bind binds[] = {bind_int(user_id), bind_text(find)};

    return number_read(db, arena, &choice_count_sql, binds, out_count);
}

#define CHOICE_COLUMNS "a.id, a.number, a.organization, a.site, a.city"

static struct choice choice_of(const struct rows *rows, size_t row) {
    return (struct choice){row_int(rows, row, 0), row_text(rows, row, 1), row_text(rows, row, 2),
                           row_text(rows, row, 3), row_text(rows, row, 4)};
}

const struct statement choice_list_sql = {
    .name = "choice_list",
    .params = 4,
    .columns = 5,
    .text = "SELECT " CHOICE_COLUMNS CHOICE_FROM CHOICE_FOUND
            " ORDER BY IF(a.site = '', a.organization, a.site) COLLATE utf8mb4_unicode_ci, a.number"
            " LIMIT ? OFFSET ?",
};

enum result choice_list(struct db *db, struct arena *arena, int64_t user_id, const char *find,
                        int64_t offset, int64_t limit, struct choices *out_choices) {
    struct bind binds[] = {bind_int(user_id), bind_text(find), bind_int(limit), bind_int(offset)};
    struct rows rows;
    enum result result = db_query(db, arena, &choice_list_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct choice *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++)
        list[row] = choice_of(&rows, row);
    *out_choices = (struct choices){list, rows.count};
    return RESULT_OK;
}

const struct statement choice_find_sql = {
    .name = "choice_find",
    .params = 2,
    .columns = 5,
    .text = "SELECT " CHOICE_COLUMNS CHOICE_FROM " AND a.number = ?",
};

enum result choice_find(struct db *db, struct arena *arena, int64_t user_id, const char *number,
                        struct choice *out_choice) {
    struct bind binds[] = {bind_int(user_id), bind_text(number)};
    struct rows rows;
    enum result result = db_query(db, arena, &choice_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    *out_choice = choice_of(&rows, 0);
    return RESULT_OK;
}

/* ---- the users of an account ---- */

#define PEOPLE_FROM                                                                                \
    " FROM account_user m JOIN user u ON u.id = m.user_id AND u.is_active = 1"                     \
    " JOIN security_level l ON l.id = m.level_id"

const struct statement people_count_sql = {
    .name = "people_count",
    .params = 1,
    .columns = 1,
    .text = "SELECT COUNT(*)" PEOPLE_FROM " WHERE m.account_id = ?",
};

enum result people_count(struct db *db, struct arena *arena, int64_t account_id,
                         int64_t *out_count) {
    struct bind binds[] = {bind_int(account_id)};

    return number_read(db, arena, &people_count_sql, binds, out_count);
}

const struct statement people_list_sql = {
    .name = "people_list",
    .params = 3,
    .columns = 6,
    .text = "SELECT u.id, u.name, u.email, l.name, v.seen_at, (SELECT MAX(s.seen_at) FROM session s"
            " WHERE s.user_id = m.user_id AND s.account_id = m.account_id)" PEOPLE_FROM
            " LEFT JOIN user_seen v ON v.account_id = m.account_id AND v.user_id = m.user_id"
            " WHERE m.account_id = ?"
            " ORDER BY u.name COLLATE utf8mb4_unicode_ci, u.id LIMIT ? OFFSET ?",
};

enum result people_list(struct db *db, struct arena *arena, int64_t account_id, int64_t offset,
                        int64_t limit, struct people *out_people) {
    struct bind binds[] = {bind_int(account_id), bind_int(limit), bind_int(offset)};
    struct rows rows;
    enum result result = db_query(db, arena, &people_list_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    struct person *list = arena_array(arena, rows.count, sizeof *list);
    for (size_t row = 0; row < rows.count; row++) {
        int64_t left_at = row_instant(&rows, row, 4), here_at = row_instant(&rows, row, 5);

        list[row] = (struct person){
            .user_id = row_int(&rows, row, 0),
            .name = row_text(&rows, row, 1),
            .email = row_text(&rows, row, 2),
            .level = row_text(&rows, row, 3),
            .seen_at = left_at > here_at ? left_at : here_at,
        };
    }
    *out_people = (struct people){list, rows.count};
    return RESULT_OK;
}
