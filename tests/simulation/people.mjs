// people.mjs - the accounts of a simulation: users with a card and a bank account, some with autopay, and the invoices
// of each day.
import { World as Web } from '../web/world.mjs';
import { plain } from './world.mjs';

const BASE = 1_000_000; // ids of rows of ours
const AT_ONCE = 16;
// Argon2id of 'demo-password', as cheap as the library allows.
const PASSWORD = 'demo-password';
const PASSWORD_HASH = '$argon2id$v=19$m=8,t=1,p=1$27Tf6ywtWAfSTmLADB8Nxg$9Mfd3ePN4DtqloPPOZIfxawkR1ohdSRbfq59XZhTxXc';

// As many as are needed for so many payments and drafts, on so many days.
export function plan({ payments, drafts, seed }, random) {
  const isSmall = payments + drafts < 2000;
  // Days after the first, which is a 12th: the 15th and the 1st are among them.
  const days = isSmall ? [0, 1, 3, 4, 20, 21] : [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 19, 20];
  const perDay = Math.ceil(payments / days.length);
  const hand = Math.max(10, Math.ceil(payments / 50));
  // More than half of the days each of them has an invoice due; some days become one draft, and some turn it off.
  const enrolled = Math.max(10, Math.ceil(drafts / (days.length * 0.45)));
  const accounts = Array.from({ length: hand + enrolled }, (_, at) => {
    const isEnrolled = at >= hand;
    const number = `S${seed}-${at}`;
    const bank = random.weighted({ 6789: 85, '0101': 8, '0910': 7 });
    return { at, id: BASE + at, number, isEnrolled, schedule: isEnrolled ? random.weighted({ due_date: 92, first: 3, fifteenth: 3, split: 2 }) : null, isDraftedFromBank: isEnrolled && random.chance(15), bank,
      mayVoid: at % 2 === 0, issued: 0,
      users: [0, 1].map((of) => ({ id: BASE + 2 * at + of, email: `s${seed}-${at}-${of}@example.test`, password: PASSWORD, card: BASE + 4 * at + 2 * of, bank: BASE + 4 * at + 2 * of + 1 })) };
  });
  return { days, perDay, accounts, hand, enrolled };
}

const vaultId = (world, account, user, kind) => `s${world.seed}-${user.id}-${kind}`;

async function fillVault(world) {
  const web = Object.assign(Object.create(Web.prototype), { demo: world.demo });
  const entries = world.accounts.flatMap((account) => account.users.flatMap((user) => [
    { customer_vault_id: vaultId(world, account, user, 'card'), ccnumber: '4111111111111111', ccexp: '1239' },
    { customer_vault_id: vaultId(world, account, user, 'bank'), payment: 'check', checkname: 'A Tester', checkaba: '021000021', checkaccount: `12345${account.bank}`, account_type: 'checking', account_holder_type: 'business' },
  ]));
  const next = async () => {
    for (let entry = entries.pop(); entry; entry = entries.pop()) await web.vaultAdd(entry);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

const rows = (list, of) => list.map((each) => `(${of(each)})`).join(',\n');

function fillDatabase(world) {
  const { accounts } = world;
  const users = accounts.flatMap((account) => account.users.map((user) => ({ account, user })));
  const enrolled = accounts.filter((account) => account.isEnrolled);
  const began = world.dayDate(-7);
  world.sql(`START TRANSACTION;
    INSERT IGNORE INTO security_level (name, may_billing, may_autopay) VALUES ('Simulated', 1, 1);
    SET @level = (SELECT id FROM security_level WHERE name = 'Simulated');
    INSERT INTO account (id, number, organization, created_at) VALUES ${rows(accounts, ({ id, number }) => `${id}, '${number}', 'Firm ${number}', UTC_TIMESTAMP()`)};
    INSERT INTO user (id, email, name, created_at) VALUES ${rows(users, ({ user }) => `${user.id}, '${user.email}', 'User', UTC_TIMESTAMP()`)};
    INSERT INTO user_password VALUES ${rows(users, ({ user }) => `${user.id}, '${PASSWORD_HASH}', UTC_TIMESTAMP()`)};
    INSERT INTO account_user VALUES ${rows(users, ({ account, user }) => `${account.id}, ${user.id}, @level, UTC_TIMESTAMP()`)};
    INSERT INTO method (account_id, id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, holder_type, created_at) VALUES
    ${rows(users, ({ account, user }) => `${account.id}, ${user.card}, ${user.id}, 'card', 'nmi', '${vaultId(world, account, user, 'card')}', 'Visa', '1111', '2039-12-31', '', UTC_TIMESTAMP()`)},
    ${rows(users, ({ account, user }) => `${account.id}, ${user.bank}, ${user.id}, 'bank', 'nmi', '${vaultId(world, account, user, 'bank')}', 'Checking', '${account.bank}', NULL, 'business', UTC_TIMESTAMP()`)};
    INSERT INTO enrolment (account_id, id, user_id, method_id, backup_method_id, schedule, scope, began_on, next_on, created_at, changed_at) VALUES
    ${rows(enrolled, (account) => `${account.id}, ${account.id}, ${account.users[0].id}, ${account.isDraftedFromBank ? account.users[0].bank : account.users[0].card},
      ${account.at % 5 === 0 && !account.isDraftedFromBank ? account.users[0].bank : 'NULL'}, '${account.schedule}', 'all', '${began}',
      ${{ due_date: 'NULL', first: `'${world.nextOf(1)}'`, fifteenth: `'${world.nextOf(15)}'`, split: `'${world.nextOf(15)}'` }[account.schedule]}, UTC_TIMESTAMP(), UTC_TIMESTAMP()`)};
    INSERT INTO enrolment_cover ${rows(enrolled, (account) => `${account.id}, ${account.id}, 'all', 1`).replace(/^/, 'VALUES ')};
    COMMIT;`);
}

// What the provider bills on a morning: what those who pay by hand will need, and what is due by autopay.
export async function bill(world, day, isLast = false) {
  const random = world.random('bill', day);
  const today = world.dayDate(day);
  const list = [];
  const add = (account, due) => {
    const total = random.pick([100, 101, 999, 1000, 100 + random.int(20000), 100 + random.int(3000)]);
    const number = `${account.number}-${++account.issued}`;
    world.facts.invoices.set(number, { account, total });
    list.push({ account: account.number, number, billing_type: 'Hosting', issued_on: today, due_on: due, tax: '0.00', lines: [{ description: 'Hosting', amount: plain(total) }] });
  };
  for (const account of world.accounts) {
    if (!account.isEnrolled) {
      const wanted = Math.ceil((world.perDay / world.hand) * 1.6) + (day === world.days[0] ? 3 : 0);
      for (let at = 0; at < wanted; at++) add(account, world.dayDate(day + random.int(20)));
    } else if (day === world.days[0]) {
      for (const due of world.days) if (random.chance(60)) add(account, world.dayDate(due));
    }
  }
  if (isLast || !list.length) return;
  const isTold = day === world.days[1];
  const ran = await world.command(['invoice', 'import', world.file(`bill-${day}.json`, list), ...(isTold ? [] : ['--no-mail'])]);
  if (ran.code !== 0) throw new Error(`the import of day ${day}: ${ran.err}`);
  if (isTold) world.told = list.map((each) => each.number);
  world.count('invoices issued', list.length);
}

export async function fill(world) {
  Object.assign(world, plan(world, world.random('plan')));
  await fillVault(world);
  fillDatabase(world);
}
