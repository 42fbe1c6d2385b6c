#define CHECK_STATEMENTS &audit_add_sql
