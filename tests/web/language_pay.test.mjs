// language_pay.test.mjs - paying, saving and Auto Pay for somebody who reads Spanish: what is said, what is agreed to and
// kept, and that everything else is what it is in English.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { World, assertFieldError, attribute, fieldsOf, formKey, outcomeOf, summaryOf, tagOf, words } from './world.mjs';

const SPANISH = { 'accept-language': 'es' };
const ENGLISH = { 'accept-language': 'en' };
const VISA = '00000000-000000-000000-000000000000';
const TERMS = 'Northwind takes what is due.';

let world;
before(async () => {
  world = await World.open({ settings: ['Payment.Largest = 150.00'] });
});
after(() => world?.close());

// ---- tools ----

// What a text of English is called in Spanish.
const po = readFileSync(join(top, 'templates/words/es.po'), 'utf8');
function es(text) {
  const at = po.indexOf(`\nmsgid ${JSON.stringify(text)}\nmsgstr "`);
  assert.ok(at >= 0, `no text of the pages: ${text}`);
  return JSON.parse(po.slice(at + 1).split('\n')[1].slice('msgstr '.length)) || text;
}

async function someone(headers = SPANISH, invoices = [3000, 4500, 1250]) {
  const account = await world.account({ invoices });
  const client = await world.signIn(account.user);
  client.headers = headers;
  return { account, client };
}

const bodyOf = (text) => words(text.match(/<main[\s\S]*<\/main>/)[0]);
const consentsOf = (account) =>
  world.sql(`SELECT kind, version, TO_BASE64(text) FROM consent WHERE account_id = ${account.id} ORDER BY id`)
    .map(([kind, version, text]) => ({ kind, version, text: Buffer.from(text.replace(/\\n/g, ''), 'base64').toString() }));
const authorizationOf = (html) => words(html.match(/<section class="r-authorization"[\s\S]*?<\/section>/)[0].match(/<p class="r-lines-kept"[^>]*>([\s\S]*?)<\/p>/)[1]);

// What is left once a payment is over, without what tells one payment from another.
function booked(account, reference) {
  const plain = (value) => (value ?? '').replaceAll(reference, 'REFERENCE').replaceAll(account.number, 'NUMBER').replace(/w\d+-\d+/g, 'TAG');
  return world.sql(`SELECT state, kind, source, method_text, amount_cents, decline_class, response_code, response_text, note FROM payment WHERE reference = '${reference}'
    UNION ALL SELECT 'event', e.from_state, e.to_state, e.detail, '', '', '', '', '' FROM payment_event e JOIN payment p ON p.id = e.payment_id WHERE p.reference = '${reference}'
    UNION ALL SELECT 'journal', e.kind, p.ledger, p.amount_cents, '', '', '', '', '' FROM journal_entry e JOIN journal_posting p ON p.account_id = e.account_id AND p.entry_id = e.id WHERE e.account_id = ${account.id}
    UNION ALL SELECT 'mail', kind, '', '', '', '', '', '', '' FROM outbox WHERE account_id = ${account.id}`)
    .map((row) => row.map(plain).join('|')).sort();
}

// `remit payment show --json`, without what is another one each time.
async function shownBy(reference, account) {
  const { code, out, err } = await world.demo.remit('payment', 'show', reference, '--json');
  assert.equal(code, 0, err);
  const plain = (value) => value.replaceAll(reference, 'REFERENCE').replaceAll(account.number, 'NUMBER').replace(/w\d+-\d+/g, 'TAG')
    .replace(/^\d{4}-\d\d-\d\d.*$/, 'DAY').replace(/^user:\d+$/, 'USER');
  return JSON.parse(out, (key, value) => (['request_id', 'transaction_id', 'id'].includes(key) && value ? key : typeof value === 'string' ? plain(value) : value));
}

async function withSettings(program, lines, work) {
  const file = join(world.demo.run, 'remit.hdf');
  const kept = readFileSync(file);
  appendFileSync(file, `${lines.join('\n')}\n`);
  try {
    await world.demo.restart(program);
    return await work();
  } finally {
    writeFileSync(file, kept);
    await world.demo.restart(program);
  }
}

// ---- Make a Payment ----

test('the form, and what is wrong with it', async () => {
  const { account, client } = await someone();
  const page = await client.get(world.path('/pay'));
  const text = bodyOf(page.text);
  for (const said of ['Hacer un pago', 'Saldo actual $87.50', 'Saldo total', 'Cargos actuales', 'Monto fijo', 'Facturas seleccionadas', 'Un pago puede ser de', 'Visa terminada en 1111', 'Vence 12/2030',
    'Cuenta corriente terminada en 6789', 'Cuenta corriente: ACH único o automático', 'Total del pago', 'Procesar pago'])
    assert.ok(text.includes(said), `${said}: ${text}`);
  assert.match(text, /Tengo derecho a usar esta tarjeta y permito a Northwind Hosting/);
  assert.equal(attribute(tagOf(page.text, 'card-status'), 'data-asking'), 'Verificando la tarjeta…');
  assert.equal(page.headers['content-security-policy'], (await client.get(world.path('/pay'), ENGLISH)).headers['content-security-policy']);

  const before = world.rows();
  const wrong = async (change) => {
    const answer = await world.pay(client, change);
    assert.equal(answer.status, 422);
    return answer.text;
  };
  assertFieldError(await wrong({ what: 'selected' }), 'picker', /Seleccione al menos una factura$/);
  const [{ number }] = account.invoices;
  const more = await wrong({ what: 'selected', invoice: number, amounts: { [number]: '30.01' } });
  assert.ok(summaryOf(more).includes(`Factura ${number}: Solo se pueden pagar $30.00 de esta factura.`), summaryOf(more));
  assertFieldError(await wrong({ what: 'fixed', fixed_amount: '150.01' }), 'fixed_amount', /El pago máximo aquí es de \$150\.00\.|Escriba como máximo \$87\.50\./);
  assertFieldError(await wrong({ what: 'fixed', fixed_amount: '0.01' }), 'fixed_amount', /El pago mínimo aquí es de \$/);
  assertFieldError(await wrong({ what: '' }), 'what', /Elija qué pagar\.$/);
  assertFieldError(await wrong({ method: 'none' }), 'methods', /Elija un método de pago\.$/);
  assertFieldError(await wrong({ method: 'bank', routing: '123456789', account: '1' }), 'routing', /Este no es un número de ruta/);
  // What is no amount, in the words of the list of texts.
  const english = summaryOf((await world.pay(client, { what: 'fixed', fixed_amount: '12,3' }, ENGLISH)).text);
  const sentence = english.match(/Enter an amount.*$/)?.[0] ?? english.replace(/^There is a problem /, '');
  assert.ok(summaryOf(await wrong({ what: 'fixed', fixed_amount: '12,3' })).endsWith(es(sentence)));
  assert.equal(world.rows(), before, 'nothing was made');
});

test('over the limit of one payment', async () => {
  const { client } = await someone(SPANISH, [20000]);
  const answer = await world.pay(client, { what: 'total' });
  assertFieldError(answer.text, 'what', /El pago máximo aquí es de \$150\.00\.$/);
  assert.match(bodyOf(answer.text), /Un pago puede ser de \$\S+ a \$150\.00\. Su saldo es mayor: páguelo en partes/);
});

for (const [what, code, title] of [['approved', 100, 'Payment has been processed'], ['declined', 202, 'The payment was declined']])
  test(`a payment that is ${what}: said in Spanish, kept as in English`, async () => {
    const ends = [];
    for (const headers of [ENGLISH, SPANISH]) {
      const { account, client } = await someone(headers);
      const review = await world.review(client, { method: account.card, what: 'total', note: 'Ñandú 7' });
      assert.match(review.reference, /^[0-9A-Z]+$/);
      if (headers === SPANISH) {
        const text = bodyOf(review.html);
        for (const said of ['Revise su pago', 'Todavía no se ha cobrado nada.', 'Total del pago $87.50', `Referencia ${review.reference}`, 'Se toman $87.50 de Visa terminada en 1111 , una sola vez.', 'Monto adeudado', 'Pagar $87.50'])
          assert.ok(text.includes(said), `${said}: ${text}`);
      }
      await world.demo.knobs({ reset: true, only_order: review.reference, decline_code: code === 100 ? 0 : code });
      const page = await client.follow(await world.confirm(client, review));
      await world.demo.resetKnobs();
      assert.equal(outcomeOf(page.text), what === 'approved' ? 'success' : 'declined');
      if (headers === SPANISH) {
        const text = bodyOf(page.text);
        for (const said of [es(title), `Su referencia ${review.reference}`, 'Visa terminada en 1111', 'Monto $87.50', 'Nota Ñandú 7', 'Ver facturas', what === 'approved' ? 'Restante' : 'Qué hacer ahora'])
          assert.ok(text.includes(said), `${said}: ${text}`);
      }
      ends.push([booked(account, review.reference), await shownBy(review.reference, account), account.invoices.map(({ number }) => world.figures(number))]);
    }
    assert.ok(ends[0][0].some((row) => row.includes('Visa ending 1111')));
    assert.deepEqual(ends[1], ends[0]);
  });

test('a debit: agreed to in the language it was read in, and asked again where that is another one by then', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { method: account.bank, what: 'total' });
  const shown = authorizationOf(review.html);
  assert.match(shown, new RegExp(`^Yo, User \\S+, autorizo a Northwind Hosting a debitar mi cuenta bancaria \\(Cuenta corriente terminada en 6789\\) de forma electrónica \\(ACH\\) una sola vez, por \\$87\\.50, el `));
  assert.doesNotMatch(shown, /[{}]/);

  client.headers = ENGLISH;
  const before = world.rows();
  const again = await world.confirm(client, review);
  assert.equal(again.status, 409);
  assert.match(summaryOf(again.text), /The authorization changed while this page was open\. Nothing was charged\./);
  assert.match(authorizationOf(again.text), /^I, User \S+, authorize/);
  assert.deepEqual([world.rows(), consentsOf(account)], [before, []], 'nothing was done');

  client.headers = SPANISH;
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'pending');
  assert.deepEqual(consentsOf(account).map(({ kind, text }) => [kind, text]), [['ach_authorization', shown]]);
  assert.equal(world.one(`SELECT method_text FROM payment WHERE reference = '${review.reference}'`), 'Checking ending 6789');
});

// ---- saving ----

async function bankFields(client, number, headers) {
  const page = await client.get(world.path('/methods/bank'), headers);
  return {
    html: page.text,
    fields: { key: formKey(page.text), routing: '021000021', account: number, account_again: number, holder_type: 'personal', account_type: 'checking', name_on_account: 'Ada Moss', authorize: attribute(tagOf(page.text, 'authorize'), 'value') },
  };
}

test('a bank account is saved with the authorization that was shown', async () => {
  const kept = {};
  for (const headers of [ENGLISH, SPANISH, SPANISH]) {
    const { account, client } = await someone(headers);
    const { html, fields } = await bankFields(client, '4000900015555');
    const shown = authorizationOf(html);
    const other = await bankFields(client, '1', headers === SPANISH ? ENGLISH : SPANISH);
    assert.match(fields.authorize, /^[0-9a-f]{16}$/);
    assert.notEqual(fields.authorize, other.fields.authorize, 'what is ticked is the text');
    if (headers === SPANISH) {
      assert.match(shown, /^Yo, User \S+, autorizo a Northwind Hosting a debitar de forma electrónica \(ACH\) la cuenta bancaria que ingreso aquí/);
      assert.match(bodyOf(html), /Autorizo a Northwind Hosting según lo escrito arriba/);
      const missing = await client.post(world.path('/methods/bank'), { ...fields, authorize: '' });
      assertFieldError(missing.text, 'authorize', /Lea la autorización y marque esta casilla\.$/);
    }
    const answer = await client.post(world.path('/methods/bank'), fields);
    assert.equal(answer.status, 303, words(answer.text));
    const [consent, ...more] = consentsOf(account);
    assert.deepEqual([consent.kind, consent.text, more.length], ['ach_authorization', shown, 0]);
    (kept[headers['accept-language']] ??= []).push(consent.version);
    assert.deepEqual(world.sql(`SELECT kind, brand, last_four, holder_type, state FROM method WHERE account_id = ${account.id} AND vault_id LIKE 'r%'`), [['bank', 'Checking', '5555', 'personal', 'active']]);
    const page = bodyOf((await client.get(answer.location)).text);
    assert.ok(page.includes(headers === SPANISH ? 'Cuenta corriente terminada en 5555' : 'Checking ending 5555'), page);
  }
  assert.equal(kept.es[0], kept.es[1], 'the same wording is the same version');
  assert.notEqual(kept.es[0], kept.en[0]);
});

test('a form whose language changed meanwhile asks again, and saves nothing', async () => {
  for (const [read, sent, sentence] of [[SPANISH, ENGLISH, /authorization changed while this page was open/], [ENGLISH, SPANISH, /La autorización cambió mientras esta página estaba abierta\. Léala y marque esta casilla de nuevo\./]]) {
    const { account, client } = await someone(read);
    const { fields } = await bankFields(client, '4000900025555');
    const before = world.rows();
    const answer = await client.post(world.path('/methods/bank'), fields, sent);
    assert.equal(answer.status, 422);
    assertFieldError(answer.text, 'authorize', sentence);
    assert.equal(attribute(tagOf(answer.text, 'authorize'), 'checked'), undefined, 'the box is empty again');
    assert.equal(world.rows(), before);
    const again = { ...fields, key: formKey(answer.text), authorize: attribute(tagOf(answer.text, 'authorize'), 'value') };
    assert.equal((await client.post(world.path('/methods/bank'), again, sent)).status, 303);
    assert.deepEqual(consentsOf(account).map(({ text }) => text), [authorizationOf(answer.text)]);
  }
});

test("a card's terms are those that were read", async () => {
  const { account, client } = await someone();
  const { text } = await client.get(world.path('/methods/card'));
  const fields = { key: formKey(text), payment_token: VISA, name_on_card: 'Ada Moss', zip: '60601', terms: attribute(tagOf(text, 'terms'), 'value') };
  const before = world.rows();
  const other = await client.post(world.path('/methods/card'), fields, ENGLISH);
  assertFieldError(other.text, 'terms', /The terms changed while this page was open/);
  assert.equal(world.rows(), before);
  assert.equal((await client.post(world.path('/methods/card'), fields)).status, 303);
  const [{ kind, text: kept }] = consentsOf(account);
  assert.equal(kind, 'card_terms');
  assert.match(kept, /^Tengo derecho a usar esta tarjeta y permito a Northwind Hosting/);
  assert.ok(words(text).includes(kept), 'as it was shown');
});

test("the provider's own wording is in its own language, and the same for all", async () => {
  const { account, client } = await someone();
  await withSettings('methods', [`Payment.BankSaving = ${TERMS} Ask {contact}.`], async () => {
    const { html, fields } = await bankFields(client, '4000900035555');
    const own = `${TERMS} Ask billing@northwind.example or +1 555 0100.`;
    assert.equal(authorizationOf(html), own);
    assert.match(bodyOf(html), /Su autorización/);
    assert.equal((await client.post(world.path('/methods/bank'), fields, ENGLISH)).status, 303, 'nothing changed');
    assert.deepEqual(consentsOf(account).map(({ text }) => text), [own]);
  });
});

// ---- Auto Pay ----

const enrolmentOf = (account) =>
  world.sql(`SELECT e.method_id = ${account.bank}, e.schedule, e.scope, e.largest_cents, e.state, e.next_on, c.cover_key FROM enrolment e JOIN enrolment_cover c ON c.enrolment_id = e.id WHERE e.account_id = ${account.id}`);

async function preview(client, change) {
  const path = world.path('/autopay/new');
  const page = await client.get(path);
  return client.post(path, fieldsOf(page.text, path, change));
}

const saveFields = (html) => fieldsOf(html, world.path('/autopay/new'), { step: 'save', agree: attribute(tagOf(html, 'agree'), 'value') });

test('Auto Pay is agreed to as it was read, kept so, and drafts what it would in English', async () => {
  const ends = [];
  for (const headers of [ENGLISH, SPANISH]) {
    const { account, client } = await someone(headers);
    const page = await preview(client, { method: account.bank, schedule: 'first', older: '1', largest: '40', backup: account.card });
    assert.equal(page.status, 200, words(page.text));
    const shown = authorizationOf(page.text);
    if (headers === SPANISH) {
      assert.match(shown, new RegExp(`^Yo, User \\S+, autorizo a Northwind Hosting a debitar de forma electrónica \\(ACH\\) mi cuenta bancaria \\(Cuenta corriente terminada en 6789\\) automáticamente por todas las facturas de la cuenta ${account.number}: el día 1 de cada mes, comenzando el [^{}]*, como máximo \\$40\\.00 cada vez, y a abonar en la cuenta para corregir errores\\. Si eso no se realiza, se puede cargar o debitar Visa terminada en 1111 en su lugar, una sola vez\\. Un cargo automático`));
      assert.match(bodyOf(page.text), /Revisar pago automático .*Todavía no se ha guardado nada\..*Paga Todas las facturas.*\$40\.00 el /);
      const missing = await client.post(world.path('/autopay/new'), saveFields(page.text).filter(([name]) => name !== 'agree'));
      assertFieldError(missing.text, 'agree', /Lea la autorización y marque esta casilla\.$/);

      const other = await client.post(world.path('/autopay/new'), saveFields(page.text), ENGLISH);
      assert.equal(other.status, 409);
      assertFieldError(other.text, 'agree', /What you would agree to changed while this page was open/);
      assert.match(authorizationOf(other.text), /^I, User/);
      assert.deepEqual([enrolmentOf(account), consentsOf(account)], [[], []], 'nothing was saved');
    }
    const saved = await client.post(world.path('/autopay/new'), saveFields(page.text));
    assert.equal(saved.status, 303, words(saved.text));
    const [consent, ...more] = consentsOf(account);
    assert.deepEqual([consent.kind, consent.text, more.length], ['autopay', shown, 0]);
    ends.push([enrolmentOf(account), world.sql(`SELECT kind FROM outbox WHERE account_id = ${account.id} ORDER BY kind`)]);
    const list = bodyOf((await client.get(saved.location)).text);
    if (headers === SPANISH) assert.match(list, /El pago automático está activado\. .*Administrar pago automático (?:\S+ )?Cuenta corriente terminada en 6789 .*Máximo por cargo automático \$40\.00 Método de respaldo Visa terminada en 1111/);
  }
  assert.equal(ends[0][0].length, 1);
  assert.deepEqual(ends[1], ends[0]);
});

test('Auto Pay that is turned on while paying is agreed to in Spanish', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { method: account.card, what: 'total', autopay: '1', schedule: 'due_date' });
  assert.match(bodyOf(review.html), /Pagar \$87\.50 y activar el pago automático/);
  const shown = words(review.html.match(/id="autopay"[\s\S]*?<p class="r-lines-kept">([\s\S]*?)<\/p>/)[1]);
  assert.match(shown, /^Yo, User \S+, autorizo a Northwind Hosting a cargar mi tarjeta \(Visa terminada en 1111\) automáticamente por todas las facturas de la cuenta \S+ que se emitan a partir del /);
  client.headers = ENGLISH;
  const again = await world.confirm(client, review);
  assert.equal(again.status, 409);
  assert.match(summaryOf(again.text), /Auto Pay would not be what this page showed/);
  assert.deepEqual([world.state(review.reference), enrolmentOf(account)], ['review', []]);
  client.headers = SPANISH;
  const page = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(page.text), 'success');
  assert.match(bodyOf(page.text), /El pago automático está activado\./);
  assert.deepEqual(consentsOf(account).map(({ kind, text }) => [kind, text]), [['autopay', shown]]);
});

test('the books agree', () => world.assertClean());
