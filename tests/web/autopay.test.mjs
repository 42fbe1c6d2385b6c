// autopay.test.mjs - Manage Auto Pay: what is previewed is what is saved, by whom and for what, and what it takes
// over; skipping and turning off; autopay that is turned on while paying, and the pages that lead to it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROUNDS, World, assertFieldError, attribute, fieldsOf, formKey, outcomeOf, payFields, summaryOf, tagOf, words } from './world.mjs';

const NOW = '2026-11-22T17:00:00Z'; // a Sunday, noon in the demo's zone
const ALL = [['1st of the Month', 'first'], ['15th of the Month', 'fifteenth'], ['On the due date', 'due_date'], ['1st and 15th (Split Between)', 'split']];

let world;

before(async () => {
  world = await World.open({ settings: ['Limit.DeclineMinimum = 100000'] });
  world.demo.clock(NOW);
  world.sql(`INSERT IGNORE INTO security_level (name, may_billing, may_autopay) VALUES ('Test Payer', 1, 0)`);
});
after(() => world?.close());

// ---- tools ----

// An account with invoices of [cents, billing type, due day, issue day].
async function account({ invoices = [[3043, 'Hosting', '2026-11-30', '2026-11-01'], [1000, 'Support', '2026-12-09', '2026-11-01']], ...options } = {}) {
  const made = await world.account({ invoices: invoices.map(([cents]) => cents), ...options });
  invoices.forEach(([, type, due, issued], at) => {
    made.invoices[at].type = type;
    world.sql(`UPDATE invoice SET billing_type = '${type}', due_on = '${due}', issued_on = '${issued}' WHERE number = '${made.invoices[at].number}'`);
  });
  made.client = await world.signIn(made.user);
  return made;
}

const colleagueOf = async (team) => world.signIn(team.users[1]);
const get = (client, path) => client.get(world.path(path));
const post = (client, path, fields) => client.post(world.path(path), fields);
const form = async (client, path, change) => fieldsOf((await get(client, path)).text, world.path(path.split('?')[0]), change);

// Fills the form of a path and sends it: the preview.
async function preview(client, change = {}, path = '/autopay/new') {
  const answer = await post(client, path, await form(client, path, change));
  return { ...answer, path };
}

const agreed = (page) => fieldsOf(page.text, world.path(page.path), { step: 'save', agree: attribute(tagOf(page.text, 'agree'), 'value') });
const save = (client, page) => post(client, page.path, agreed(page));

async function enrol(client, change, path) {
  const page = await preview(client, change, path);
  assert.equal(page.status, 200, words(page.text));
  const answer = await save(client, page);
  assert.equal(answer.status, 303, words(answer.text));
  assert.equal(answer.location, world.path('/autopay?saved=1'));
  return page;
}

const enrolments = (team) =>
  world.sql(`SELECT e.id, e.method_id, e.schedule, e.state, e.off_reason, COALESCE(e.next_on, '-'),
             COALESCE((SELECT GROUP_CONCAT(c.cover_key ORDER BY c.cover_key) FROM enrolment_cover c WHERE c.enrolment_id = e.id AND c.active = 1), '')
             FROM enrolment e WHERE e.account_id = ${team.id} ORDER BY e.id`)
    .map(([id, method, schedule, state, reason, next, covers]) => ({ id: Number(id), method: Number(method), schedule, state, reason, next, covers: covers ?? '' }));
const active = (team) => enrolments(team).filter(({ state }) => state === 'active');
const mails = (team, kind) => world.sql(`SELECT user_id, subject_id FROM outbox WHERE account_id = ${team.id} AND kind = '${kind}' ORDER BY id`).map((row) => row.join(' '));

// The mailer marks what it sends, so of the outbox the rows are counted, and what it adds itself is not asked for.
const standing = () => [
  world.checksums().split('\n').filter((line) => /^(enrolment|enrolment_cover|draft|account|method|consent|payment|invoice) /.test(line)).join('\n'),
  world.one("SELECT COUNT(*) FROM outbox WHERE kind IN ('autopay_on', 'autopay_off', 'authorization')"),
];
async function writesNothing(work) {
  const before = standing();
  await work();
  assert.deepEqual(standing(), before);
}

const bodyOf = (text) => words(text.match(/<main[\s\S]*<\/main>/)[0]);

// ---- choosing, seeing, saving ----

test('the preview says date, cents and method of the next two drafts; saving does exactly that', async () => {
  const cases = {
    first: [['$40.43 on December 1, Visa ending 1111', 'Nothing is due yet for January 1, 2027, Visa ending 1111'], '2026-12-01'],
    fifteenth: [['$40.43 on December 15, Visa ending 1111', 'Nothing is due yet for January 15, 2027, Visa ending 1111'], '2026-12-15'],
    due_date: [['$30.43 on November 30, Visa ending 1111', '$10.00 on December 9, Visa ending 1111'], '2026-11-30'],
    split: [['$20.22 on December 1, Visa ending 1111', '$20.21 on December 15, Visa ending 1111'], '2026-12-01'],
  };
  for (const [word, schedule] of ALL) {
    const team = await account();
    let page;
    await writesNothing(async () => {
      page = await preview(team.client, { method: team.card, schedule, older: '1' });
    });
    assert.equal(page.status, 200);
    const text = bodyOf(page.text);
    for (const line of cases[schedule][0]) assert.ok(text.includes(line), `${schedule}: ${line} in ${text}`);
    assert.ok(text.includes(word), word);
    assert.match(text, new RegExp(`I, User \\S+, authorize Northwind Hosting to charge my card \\(Visa ending 1111\\) automatically for all invoices of account ${team.number}:`));
    assert.match(text, /Agreed on November 22, 2026\./);
    const answer = await save(team.client, page);
    assert.equal(answer.location, world.path('/autopay?saved=1'));
    const [made] = enrolments(team);
    assert.deepEqual({ ...made, id: 0 }, { id: 0, method: team.card, schedule, state: 'active', reason: '', next: cases[schedule][1], covers: 'all' });
    const list = await get(team.client, '/autopay?saved=1');
    assert.match(bodyOf(list.text), /You will receive confirmation each time a payment is drafted\./);
    assert.ok(bodyOf(list.text).includes(cases[schedule][0][0]), 'the list says the same');
    assert.deepEqual(mails(team, 'autopay_on'), [`${team.user.id} ${made.id}`]);
    assert.equal(mails(team, 'authorization').length, 1);
    const [[kind, text64, version, address, agent, method]] = world.sql(
      `SELECT kind, TO_BASE64(text), version, address, agent, method_id FROM consent WHERE enrolment_id = ${made.id}`);
    assert.deepEqual([kind, Number(method), address], ['autopay', team.card, '127.0.0.1']);
    assert.match(version, /^[0-9a-f]{16}$/);
    assert.ok(text.includes(Buffer.from(text64.replace(/\\n/g, ''), 'base64').toString()), 'kept as it was shown');
    assert.equal(agent, '');
    assert.equal(world.one(`SELECT action FROM audit_event WHERE subject = 'enrolment:${made.id}'`), 'autopay.on');
  }
});

test('older invoices stay out unless they are ticked; a chosen one is in whatever its day', async () => {
  const team = await account();
  const page = await preview(team.client, { schedule: 'first' });
  assert.match(bodyOf(page.text), /issued since Nov 22, 2026/);
  assert.match(bodyOf(page.text), /Nothing is due yet for December 1/);
  const one = await preview(team.client, { schedule: 'first', scope: 'invoices', invoice: team.invoices[1].number });
  assert.match(bodyOf(one.text), /\$10\.00 on December 1/);
  await save(team.client, one);
  const invoice = world.one(`SELECT id FROM invoice WHERE number = '${team.invoices[1].number}'`);
  assert.equal(active(team)[0].covers, `invoice:${invoice}`);
});

test('without the tick, with a strange key, or without one: nothing', async () => {
  const team = await account();
  const stranger = await account();
  const page = await preview(team.client, { schedule: 'first' });
  const good = Object.fromEntries(agreed(page));
  const foreign = formKey((await get(stranger.client, '/autopay/new')).text);
  const off = await preview(team.client, { schedule: 'split' });
  await writesNothing(async () => {
    const cases = [
      [{ ...good, agree: '' }, 422, 'agree', /Read the authorization and tick this box/],
      [{ ...good, agree: '0123456789abcdef' }, 409, 'agree', /changed while this page was open\. Nothing was saved/],
      [{ ...good, agree: attribute(tagOf(off.text, 'agree'), 'value') }, 409, 'agree', /Nothing was saved/],
      [{ ...good, key: '' }, 403], [{ ...good, key: 'x' }, 403], [{ ...good, key: foreign }, 403],
      [{ ...good, key: formKey((await get(team.client, '/pay')).text) }, 403],
    ];
    for (const [fields, status, id, pattern] of cases) {
      const answer = await post(team.client, page.path, fields);
      assert.equal(answer.status, status, words(answer.text));
      if (id) assertFieldError(answer.text, id, pattern);
    }
    assert.equal((await stranger.client.post(world.path(page.path), good)).status, 403);
    // The way back to the form loses nothing.
    const again = await post(team.client, page.path, fieldsOf(page.text, world.path(page.path), { step: 'edit' }));
    assert.equal(again.status, 200);
    assert.notEqual(attribute(tagOf(again.text, 'schedule-first'), 'checked'), undefined);
  });
});

test('what is wrong is said beside its field', async () => {
  const team = await account();
  const wrong = [
    [{ schedule: null }, 'schedule', /Choose when payments are made/], [{ schedule: 'daily' }, 'schedule', /Choose when/],
    [{ method: null }, 'method', /Choose a payment method/], [{ method: '999999' }, 'method', /Choose one of your payment methods/],
    [{ scope: 'types' }, 'scope', /Tick at least one billing type/], [{ scope: 'invoices' }, 'scope', /Select at Least One Invoice/],
    [{ scope: 'x' }, 'scope', /Choose what to include/], [{ scope: 'types', type: 'None such' }, 'scope', /changed while this page was open/],
    [{ scope: 'invoices', invoice: '0815' }, 'scope', /changed while this page was open/],
    [{ largest: '0.99' }, 'largest', /The smallest payment here is \$1\.00/], [{ largest: '-5' }, 'largest', /./], [{ largest: 'ten' }, 'largest', /./],
    [{ largest: '1.234' }, 'largest', /./], [{ method: team.card, backup: team.card }, 'backup', /another method as the backup/], [{ backup: '999999' }, 'backup', /one of your/],
  ];
  await writesNothing(async () => {
    for (const [change, id, pattern] of wrong) {
      const answer = await preview(team.client, change);
      assert.equal(answer.status, 422, JSON.stringify(change));
      assertFieldError(answer.text, id, pattern);
    }
  });
  const page = await preview(team.client, { schedule: 'first', older: '1', largest: '$12.50', backup: team.bank, method: team.card });
  assert.match(bodyOf(page.text), /\$12\.50 on December 1.*\$12\.50 on January 1, 2027/);
  assert.match(bodyOf(page.text), /at most \$12\.50 each time\. Where that does not go through, Checking ending 6789 may be charged or debited instead, once\./);
});

// ---- who ----

test('without the permission: no link, no page, no form', async () => {
  const team = await account();
  const page = await preview(team.client, { schedule: 'first' });
  assert.match(page.text, /href="\/billing\/autopay" aria-current="page">Manage Auto Pay/);
  world.sql(`UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = 'Test Payer') WHERE user_id = ${team.user.id}`);
  await writesNothing(async () => {
    for (const path of ['/autopay', '/autopay/new', '/autopay/1', '/autopay/1/off']) {
      const answer = await get(team.client, path);
      assert.equal(answer.status, 403, path);
      assert.match(words(answer.text), /Your security level does not include the account's Auto Pay/);
    }
    assert.equal((await save(team.client, page)).status, 403);
    const pay = await get(team.client, '/pay');
    assert.doesNotMatch(pay.text, /Manage Auto Pay|Pay your bill automatically/);
    for (const path of ['/methods/bank', '/methods/card', `/methods/${team.card}`]) assert.doesNotMatch((await get(team.client, path)).text, /automatically using this/, path);
    const sneaked = await post(team.client, '/pay', payFields(pay.text, { what: 'total', autopay: '1', schedule: 'first' }));
    assert.equal(sneaked.status, 403);
    assert.match(words(sneaked.text), /Your security level does not include the account's Auto Pay/);
  });
});

test('another account’s is not there; a colleague’s can be skipped and turned off, not changed', async () => {
  const team = await account({ users: 2 });
  const stranger = await account();
  await enrol(team.client, { method: team.card, schedule: 'first' });
  const [{ id }] = active(team);
  const colleague = await colleagueOf(team);
  await writesNothing(async () => {
    for (const path of [`/autopay/${id}`, `/autopay/${id}/off`]) assert.equal((await get(stranger.client, path)).status, 404, path);
    for (const path of [`/autopay/${id}`, `/autopay/${id}/off`, `/autopay/${id}/skip`]) assert.equal((await post(stranger.client, path, { key: 'x' })).status, 404, path);
    assert.equal((await get(colleague, `/autopay/${id}`)).status, 404);
    assert.equal((await post(colleague, `/autopay/${id}`, { key: 'x' })).status, 404);
    // Nor with their method, of this account or another.
    for (const method of [team.card, stranger.card]) {
      const answer = await preview(colleague, { method, schedule: 'split' });
      assert.equal(answer.status, 422);
      assertFieldError(answer.text, 'method', /Choose one of your payment methods/);
    }
  });
  const list = bodyOf((await get(colleague, '/autopay')).text);
  assert.match(list, /Visa ending 1111 of User /);
  const skip = await post(colleague, `/autopay/${id}/skip`, await skipFields(colleague, id));
  assert.equal(skip.status, 303, words(skip.text));
  const off = await post(colleague, `/autopay/${id}/off`, await form(colleague, `/autopay/${id}/off`));
  assert.equal(off.location, world.path('/autopay?off=1'));
  assert.equal(enrolments(team)[0].reason, 'customer');
  assert.deepEqual(mails(team, 'autopay_off'), [`${team.user.id} ${id}`], 'its own user is told');
});

test('what a colleague may not do any more: the page says that nothing is drafted', async () => {
  const team = await account({ users: 2 });
  await enrol(team.client, { method: team.card, schedule: 'first', older: '1' });
  const colleague = await colleagueOf(team);
  const stops = new RegExp('User \\S+ may not manage Auto Pay any more\\. Nothing is drafted, and on its next draft day this Auto Pay is turned off\\.');
  const list = async () => bodyOf((await get(colleague, '/autopay')).text);
  assert.match(await list(), /\$40\.43 on December 1/);
  assert.doesNotMatch(await list(), stops);
  world.sql(`UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = 'Test Payer') WHERE user_id = ${team.user.id}`);
  assert.match(await list(), stops);
  assert.doesNotMatch(await list(), /on December 1|Skip the next draft/);
  const [{ id }] = active(team);
  const off = await post(colleague, `/autopay/${id}/off`, await form(colleague, `/autopay/${id}/off`));
  assert.equal(off.location, world.path('/autopay?off=1'), 'at once, too');
});

test('a method that cannot pay cannot pay by itself', async () => {
  const team = await account();
  const page = await preview(team.client, { method: team.card, schedule: 'first' });
  for (const [change, pattern] of [["state = 'needs_attention', attention = '202'", /cannot be used any more/], ["state = 'removed'", /cannot be used any more/],
    ["state = 'active', expires_on = '2026-10-31'", /has expired/], ["expires_on = '2030-12-31', state = 'new', is_remembered = 0", /remembered/]]) {
    world.sql(`UPDATE method SET ${change} WHERE id = ${team.card}`);
    await writesNothing(async () => {
      const answer = await save(team.client, page);
      assert.equal(answer.status, 422, change);
      assert.match(summaryOf(answer.text), pattern, change);
    });
  }
});

// ---- once ----

test('sent twice, and at the same moment: one enrolment, one mail, one consent', async () => {
  for (let round = 0; round < Math.min(ROUNDS, 5); round++) {
    const team = await account();
    const page = await preview(team.client, { schedule: 'split', scope: 'types', type: ['Hosting', 'Support'] });
    const answers = await Promise.all([save(team.client, page), save(team.client, page), save(team.client, page)]);
    answers.push(await save(team.client, page));
    for (const answer of answers) assert.equal(answer.status, 303, words(answer.text));
    assert.equal(enrolments(team).length, 1);
    assert.equal(active(team)[0].covers, 'type:Hosting,type:Support');
    assert.equal(mails(team, 'autopay_on').length, 1);
    assert.equal(world.one(`SELECT COUNT(*) FROM consent WHERE account_id = ${team.id}`), '1');
  }
});

test('two tabs: the second asks again, says what it takes over, and then does', async () => {
  const team = await account();
  const card = await preview(team.client, { method: team.card, schedule: 'first' });
  const bank = await preview(team.client, { method: team.bank, schedule: 'first' });
  assert.doesNotMatch(bodyOf(bank.text), /Takes over/);
  assert.equal((await save(team.client, card)).status, 303);
  let again;
  await writesNothing(async () => {
    again = await save(team.client, bank);
    assert.equal(again.status, 409);
    assertFieldError(again.text, 'agree', /changed while this page was open/);
    assert.match(bodyOf(again.text), /Takes over from Visa ending 1111: All invoices\. Its Auto Pay is turned off\./);
    assert.equal(attribute(tagOf(again.text, 'agree'), 'checked'), undefined, 'the tick is not kept');
  });
  assert.equal((await save(team.client, { ...again, path: bank.path })).status, 303);
  assert.deepEqual(enrolments(team).map(({ method, state, reason, covers }) => [method, state, reason, covers]),
    [[team.card, 'off', 'taken_over', ''], [team.bank, 'active', '', 'all']]);
  assert.equal(mails(team, 'autopay_off').length, 1);
  assert.match(Buffer.from(world.one(`SELECT TO_BASE64(text) FROM consent WHERE method_id = ${team.bank}`).replace(/\\n/g, ''), 'base64').toString(),
    /debit my bank account \(Checking ending 6789\) electronically \(ACH\) automatically for .*, and to credit the account to correct errors\./);
  // Another tab with the same method and another schedule changes that one, after saying so.
  const other = await preview(team.client, { method: team.bank, schedule: 'fifteenth' });
  assert.match(bodyOf(other.text), /Changes the Auto Pay with Checking ending 6789: 1st of the Month, All invoices\./);
  const third = await preview(team.client, { method: team.bank, schedule: 'split' });
  assert.equal((await save(team.client, other)).status, 303);
  assert.equal((await save(team.client, third)).status, 409);
  assert.equal(active(team).length, 1);
  assert.equal(active(team)[0].schedule, 'fifteenth');
});

test('what was to be taken over is off meanwhile: asked again', async () => {
  const team = await account();
  await enrol(team.client, { method: team.card, schedule: 'first' });
  const page = await preview(team.client, { method: team.bank, schedule: 'first' });
  assert.match(bodyOf(page.text), /Takes over from Visa ending 1111/);
  const [{ id }] = active(team);
  await post(team.client, `/autopay/${id}/off`, await form(team.client, `/autopay/${id}/off`));
  await writesNothing(async () => assert.equal((await save(team.client, page)).status, 409));
  assert.equal(active(team).length, 0);
});

test('an invoice that is chosen by itself leaves the type it is of, and the page says so', async () => {
  const team = await account();
  await enrol(team.client, { method: team.card, schedule: 'first', scope: 'types', type: ['Hosting', 'Support'], older: '1' });
  const typeOf = (invoice) => world.one(`SELECT billing_type FROM invoice WHERE number = '${invoice.number}'`);
  const hosting = team.invoices.find((invoice) => typeOf(invoice) === 'Hosting');
  const page = await preview(team.client, { method: team.bank, schedule: 'first', scope: 'invoices', invoice: hosting.number });
  assert.match(bodyOf(page.text), new RegExp(`Takes over from Visa ending 1111: Invoice ${hosting.number}\\. The rest stays with it\\.`));
  const others = await preview(team.client, { method: team.bank, schedule: 'first', scope: 'types', type: 'Domains' });
  assert.doesNotMatch(bodyOf(others.text), /Takes over/);
});

test('part of another is taken over, the rest stays; the wider and the narrower stand side by side', async () => {
  const team = await account({ users: 2 });
  await enrol(team.client, { method: team.card, schedule: 'first', scope: 'types', type: ['Hosting', 'Support'], older: '1' });
  const colleague = await colleagueOf(team);
  const page = await preview(colleague, { method: team.users[1].bank, schedule: 'fifteenth', scope: 'types', type: 'Support', older: '1' });
  assert.match(bodyOf(page.text), /Takes over from Visa ending 1111 of User \S+: Support\. The rest stays with it\./);
  assert.match(bodyOf(page.text), /\$10\.00 on December 15, Checking ending 6789/);
  assert.equal((await save(colleague, page)).status, 303);
  assert.deepEqual(active(team).map(({ covers }) => covers), ['type:Hosting', 'type:Support']);
  assert.equal(mails(team, 'autopay_off').length, 0);
  assert.equal(mails(team, 'autopay_on').filter((row) => row.startsWith(`${team.user.id} `)).length, 2, 'and its user is told what is left');
  const all = await preview(team.client, { method: team.bank, schedule: 'first', older: '1' });
  assert.match(bodyOf(all.text), /Stays with Visa ending 1111: Hosting\..*Stays with Checking ending 6789 of User [^:]+: Support\./);
  assert.match(bodyOf(all.text), /Nothing is due yet for December 1/);
});

// ---- changing ----

test('a change keeps a draft day that is near, is agreed to again, and is not made to what is off', async () => {
  const team = await account();
  await enrol(team.client, { method: team.card, schedule: 'first', older: '1' });
  const [{ id }] = active(team);
  world.sql(`UPDATE enrolment SET next_on = '2026-11-22' WHERE id = ${id}`); // its run is still to come
  const path = `/autopay/${id}`;
  const html = (await get(team.client, path)).text;
  assert.notEqual(attribute(tagOf(html, 'schedule-first'), 'checked'), undefined);
  assert.notEqual(attribute(tagOf(html, 'older'), 'checked'), undefined);
  await enrol(team.client, { method: team.bank, largest: '20' }, path);
  assert.deepEqual(active(team).map((each) => [each.id, each.method, each.next]), [[id, team.bank, '2026-11-22']]);
  assert.equal(world.one(`SELECT COUNT(*) FROM consent WHERE enrolment_id = ${id}`), '2');
  assert.equal(mails(team, 'autopay_on').length, 2);
  const late = await preview(team.client, { schedule: 'split' }, path);
  assert.match(bodyOf(late.text), /on December 1, Checking/);
  await post(team.client, `${path}/off`, await form(team.client, `${path}/off`));
  await writesNothing(async () => {
    const answer = await save(team.client, late);
    assert.equal(answer.status, 409);
    assert.match(summaryOf(answer.text), /turned off meanwhile/);
    assert.equal((await get(team.client, path)).status, 404);
  });
});

// ---- skipping and turning off ----

const skipFields = async (client, id) => fieldsOf((await get(client, '/autopay')).text, world.path(`/autopay/${id}/skip`));

test('the next draft is skipped, and after all not; a day that passed is not skipped', async () => {
  const team = await account();
  await enrol(team.client, { schedule: 'first', older: '1' });
  const [{ id }] = active(team);
  const skip = () => world.one(`SELECT COALESCE(skip_on, '-') FROM enrolment WHERE id = ${id}`);
  const fields = await skipFields(team.client, id);
  for (let time = 0; time < 2; time++) {
    const answer = await post(team.client, `/autopay/${id}/skip`, fields);
    assert.equal(answer.location, world.path('/autopay?skipped=1'));
    assert.equal(skip(), '2026-12-01');
  }
  assert.match(bodyOf((await get(team.client, '/autopay')).text), /December 1 is skipped: nothing is drafted.*\$40\.43 on January 1, 2027/);
  const undo = await post(team.client, `/autopay/${id}/skip`, await skipFields(team.client, id));
  assert.equal(undo.location, world.path('/autopay?kept=1'));
  assert.equal(skip(), '-');
  world.sql(`UPDATE enrolment SET next_on = '2027-01-01' WHERE id = ${id}`);
  await writesNothing(async () => {
    const answer = await post(team.client, `/autopay/${id}/skip`, fields);
    assert.equal(answer.status, 409);
    assert.match(summaryOf(answer.text), /The next draft changed while this page was open/);
    const own = Object.fromEntries(fields);
    assert.equal((await post(team.client, `/autopay/${id}/skip`, { ...own, key: 'x' })).status, 403);
    assert.equal((await post(team.client, `/autopay/${id}/skip`, { ...own, day: 'soon' })).status, 400);
  });
});

test('a skip outlives a change; where its day is no draft day any more, the page says so before it is saved', async () => {
  const skip = (id) => world.one(`SELECT COALESCE(skip_on, '-') FROM enrolment WHERE id = ${id}`);
  const skipped = async (schedule) => {
    const team = await account();
    await enrol(team.client, { method: team.card, schedule, older: '1' });
    const [{ id }] = active(team);
    assert.equal((await post(team.client, `/autopay/${id}/skip`, await skipFields(team.client, id))).status, 303);
    return { team, id, path: `/autopay/${id}`, day: active(team)[0].next };
  };
  const ends = /You skipped (\w+ \d+), which is no draft day any more: that skip ends, and the next draft is made\./;
  // Of something else than the schedule.
  const other = await skipped('first');
  for (const change of [{ method: other.team.bank }, { backup: other.team.card }, { largest: '20' }, { scope: 'types', type: 'Hosting' }, { older: null }]) {
    const page = await enrol(other.team.client, change, other.path);
    assert.doesNotMatch(bodyOf(page.text), ends, JSON.stringify(change));
    assert.match(bodyOf(page.text), /December 1 is skipped: nothing is drafted/, JSON.stringify(change));
    assert.equal(skip(other.id), '2026-12-01', JSON.stringify(change));
  }
  // Of the schedule, and the day is one of the new one too.
  for (const [from, to, day] of [['first', 'split', '2026-12-01'], ['split', 'first', '2026-12-01'], ['fifteenth', 'split', '2026-12-15']]) {
    const { team, id, path } = await skipped(from);
    const page = await enrol(team.client, { schedule: to }, path);
    assert.doesNotMatch(bodyOf(page.text), ends);
    assert.match(bodyOf(page.text), /December (1|15) is skipped: nothing is drafted/);
    assert.equal(skip(id), day, `${from} ${to}`);
  }
  // A later day that is skipped can be taken back, though it is not the next one.
  const later = await skipped('fifteenth');
  await enrol(later.team.client, { schedule: 'split' }, later.path);
  assert.match(bodyOf((await get(later.team.client, '/autopay')).text), /\$20\.22 on December 1, .*December 15 is skipped.*Draft on December 15 after all/);
  assert.equal((await post(later.team.client, `${later.path}/skip`, await skipFields(later.team.client, later.id))).location, world.path('/autopay?kept=1'));
  assert.equal(skip(later.id), '-');
  // It is not.
  for (const [from, to, says] of [['first', 'fifteenth', 'December 1'], ['first', 'due_date', 'December 1'], ['due_date', 'split', 'November 30'], ['fifteenth', 'first', 'December 15']]) {
    const { team, id, path } = await skipped(from);
    const page = await enrol(team.client, { schedule: to }, path);
    assert.equal(bodyOf(page.text).match(ends)?.[1], says, `${from} ${to}: ${bodyOf(page.text)}`);
    assert.equal(skip(id), '-');
  }
  // Skipped in another tab after the preview: asked again.
  const two = await account();
  await enrol(two.client, { method: two.card, schedule: 'first', older: '1' });
  const [{ id }] = active(two);
  const page = await preview(two.client, { schedule: 'fifteenth' }, `/autopay/${id}`);
  await post(two.client, `/autopay/${id}/skip`, await skipFields(two.client, id));
  const again = await save(two.client, page);
  assert.equal(again.status, 409);
  assert.match(bodyOf(again.text), ends);
  // While paying, and by one that takes over.
  const review = await world.review(two.client, payingChange(two, { schedule: 'due_date' }));
  assert.match(bodyOf(review.html), ends);
  const over = await preview(two.client, { method: two.bank, schedule: 'first' });
  assert.match(bodyOf(over.text), /Takes over from Visa ending 1111: All invoices\. Its Auto Pay is turned off\. December 1 is not skipped any more\./);
});

test('a change says what becomes of a draft that waits to be tried again, and that is agreed to', async () => {
  const team = await account();
  await enrol(team.client, { method: team.card, schedule: 'first', older: '1' });
  const [{ id }] = active(team);
  const path = `/autopay/${id}`;
  const unaware = await preview(team.client, { backup: team.bank }, path);
  assert.doesNotMatch(bodyOf(unaware.text), /did not go through is/);
  world.sql(`UPDATE enrolment SET began_on = '2026-10-05' WHERE id = ${id}; INSERT INTO draft (account_id, enrolment_id, draft_on, state, amount_cents,
    attempts, retry_on, created_at) VALUES (${team.id}, ${id}, '2026-11-01', 'retry', 3043, 2, '2026-11-25', '2026-11-01')`);
  // It began to wait while the page was open.
  const late = await save(team.client, unaware);
  assert.equal(late.status, 409);
  const said = 'The draft of November 1, 2026 that did not go through is tried again on November 25, 2026, and takes at most $30.43 then.';
  assert.ok(bodyOf(late.text).includes(said), bodyOf(late.text));
  await enrol(team.client, { backup: team.bank }, path);
  assert.equal(world.one(`SELECT COUNT(*) FROM consent WHERE enrolment_id = ${id} AND text LIKE '%${said}%'`), '1');
  // Another schedule has its own days.
  const other = await preview(team.client, { schedule: 'split' }, path);
  assert.match(bodyOf(other.text), /The draft of November 1, 2026 that did not go through is not tried again\./);
  world.sql(`DELETE FROM draft WHERE enrolment_id = ${id}`);
});

test('turning off says what that means, ends what waits, and twice is once', async () => {
  const team = await account();
  await enrol(team.client, { schedule: 'first' });
  const [{ id }] = active(team);
  world.sql(`INSERT INTO draft (account_id, enrolment_id, draft_on, state, retry_on, created_at) VALUES
             (${team.id}, ${id}, '2026-11-01', 'retry', '2026-11-25', '2026-11-01'), (${team.id}, ${id}, '2026-10-01', 'open', NULL, '2026-10-01')`);
  // What is tried again comes before the next draft day; of a schedule that was given up nothing is.
  const again = /The draft of November 1 is tried again on November 25, Visa ending 1111: what that takes is not taken again/;
  assert.doesNotMatch(bodyOf((await get(team.client, '/autopay')).text), again);
  world.sql(`UPDATE enrolment SET began_on = '2026-09-15' WHERE id = ${id}`);
  assert.match(bodyOf((await get(team.client, '/autopay')).text), again);
  const page = await get(team.client, `/autopay/${id}/off`);
  assert.match(bodyOf(page.text), /Turn off Auto Pay.*Disabling Auto Pay means you'll need to manually submit future payments to keep your account current\./);
  const fields = fieldsOf(page.text, world.path(`/autopay/${id}/off`));
  await writesNothing(async () => assert.equal((await post(team.client, `/autopay/${id}/off`, { key: 'x' })).status, 403));
  for (const answer of await Promise.all([0, 1, 2].map(() => post(team.client, `/autopay/${id}/off`, fields)))) assert.equal(answer.status, 303);
  assert.deepEqual(world.sql(`SELECT state, reason FROM draft WHERE enrolment_id = ${id} ORDER BY draft_on`).map((row) => row.join(' ').trim()), ['open', 'failed off']);
  world.sql(`DELETE FROM draft WHERE enrolment_id = ${id} AND state = 'open'`); // it has no payment, which the books would ask about
  assert.equal(mails(team, 'autopay_off').length, 1);
  const list = bodyOf((await get(team.client, '/autopay?off=1')).text);
  assert.match(list, /Auto Pay is off\./);
  assert.match(list, /You'll need to manually submit future payments/);
  assert.match(list, /Nov 1, 2026/, 'what was drafted is still shown');
  world.sql(`DELETE FROM draft WHERE enrolment_id = ${id}`); // made up above
});

// ---- bank accounts of persons: told first ----

const noticed = (id) => world.one(`SELECT CONCAT_WS(' ', COALESCE(noticed_on, '-'), noticed_cents) FROM enrolment WHERE id = ${id}`);

test('a person’s bank account: what was previewed is what was told, and the words for it', async () => {
  const team = await account();
  const told = /You are told by e-mail of each (later )?draft at least 10 days before, and what is billed after that waits for the next one\./;
  assert.match(bodyOf((await get(team.client, '/autopay/new')).text), /Without it, you are told by e-mail of each draft from a personal bank account at least 10 days before/);
  const page = await preview(team.client, { method: team.bank, schedule: 'due_date', older: '1' });
  const text = bodyOf(page.text);
  // The second is told of on the day of the first, at the earliest.
  assert.match(text, /\$30\.43 on November 30, Checking ending 6789 \$10\.00 on December 10, Checking ending 6789/);
  assert.match(text, told);
  assert.match(text, /What is billed until then waits for the next draft\./);
  assert.match(text, /The first draft, on November 30, 2026, takes at most \$30\.43\. I am told by e-mail of the day of each later draft, and of the most it takes, at least 10 days before\./);
  // Another amount is not the one that was agreed to.
  world.sql(`UPDATE invoice SET total_cents = total_cents + 1 WHERE number = '${team.invoices[0].number}'`);
  const changed = await save(team.client, page);
  assert.equal(changed.status, 409);
  assert.match(bodyOf(changed.text), /takes at most \$30\.44\./);
  assert.equal(enrolments(team).length, 0);
  world.sql(`UPDATE invoice SET total_cents = total_cents - 1 WHERE number = '${team.invoices[0].number}'`);
  assert.equal((await save(team.client, page)).status, 303);
  const [{ id }] = active(team);
  assert.equal(noticed(id), '2026-11-30 3043');
  assert.match(bodyOf((await get(team.client, '/autopay')).text), told);
  assert.equal(world.one(`SELECT text LIKE '%at least 10 days before%' FROM consent WHERE enrolment_id = ${id}`), '1');
  // With a most per draft nothing waits, and nobody says so; what was told stays.
  const limited = bodyOf((await enrol(team.client, { largest: '20.00' }, `/autopay/${id}`)).text);
  assert.doesNotMatch(limited, /10 days before/);
  assert.match(limited, /Invoices that are issued until then come on top\./);
  assert.doesNotMatch(bodyOf((await get(team.client, '/autopay')).text), /10 days before/);
  // The same with a card; as its backup the account is told first again.
  assert.doesNotMatch(bodyOf((await enrol(team.client, { largest: '', method: team.card }, `/autopay/${id}`)).text), /10 days before/);
  assert.match(bodyOf((await enrol(team.client, { backup: team.bank, schedule: 'first' }, `/autopay/${id}`)).text), told);
  assert.equal(noticed(id), '2026-12-01 4043');
  // A business's account is not.
  world.sql(`UPDATE method SET holder_type = 'business' WHERE id = ${team.bank}`);
  assert.doesNotMatch(bodyOf((await preview(team.client, {}, `/autopay/${id}`)).text), /10 days before/);
  assert.doesNotMatch(bodyOf((await get(team.client, '/autopay/new')).text), /10 days before/);
});

test('the list says the day and the most that were told; a day that was put off is shown', async () => {
  const team = await account();
  await enrol(team.client, { method: team.bank, schedule: 'split', older: '1' });
  const [{ id }] = active(team);
  const list = async () => bodyOf((await get(team.client, '/autopay')).text);
  assert.match(await list(), /\$20\.22 on December 1, Checking ending 6789 \$20\.21 on December 15/);
  world.sql(`UPDATE enrolment SET next_on = '2026-12-07', noticed_on = '2026-12-07', noticed_cents = 1500 WHERE id = ${id}`);
  assert.match(await list(), /\$15\.00 on December 7, Checking ending 6789 \$25\.43 on December 17/);
  world.sql(`UPDATE enrolment SET next_on = '2026-12-01', noticed_on = NULL, noticed_cents = 0 WHERE id = ${id}`);
  assert.match(await list(), /\$20\.22 on December 2, Checking ending 6789/, 'nobody was told yet');
});

test('a person’s account in the place of a business’s: what was told does not hold for it', async () => {
  const team = await account();
  world.sql(`UPDATE method SET holder_type = 'business' WHERE id = ${team.bank}`);
  await enrol(team.client, { method: team.bank, schedule: 'first', older: '1' });
  const [{ id }] = active(team);
  const replace = async (four, change) => {
    const page = await get(team.client, `/methods/bank?replace=${team.bank}`);
    const fields = { routing: '021000021', account: `555111${four}`, account_again: `555111${four}`, account_type: 'checking', name_on_account: 'Ada Moss', holder_type: 'personal', ...change };
    const answer = await post(team.client, '/methods/bank', fieldsOf(page.text, world.path('/methods/bank'), { ...fields, authorize: attribute(tagOf(page.text, 'authorize'), 'value') }));
    assert.equal(answer.status, 303, words(answer.text));
  };
  world.sql(`UPDATE enrolment SET noticed_on = '2026-12-01', noticed_cents = 4043 WHERE id = ${id}`);
  await replace('2224', { holder_type: 'business', company: 'Moss LLC' });
  assert.equal(noticed(id), '2026-12-01 4043', 'still a business');
  await replace('2225');
  assert.equal(noticed(id), '- 0');
  world.sql(`UPDATE enrolment SET noticed_on = '2026-12-01', noticed_cents = 4043 WHERE id = ${id}`);
  await replace('2226');
  assert.equal(noticed(id), '2026-12-01 4043', 'a person’s again');
});

test('enrolling a bank account while paying a part: the rest is told as it was shown', async () => {
  const team = await account();
  const review = await world.review(team.client, payingChange(team, { method: team.bank, older: '1', amounts: { [team.invoices[0].number]: '10' } }));
  assert.match(bodyOf(review.html), /The first draft, on November 30, 2026, takes at most \$20\.43\./);
  assert.equal((await world.confirm(team.client, review)).status, 303);
  const [{ id }] = active(team);
  assert.equal(noticed(id), '2026-11-30 2043');
});

test('what one leaves behind is looked at by the one that has it then', async () => {
  const team = await account();
  await enrol(team.client, { method: team.card, schedule: 'first', scope: 'types', type: ['Hosting', 'Support'], older: '1' });
  await enrol(team.client, { method: team.bank, schedule: 'due_date', older: '1' });
  const [types, all] = active(team);
  assert.equal(all.next, '-', 'it has nothing yet');
  await post(team.client, `/autopay/${types.id}/off`, await form(team.client, `/autopay/${types.id}/off`));
  assert.equal(active(team)[0].next, '2026-11-30');
  assert.match(bodyOf((await get(team.client, '/autopay')).text), /\$30\.43 on December 2, Checking ending 6789/, 'ten days after the notice of it');
});

test('the first due day is found however many invoices are open, when one is made and when one ends', async () => {
  const team = await account({ invoices: [[3043, 'Support', '2027-03-09', '2026-11-01']] });
  // The account's other invoices are due before; an invoice of the enrolment's type is the last of all.
  const only = async (client, count) => {
    world.sql(`DELETE FROM invoice WHERE account_id = ${team.id} AND number LIKE 'many-%';
      INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, fingerprint, created_at)
      SELECT ${team.id}, CONCAT('many-', seq), 'Hosting', '2026-11-01', '2026-12-01', 100, UNHEX(SHA2(CONCAT('many', seq), 256)), UTC_TIMESTAMP() FROM seq_1_to_${count}`);
    const page = await enrol(client, { method: team.card, schedule: 'due_date', scope: 'types', type: 'Support', older: '1' });
    assert.match(bodyOf(page.text), /beginning on March 9, 2027/, String(count));
    const [made] = active(team);
    assert.equal(made.next, '2027-03-09', String(count));
    return made;
  };
  const off = async (id) => assert.equal((await post(team.client, `/autopay/${id}/off`, await form(team.client, `/autopay/${id}/off`))).status, 303);
  for (const count of [499, 500, 501, 1999, 2000, 2001]) await off((await only(team.client, count)).id);
  // What one leaves behind is the 2002nd: the other one looks at it on its day.
  const types = await only(team.client, 2001);
  world.sql(`UPDATE invoice SET billing_type = 'Support', due_on = '2027-03-10' WHERE number = 'many-7' AND account_id = ${team.id}`);
  await enrol(team.client, { method: team.bank, schedule: 'due_date', scope: 'invoices', invoice: 'many-8' });
  const [, chosen] = active(team);
  assert.equal(chosen.next, '2026-12-01');
  world.sql(`UPDATE enrolment SET scope = 'all', next_on = NULL, issued_from = NULL WHERE id = ${chosen.id}; UPDATE enrolment_cover SET cover_key = 'all' WHERE enrolment_id = ${chosen.id}`);
  await off(types.id);
  assert.equal(active(team)[0].next, '2027-03-09');
  world.sql(`DELETE FROM invoice WHERE account_id = ${team.id} AND number LIKE 'many-%'`); // not booked
  await off(chosen.id);
});

// ---- the pages that lead there ----

test('a method’s page and the list say what is on; removing the method ends it', async () => {
  const team = await account();
  await enrol(team.client, { method: team.card, schedule: 'split', backup: team.bank });
  const [{ id }] = active(team);
  const page = (await get(team.client, `/methods/${team.card}`)).text;
  assert.match(bodyOf(page), /Auto Pay 1st and 15th \(Split Between\): All invoices/);
  const choice = (schedule) => get(team.client, `/autopay/new?method=${team.card}&schedule=${schedule}`);
  assert.match(page, /<form[^>]*method="get" action="\/billing\/autopay\/new">/);
  for (const [, schedule] of ALL) assert.notEqual(attribute(tagOf((await choice(schedule)).text, `schedule-${schedule}`), 'checked'), undefined);
  assert.equal((await choice('off')).location, world.path(`/autopay/${id}/off`));
  const list = bodyOf((await get(team.client, '/methods')).text);
  assert.match(list, /Visa ending 1111.*On.*Checking ending 6789.*Backup|Checking ending 6789.*Backup.*Visa ending 1111.*On/);
  // Removing the backup only clears it.
  const remove = async (method) => post(team.client, `/methods/${method}/remove`, await form(team.client, `/methods/${method}/remove`));
  assert.match(bodyOf((await get(team.client, `/methods/${team.bank}/remove`)).text), /not the backup of your Auto Pay any more/);
  assert.equal((await remove(team.bank)).status, 303);
  assert.equal(world.one(`SELECT COALESCE(backup_method_id, '-') FROM enrolment WHERE id = ${id}`), '-');
  assert.equal(active(team).length, 1);
  assert.match(bodyOf((await get(team.client, `/methods/${team.card}/remove`)).text), /Its Auto Pay is turned off/);
  assert.equal((await remove(team.card)).status, 303);
  assert.equal(enrolments(team)[0].reason, 'method');
  assert.deepEqual(mails(team, 'autopay_off'), [`${team.user.id} ${id}`]);
});

const HALVES = /Half of the month's total on the 1st, the remaining half on the 15th/;
const isChecked = (html, id) => attribute(tagOf(html, id), 'checked') !== undefined;
const newBank = (html) => ({ routing: '021000021', account: '5551234567', account_again: '5551234567', holder_type: 'personal', account_type: 'checking', name_on_account: 'Ada Moss', authorize: attribute(tagOf(html, 'authorize'), 'value') });
const newCard = (html) => ({ payment_token: 'test-discover', name_on_card: 'Ada Moss', zip: '60601', terms: attribute(tagOf(html, 'terms'), 'value') });

for (const [what, path, filled] of [['bank account', '/methods/bank', newBank], ['card', '/methods/card', newCard]])
  test(`a ${what} that is added with the tick and a schedule leads to its autopay form with both`, async () => {
    const team = await account();
    const html = (await get(team.client, path)).text;
    const send = (change) => post(team.client, path, fieldsOf(html, world.path(path), { ...filled(html), autopay: '1', ...change }));
    assert.ok(!isChecked(html, 'autopay'), 'it starts unticked');
    assert.match(bodyOf(html), HALVES);
    for (const [word, schedule] of ALL) {
      assert.ok(bodyOf(html).includes(word));
      assert.equal(isChecked(html, `schedule-${schedule}`), schedule === 'due_date');
    }
    for (const schedule of ['hourly', 'off', '', null])
      await writesNothing(async () => {
        const wrong = await send({ schedule });
        assert.equal(wrong.status, 422);
        assertFieldError(wrong.text, 'schedule', /Choose when payments are made/);
        assert.ok(isChecked(wrong.text, 'autopay'), 'what was ticked stays');
      });
    // Something else is wrong: the choice stays, and so it does in a form that was not ticked.
    for (const autopay of ['1', null]) {
      const wrong = await send({ schedule: 'split', autopay, name_on_account: '', name_on_card: '' });
      assert.equal(wrong.status, 422);
      assert.doesNotMatch(bodyOf(wrong.text), /Choose when/);
      assert.equal(isChecked(wrong.text, 'autopay'), autopay === '1');
      assert.ok(isChecked(wrong.text, 'schedule-split') && !isChecked(wrong.text, 'schedule-due_date'));
    }
    const answer = await send({ schedule: 'fifteenth' });
    assert.match(answer.location, /\/autopay\/new\?method=\d+&schedule=fifteenth&added=1$/, words(answer.text));
    const [, method] = answer.location.match(/method=(\d+)/);
    const page = (await team.client.get(answer.location)).text;
    assert.match(bodyOf(page), /The payment method was saved\. Auto Pay is not on yet\./);
    assert.match(page, new RegExp(`<input type="radio" id="method-\\d" name="method" value="${method}" checked`));
    assert.ok(isChecked(page, 'schedule-fifteenth'));
    assert.equal(enrolments(team).length, 0, 'nothing is on before it was seen');
  });

test('a schedule counts only with the tick, and the tick only where it is offered', async () => {
  const team = await account();
  const send = async (path, change) => {
    const { text } = await get(team.client, path);
    return [text, await post(team.client, '/methods/bank', fieldsOf(text, world.path('/methods/bank'), { ...newBank(text), ...change }))];
  };
  const [, plain] = await send('/methods/bank', { schedule: 'hourly', account: '5551234560', account_again: '5551234560' });
  assert.match(plain.location, /\/methods\/\d+\?saved=1$/);
  const [html, replaced] = await send(`/methods/bank?replace=${team.bank}`, { autopay: '1', schedule: 'hourly' });
  assert.doesNotMatch(html, /name="(autopay|schedule)"/);
  assert.match(replaced.location, /\/methods\/\d+\?saved=1$/, words(replaced.text));
});

test('a bank account that takes the place of one in Auto Pay is authorized for that', async () => {
  const team = await account();
  const plain = bodyOf((await get(team.client, `/methods/bank?replace=${team.bank}`)).text);
  assert.doesNotMatch(plain, /in my Auto Pay|goes on/);
  await enrol(team.client, { method: team.bank, schedule: 'first' });
  const page = await get(team.client, `/methods/bank?replace=${team.bank}`);
  assert.match(bodyOf(page.text), /Auto Pay goes on with the new account\..*This account takes the place of the one that it replaces in my Auto Pay: what I authorized there holds for this account from now on\./);
  const fields = { routing: '021000021', account: '5551112223', account_again: '5551112223', holder_type: 'personal', account_type: 'checking', name_on_account: 'Ada Moss' };
  const send = () => post(team.client, '/methods/bank', fieldsOf(page.text, world.path('/methods/bank'), { ...fields, authorize: attribute(tagOf(page.text, 'authorize'), 'value') }));
  for (let time = 0; time < 2; time++) assert.equal((await send()).status, 303, 'twice is once');
  assert.equal(world.one(`SELECT COUNT(*) FROM consent WHERE method_id = ${team.bank} AND kind = 'ach_authorization' AND text LIKE '%This account takes the place of the one that it replaces in my Auto Pay%'`), '1');
  assert.match(bodyOf((await get(team.client, '/autopay')).text), /Checking ending 2223/);
});

test('a card that takes the place of one in Auto Pay: the form and its terms say that it goes on', async () => {
  const team = await account();
  const goes = /Auto Pay goes on with the new card\./, agreed = 'This card takes the place of the one that it replaces in my Auto Pay: what I authorized there holds for this card from now on.';
  const open = async () => (await get(team.client, `/methods/card?replace=${team.card}`)).text;
  const plain = await open();
  assert.doesNotMatch(bodyOf(plain), goes);
  assert.ok(!plain.includes(agreed));
  const filled = (html) => fieldsOf(html, world.path('/methods/card'), { payment_token: 'test-discover', name_on_card: 'Ada Moss', zip: '60601', terms: attribute(tagOf(html, 'terms'), 'value') });
  await enrol(team.client, { method: team.bank, schedule: 'first', backup: team.card });
  // Auto Pay began while the page was open.
  const stale = await post(team.client, '/methods/card', filled(plain));
  assert.equal(stale.status, 422);
  assertFieldError(stale.text, 'terms', /The terms changed while this page was open/);
  const html = await open();
  assert.match(bodyOf(html), goes);
  assert.ok(bodyOf(html).includes(agreed));
  for (let time = 0; time < 2; time++) {
    const answer = await post(team.client, '/methods/card', filled(html));
    assert.equal(answer.status, 303, `twice is once: ${words(answer.text)}`);
  }
  assert.equal(world.one(`SELECT COUNT(*) FROM consent WHERE method_id = ${team.card} AND kind = 'card_terms' AND text LIKE '%${agreed}'`), '1');
  assert.match(bodyOf((await get(team.client, '/autopay')).text), /Backup method Discover ending 0009/);
  // A card that is in none, and a new one, say nothing of it.
  for (const path of ['/methods/card', '/methods/bank']) assert.doesNotMatch(bodyOf((await get(team.client, path)).text), /goes on with|in my Auto Pay/);
});

test('hostile words are words', async () => {
  const team = await account();
  const evil = `<script>alert(1)</script>"'&`;
  const quoted = evil.replace(/'/g, "\\'");
  world.sql(`UPDATE invoice SET billing_type = '${quoted}' WHERE number = '${team.invoices[0].number}'; UPDATE user SET name = '${quoted}' WHERE id = ${team.user.id};
             UPDATE method SET label = '${quoted}' WHERE id = ${team.card}`);
  const page = await preview(team.client, { schedule: 'first', scope: 'types', type: evil });
  assert.equal(page.status, 200, words(page.text));
  await save(team.client, page);
  assert.equal(world.one(`SELECT cover_key = CONCAT('type:', '${quoted}') FROM enrolment_cover WHERE account_id = ${team.id}`), '1');
  const [{ id }] = active(team);
  for (const path of ['/autopay', '/autopay/new', `/autopay/${id}`, `/autopay/${id}/off`, `/methods/${team.card}`]) {
    const { text, status } = await get(team.client, path);
    assert.equal(status, 200, path);
    assert.ok(!text.includes('<script>alert') && text.includes('&lt;script&gt;alert'), path);
  }
});

// ---- while paying ----

const ON = /Auto Pay is on\. You will receive confirmation each time a payment is drafted\. ?Manage Auto Pay/;
const payingChange = (team, change) => ({ what: 'selected', invoice: team.invoices[0].number, method: team.card, autopay: '1', schedule: 'due_date', ...change });

test('enrolling while paying: shown on the review, done with the claim, not before', async () => {
  const team = await account();
  const html = (await get(team.client, '/pay')).text;
  assert.equal(attribute(tagOf(html, 'autopay'), 'checked'), undefined, 'it starts unticked');
  assert.notEqual(attribute(tagOf(html, 'schedule-due_date'), 'checked'), undefined);
  assert.match(bodyOf(html), HALVES);
  const review = await world.review(team.client, payingChange(team));
  assert.equal(enrolments(team).length, 0);
  const text = bodyOf(review.html);
  assert.match(text, /From then on Visa ending 1111 pays by itself: On the due date, All invoices ?, issued since Nov 22, 2026 ?\./);
  assert.match(text, /authorize Northwind Hosting to charge my card \(Visa ending 1111\) automatically for all invoices/);
  assert.match(text, /Pay \$30\.43 and turn on Auto Pay/);
  await writesNothing(async () => {
    for (const autopay of ['', '0123456789abcdef']) {
      const answer = await team.client.post(review.path, { key: review.key, autopay });
      assert.equal(answer.status, 409);
      assert.match(summaryOf(answer.text), /nothing was done and nothing was charged/);
    }
  });
  const answers = await Promise.all([world.confirm(team.client, review), world.confirm(team.client, review)]);
  for (const answer of answers) assert.equal(answer.status, 303, words(answer.text));
  assert.equal(outcomeOf((await team.client.get(review.path)).text), 'success');
  assert.deepEqual(active(team).map(({ method, schedule, covers }) => [method, schedule, covers]), [[team.card, 'due_date', 'all']]);
  assert.equal(world.one(`SELECT issued_from FROM enrolment WHERE account_id = ${team.id}`), '2026-11-22');
  assert.equal((await world.sales(review.reference)).length, 1);
  assert.equal(mails(team, 'autopay_on').length, 1);
});

test('the outcome says that Auto Pay is on where paying turned it on, to who did, while it is', async () => {
  const team = await account({ users: 2 }), colleague = await colleagueOf(team);
  const says = async (path, client = team.client) => bodyOf((await client.get(path)).text);
  const pay = async (change) => {
    const review = await world.review(team.client, payingChange(team, change));
    assert.doesNotMatch(bodyOf(review.html), /Auto Pay is on/);
    return [review, await world.confirm(team.client, review)];
  };
  // Paid without it, also while another Auto Pay is on.
  const [plain] = await pay({ autopay: '', schedule: 'split', invoice: team.invoices[1].number });
  assert.equal(outcomeOf((await team.client.get(plain.path)).text), 'success');
  assert.doesNotMatch(await says(plain.path), /Auto Pay is on/);
  const [review, answer] = await pay({});
  const page = await team.client.follow(answer);
  assert.equal(outcomeOf(page.text), 'success');
  assert.match(bodyOf(page.text), ON);
  assert.match(page.text, new RegExp(`drafted\\. <a href="${world.path('/autopay')}">Manage Auto Pay</a>`));
  assert.doesNotMatch(await says(plain.path), /Auto Pay is on/);
  assert.doesNotMatch(await says(review.path, colleague), /Auto Pay is on/);
  // Not by a payment that took no money, or gave it back.
  for (const state of ['declined', 'failed', 'returned', 'refunded']) {
    world.sql(`UPDATE payment SET state = '${state}' WHERE reference = '${review.reference}'`);
    assert.doesNotMatch(await says(review.path), /Auto Pay is on/, state);
  }
  world.sql(`UPDATE payment SET state = 'succeeded' WHERE reference = '${review.reference}'`);
  assert.match(await says(review.path), ON);
  const [{ id }] = active(team);
  assert.equal((await post(team.client, `/autopay/${id}/off`, await form(team.client, `/autopay/${id}/off`))).status, 303);
  assert.doesNotMatch(await says(review.path), /Auto Pay is on/, 'it is off again');
});

test('a claim that fails enrols nobody', async () => {
  const team = await account();
  const review = await world.review(team.client, payingChange(team, { older: '1' }));
  assert.match(bodyOf(review.html), /\$10\.00 on December 9, Visa ending 1111/, 'what is paid now is not drafted again');
  const other = await world.review(team.client, { what: 'selected', invoice: team.invoices[0].number, method: team.bank });
  assert.equal((await world.confirm(team.client, other)).status, 303);
  const answer = await world.confirm(team.client, review);
  assert.equal(outcomeOf((await team.client.follow(answer)).text), 'conflict');
  assert.equal(enrolments(team).length, 0);
  assert.equal(mails(team, 'autopay_on').length, 0);
});

test('somebody else enrolled meanwhile: nothing is charged, and the review says what is taken over', async () => {
  const team = await account();
  const review = await world.review(team.client, payingChange(team));
  await enrol(team.client, { method: team.bank, schedule: 'first' });
  let again;
  await writesNothing(async () => {
    again = await world.confirm(team.client, review);
    assert.equal(again.status, 409);
    assert.match(bodyOf(again.text), /Takes over from Checking ending 6789: All invoices\. Its Auto Pay is turned off\./);
  });
  assert.equal((await world.sales(review.reference)).length, 0);
  const answer = await world.confirm(team.client, { ...review, html: again.text, key: formKey(again.text) });
  assert.equal(answer.status, 303);
  assert.deepEqual(active(team).map(({ method }) => method), [team.card]);
});

test('a new bank account that pays automatically is remembered; a wrong schedule is said', async () => {
  const team = await account();
  const bank = { method: 'bank', routing: '021000021', account: '5557654321', account_again: '5557654321', holder_type: 'personal', account_type: 'checking', name_on_account: 'Ada Moss' };
  const wrong = await world.pay(team.client, payingChange(team, { schedule: 'hourly' }));
  assert.equal(wrong.status, 422);
  assertFieldError(wrong.text, 'schedule', /Choose when payments are made/);
  const review = await world.review(team.client, payingChange(team, { ...bank, schedule: 'split' }));
  assert.match(bodyOf(review.html), /debit my bank account \(Checking ending 4321\) electronically \(ACH\)/);
  assert.equal((await world.confirm(team.client, review)).status, 303);
  const outcome = (await team.client.get(review.path)).text;
  assert.equal(outcomeOf(outcome), 'pending');
  assert.match(bodyOf(outcome), ON);
  const [made] = active(team);
  assert.equal(made.next, '2026-12-01');
  assert.deepEqual(world.sql(`SELECT state, is_remembered, last_four FROM method WHERE id = ${made.method}`)[0], ['active', '1', '4321']);
});

test('books and gateway agree', async () => {
  await world.assertClean();
});
