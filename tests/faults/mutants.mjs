// mutants.mjs - takes one thing away that keeps a promise about money, in a copy of the tree, and runs the test that has to
// fail then. One that survives, or whose text is not in the sources exactly once any more, fails the run.
//   node tests/faults/mutants.mjs [NAME-PART...]
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const PROMISES = 'tests/faults/promises.test.mjs';
const SCHEMA = 'tests/sql/schema_test.sh';

const charge = 'common/program/charge.c', record = 'common/program/charge_record.c', refund = 'common/program/refund.c';
const settle = 'common/program/settle.c', claims = 'common/program/draft_claim.c', store = 'common/store/charge_store.c';

// What a key is, and the test that says so by behaviour; all of them are in the schema's own test.
const KEYS = [
  ['0003_payments.sql', 'payment_allocation_open', 'of an invoice that is being paid nothing else'],
  ['0003_payments.sql', 'payment_form', 'a form that arrives twice at once'],
  ['0003_payments.sql', 'payment_transaction', 'a transaction that another payment has'],
  ['0008_autopay.sql', 'draft_once', 'an enrolment is drafted once for a day'],
  ['0003_payments.sql', 'payment_reference'],
  ['0007_banks_credit.sql', 'payment_open_credit'],
  ['0008_autopay.sql', 'payment_draft'],
  ['0008_autopay.sql', 'enrolment_cover_active'],
  ['0005_refunds.sql', 'refund_open'],
  ['0005_refunds.sql', 'refund_transaction'],
  ['0005_refunds.sql', 'refund_request'],
  ['0003_payments.sql', 'method_vault'],
  ['0002_invoices.sql', 'journal_entry_event'],
  ['0003_payments.sql', 'outbox_key'],
  ['0003_payments.sql', 'queue_item_key'],
];

// edits: [file, text, replacement]. test: a file, and a part of the test's name. says: what its failure has to say.
const MUTANTS = [
  {
    name: 'a claim counts although its COMMIT was uncertain',
    edits: [[charge, `        if (result == RESULT_OK)
            return CHARGE_RECORDED;
        if (is_conflict && !was_uncertain)`, `        if (result == RESULT_OK || result == RESULT_UNCERTAIN)
            return CHARGE_RECORDED;
        if (is_conflict && !was_uncertain)`]],
    test: 'a claim whose COMMIT did not happen', says: 'nothing is sent for a claim that is not there',
  },
  {
    name: 'a claim counts before its COMMIT: the sale is sent inside the transaction',
    edits: [
      [charge, 'static enum result claim_work(struct db *db, void *context) {', 'static struct gateway *early;\n\nstatic enum result claim_work(struct db *db, void *context) {'],
      [charge, '    if (result == RESULT_OK && claiming->asker->also) {', `    if (result == RESULT_OK) {
        struct gateway_sale_ask ask;
        struct gateway_answer answer;

        charge_sale(claiming->arena, &claiming->facts, payment->reference, payment->amount_cents, &ask);
        gateway_sale(early, claiming->arena, &ask, &answer);
    }
    if (result == RESULT_OK && claiming->asker->also) {`],
      [charge, '    secret_random(token, sizeof token);', '    early = running->gateway;\n    secret_random(token, sizeof token);'],
    ],
    test: 'a sale leaves only after its claim', says: 'another connection sees the claim when the sale arrives',
  },
  {
    name: 'a claim takes a payment that is no review any more',
    edits: [[store, `" confirmed_at = ?, deadline_at = ? WHERE account_id = ? AND id = ? AND state = 'review'"`, '" confirmed_at = ?, deadline_at = ? WHERE account_id = ? AND id = ?"']],
    test: 'what was declined is not sent again',
  },
  {
    name: 'an unknown sale is sent again',
    edits: [[charge, '    gateway_sale(running->gateway, arena, &ask, out_answer);', `    gateway_sale(running->gateway, arena, &ask, out_answer);
    if (out_answer->outcome == GATEWAY_UNKNOWN)
        gateway_sale(running->gateway, arena, &ask, out_answer);`]],
    test: 'an answer that is lost is unknown',
  },
  {
    name: 'an unknown sale is a failed one, and its invoices are released',
    edits: [[record, '    return PAYMENT_UNKNOWN;', '    return PAYMENT_FAILED;']],
    test: 'an answer that is lost is unknown', says: 'an answer we did not get is unknown',
  },
  {
    name: 'the sender does not look at its lease',
    edits: [[charge, '    if (clock_monotonic_ms() - claimed_ms >= running->settings.lease_s * 1000 / 2) {', '    if (claimed_ms < 0) {']],
    test: 'a sender that is late', says: 'after half of the lease nothing leaves',
  },
  {
    name: 'the settler takes claims in flight',
    edits: [
      [settle, '        if (!payment->lease_is_over)\n            return SETTLE_IN_FLIGHT;\n', ''],
      [store, `" AND state = 'processing' AND send_by < UTC_TIMESTAMP(6) - INTERVAL ? SECOND"`, `" AND state = 'processing' AND send_by < UTC_TIMESTAMP(6) + INTERVAL 1 DAY - INTERVAL ? SECOND"`],
    ],
    test: 'a claim in flight is not the settler', says: 'its sender has its time',
  },
  {
    name: 'step 3 records without asking for state and token',
    edits: [[store, '" WHERE account_id = ? AND id = ? AND state = ? AND claim_token = ?",', '" WHERE account_id = ? AND id = ? AND (state = ? OR TRUE) AND (claim_token = ? OR TRUE)",']],
    test: 'an answer that says something else', says: 'what is recorded stays',
  },
  {
    name: 'a disagreement is put before nobody',
    edits: [[record, '    if (outcome->to != PAYMENT_UNKNOWN)\n        record_disagree(running, outcome, state.state);', '    (void)record_disagree;']],
    test: 'an answer that says something else', says: 'a person is told',
  },
  {
    name: 'not found is not charged, at once',
    edits: [[settle, '    if (settling->now < payment->deadline_at + SETTLE_RELEASE_AFTER_S)', '    if (settling->now < 0)']],
    test: 'what the gateway books late', says: 'not found within a day is no answer',
  },
  {
    name: 'settling does not look for what was booked late',
    edits: [[settle, '    if (seen.count)\n        return settle_seen(settling, &seen);\n    return settle_record(settling, PAYMENT_NOT_CHARGED, NULL);', '    return settle_wait(settling);']],
    test: 'an answer that is lost is unknown',
  },
  {
    name: 'a refund counts although its COMMIT was uncertain',
    edits: [[refund, '        if (result == RESULT_OK)\n            return REFUND_RECORDED;\n        if (is_conflict && !was_uncertain)', '        if (result == RESULT_OK || result == RESULT_UNCERTAIN)\n            return REFUND_RECORDED;\n        if (is_conflict && !was_uncertain)']],
    test: 'a refund whose COMMIT did not happen', says: 'nothing is sent for a claim that is not there',
  },
  {
    name: 'an unknown refund is sent again',
    edits: [[refund, '    gateway_reverse(running->gateway, arena, &ask, out_answer);', `    gateway_reverse(running->gateway, arena, &ask, out_answer);
    if (out_answer->outcome == GATEWAY_UNKNOWN)
        gateway_reverse(running->gateway, arena, &ask, out_answer);`]],
    test: 'a refund whose answer is lost',
  },
  {
    name: 'a refund is recorded without asking for state and token',
    edits: [['common/store/refund_store.c', '" WHERE account_id = ? AND id = ? AND state = ? AND claim_token = ?",', '" WHERE account_id = ? AND id = ? AND (state = ? OR TRUE) AND (claim_token = ? OR TRUE)",']],
    test: "a refund whose answer comes after the settler's, and says something else",
  },
  {
    name: 'a refund that is not found did not happen, at once',
    edits: [['common/program/settle_refund.c', '    if (settling->now < refund->deadline_at + SETTLE_RELEASE_AFTER_S)', '    if (settling->now < 0)']],
    test: 'a refund the gateway does not know of', says: 'not found is not "did not happen"',
  },
  {
    name: 'of one payment two refunds are open',
    edits: [
      [refund, '    if (*payment->open_refund)', '    if (*payment->open_refund && ask->now < 0)'],
      ['sql/migrations/0005_refunds.sql', 'UNIQUE KEY refund_open (', 'KEY refund_open ('],
    ],
    test: 'of one payment one refund is open', says: 'a second one meanwhile is refused',
  },
  {
    name: 'a batch of drafts counts although its COMMIT was uncertain',
    edits: [[claims, '        if (result != RESULT_UNCERTAIN && !claiming->is_again)\n            return result;', '        if (result == RESULT_UNCERTAIN)\n            return RESULT_OK;\n        if (!claiming->is_again)\n            return result;']],
    test: 'a draft whose COMMIT did not happen', says: 'nothing is sent for a claim that is not there',
  },
  ...KEYS.filter(([, , test]) => test).map(([file, key, test]) => ({
    name: `the key ${key} is not unique`, edits: [[`sql/migrations/${file}`, `UNIQUE KEY ${key} (`, `KEY ${key} (`]], test,
  })),
  ...KEYS.map(([file, key]) => ({
    name: `the key ${key} is not unique (schema)`, edits: [[`sql/migrations/${file}`, `UNIQUE KEY ${key} (`, `KEY ${key} (`]], schema: true, says: key,
  })),
];

const work = mkdtempSync(join(tmpdir(), 'remit-mutants-'));
const tree = join(work, 'tree');
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

function copyTree() {
  const left = new Set([join(top, 'build'), join(top, '.git'), join(top, 'tests/node_modules')]);
  cpSync(top, tree, { recursive: true, preserveTimestamps: true, filter: (path) => !left.has(path) });
  cpSync(join(top, 'build/faults'), join(tree, 'build/faults'), { recursive: true, preserveTimestamps: true, filter: (path) => !/build\/faults\/tests/.test(path) });
  if (existsSync(join(top, 'tests/node_modules'))) symlinkSync(join(top, 'tests/node_modules'), join(tree, 'tests/node_modules'));
}

// What was changed, to be put back; null when a text is not there exactly once.
function change(edits) {
  const before = new Map();
  for (const [file, text, replacement] of edits) {
    const path = join(tree, file);
    const now = readFileSync(path, 'utf8');
    if (!before.has(path)) before.set(path, now);
    if (now.split(text).length !== 2) return { before, wrong: `${file} does not hold exactly once: ${text}` };
    writeFileSync(path, now.replace(text, () => replacement));
  }
  return { before, wrong: '' };
}

function build() {
  const made = spawnSync('make', ['-j2', 'BUILD=faults', 'all'], { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 26 });
  return made.status === 0 ? '' : `it does not build:\n${made.stderr.slice(-2000)}`;
}

const pattern = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function run({ test, schema }) {
  const env = { ...process.env, BUILD: 'faults', TMPDIR: join(work, 'tmp') };
  delete env.NODE_TEST_CONTEXT;
  mkdirSync(env.TMPDIR, { recursive: true });
  const options = { cwd: tree, env, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 300_000 };
  if (schema) return spawnSync('bash', [SCHEMA], options);
  const ran = spawnSync('node', ['--test', '--test-reporter=tap', ...(test ? [`--test-name-pattern=${pattern(test)}`] : []), PROMISES], options);
  // Of one that had to be ended.
  for (const demo of readdirSync(env.TMPDIR).filter((name) => existsSync(join(env.TMPDIR, name, 'run'))))
    spawnSync(join(top, 'nginx/demo/stop'), [], { env: { ...env, RUN: join(env.TMPDIR, demo, 'run'), PORT: '1' } });
  rmSync(env.TMPDIR, { recursive: true, force: true });
  return ran;
}

// Why it is not killed as it should be; ''.
function verdict(mutant, ran) {
  const told = `${ran.stdout}${ran.stderr}`;
  if (ran.status === 0) return 'it survives';
  const failed = mutant.schema ? /^FAIL/m.test(told) : told.split('\n').some((line) => line.startsWith('not ok') && line.includes(mutant.test));
  if (!failed) return `its test did not fail by itself:\n${told.slice(-3000)}`;
  if (mutant.says && !told.includes(mutant.says)) return `its test fails, but does not say "${mutant.says}":\n${told.slice(-3000)}`;
  return '';
}

function saidBy(mutant, ran) {
  const told = ran.stdout.split('\n');
  if (mutant.schema) return told.find((line) => line.startsWith('FAIL'));
  const at = told.findIndex((line) => line.startsWith('not ok') && line.includes(mutant.test));
  const error = told.findIndex((line, index) => index > at && line.startsWith('  error:'));
  return (/\|-$/.test(told[error]) ? told[error + 1] : told[error].replace('  error:', '')).trim().replace(/^'|'$/g, '');
}

const wanted = process.argv.slice(2);
const list = MUTANTS.filter(({ name }) => !wanted.length || wanted.some((part) => name.includes(part)));
let survived = 0;

copyTree();
const sound = build();
if (sound) {
  console.log(`not ok - the tree as it is: ${sound}`);
  process.exit(1);
}
// Without a change every test passes: else what fails says nothing.
for (const [what, ran] of [['promises', list.some(({ schema }) => !schema) && run({ test: '' })], ['schema', list.some(({ schema }) => schema) && run({ schema: true })]])
  if (ran && ran.status !== 0) {
    console.log(`not ok - ${what} of the tree as it is\n${`${ran.stdout}${ran.stderr}`.slice(-4000)}`);
    process.exit(1);
  }
for (const mutant of list) {
  const { before, wrong } = change(mutant.edits);
  const needsBuild = mutant.edits.some(([file]) => file.endsWith('.c'));
  let why = wrong || (needsBuild ? build() : '');
  let ran;
  if (!why) {
    ran = run(mutant);
    // A demo that did not start says nothing.
    if (!mutant.schema && ran.status !== 0 && !/^(not )?ok \d/m.test(ran.stdout)) ran = run(mutant);
    why = verdict(mutant, ran);
  }
  for (const [path, text] of before) writeFileSync(path, text);
  console.log(why ? `not ok - ${mutant.name}: ${why}` : `ok - ${mutant.name}\n#      killed by "${mutant.schema ? basename(SCHEMA) : mutant.test}": ${saidBy(mutant, ran)}`);
  survived += why !== '';
}
console.log(`# ${list.length} mutants, ${list.length - survived} killed, ${survived} not`);
process.exit(survived ? 1 : 0);
