// make bench-rows: what each page makes the database read, for an account with 50,000 invoices (20,000 of them open) and
// 30,000 payments in a table of ROWS invoices. Fails when one reads more than it may.
import { readingOf, readingPages, ROWS_MAX } from '../support/reading.mjs';
import { historySql } from '../support/history.mjs';
import { World } from '../web/world.mjs';

const ROWS = Number(process.env.ROWS || 5_000_000), OWN = { count: 50_000, open: 20_000, payments: 30_000 };
const others = Math.ceil((ROWS - OWN.count) / OWN.count);
const world = await World.open({ settings: ['Mail.PollMs = 60000'], env: { NO_DRAFTER: '1' }, database: '--innodb-buffer-pool-size=1G --innodb-log-file-size=512M' });

try {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const begun = Date.now();
  world.sql(historySql(account.id, 'own', OWN));
  world.sql(`INSERT INTO account (number, organization, created_at) SELECT CONCAT('other-', seq), 'Other', NOW() FROM seq_1_to_${others}`);
  for (const [id, number] of world.sql(`SELECT id, number FROM account WHERE number LIKE 'other-%' ORDER BY id`))
    world.sql(historySql(id, number, { count: OWN.count, open: OWN.open, books: false }));
  world.sql('ANALYZE TABLE invoice, payment, payment_allocation, payment_event, journal_entry, journal_posting, activity');
  const count = (table, where = '1') => Number(world.one(`SELECT COUNT(*) FROM ${table} WHERE ${where}`)).toLocaleString('en');
  console.log(`${count('invoice')} invoices; of the account ${count('invoice', `account_id = ${account.id}`)}, ${count('invoice', `account_id = ${account.id} AND is_open = 1`)} open,`
    + ` and ${count('payment', `account_id = ${account.id}`)} payments (made in ${Math.round((Date.now() - begun) / 1000)} s)`);
  const [[invoice], [payment]] = [world.sql(`SELECT MAX(number) FROM invoice WHERE account_id = ${account.id}`), world.sql(`SELECT MAX(reference) FROM payment WHERE account_id = ${account.id}`)];
  const month = world.one(`SELECT DATE_FORMAT(MAX(confirmed_at), '%Y-%m') FROM payment WHERE account_id = ${account.id}`);
  const over = [];
  for (const [name, path, most = ROWS_MAX] of readingPages({ invoice, payment, card: account.card, month })) {
    const { rows, trips } = await readingOf((statement) => world.sql(statement), async () => {
      const answer = await client.get(world.path(path));
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    });
    console.log(`${name.padEnd(20)} ${String(rows).padStart(6)} rows  ${trips} round trips`);
    if (rows > most) over.push(`${name}: ${rows} rows`);
  }
  if (over.length) throw new Error(`over what a page may read: ${over.join(', ')}`);
} finally {
  await world.close();
}
