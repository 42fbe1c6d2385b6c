// Journal entries that a test writes by itself are added up here, as programs do it when they book one: all of them, or
// those of one account (an SQL expression for its id). And they get their place among what is told.
export const activitySql = (account) => {
    const where = (column) => (account ? ` WHERE ${column} = ${account}` : '');
    return `DELETE f FROM feed f LEFT JOIN journal_entry e ON e.id = f.entry_id WHERE e.id IS NULL;
        INSERT IGNORE INTO feed (entry_id, account_id) SELECT id, account_id FROM journal_entry${where('account_id')};
        DELETE FROM activity${where('account_id')};
        INSERT INTO activity SELECT s.account_id, g.grain, CASE g.grain WHEN 'd' THEN s.on_date WHEN 'm' THEN DATE_FORMAT(s.on_date, '%Y-%m-01')
            ELSE DATE_FORMAT(s.on_date, '%Y-01-01') END AS first_on, s.kind, COUNT(*), SUM(s.balance), SUM(s.money), SUM(s.tax)
        FROM (SELECT e.account_id, e.on_date, e.kind, SUM(IF(q.ledger IN ('receivable', 'credit'), q.amount_cents, 0)) AS balance,
            SUM(IF(q.ledger = 'money', q.amount_cents, 0)) AS money, SUM(IF(q.ledger = 'tax', -q.amount_cents, 0)) AS tax
            FROM journal_entry e LEFT JOIN journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id${where('e.account_id')}
            GROUP BY e.account_id, e.id, e.on_date, e.kind) s
        JOIN (SELECT 'd' AS grain UNION ALL SELECT 'm' UNION ALL SELECT 'y') g GROUP BY s.account_id, g.grain, first_on, s.kind`;
};
