// language.test.mjs - which language a page is in: chosen in the profile, or else what the browser asks for; and that
// one visitor's never becomes another's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Users } from './account_world.mjs';
import { assertFieldError, formKey, summaryOf, tagOf, words } from './world.mjs';

let world, account, english;

before(async () => {
  world = await Users.open();
  account = await world.account({ users: 2 });
  english = (await world.account()).user;
});
after(() => world?.close());

const asks = (header) => ({ 'accept-language': header });
const languageOf = (html) => html.match(/<html lang="([^"]*)">/)?.[1];
const assertSpeaks = (html, language, label = '') => {
  assert.equal(languageOf(html), language, label);
  // What stands on every page, and is not data.
  const [said, other] = language === 'es' ? ['Ir al contenido principal', 'Skip to main content'] : ['Skip to main content', 'Ir al contenido principal'];
  assert.ok(words(html).includes(said), `${label}: ${words(html).slice(0, 300)}`);
  assert.ok(!words(html).includes(other), `${label}: both languages`);
};

async function signIn(user, header) {
  const client = world.demo.client();
  const door = await client.get(world.path('/login'), asks(header));
  const answer = await client.post(world.path('/login'), { key: formKey(door.text), next: '/', email: user.email, password: user.password }, asks(header));
  assert.equal(answer.status, 303, words(answer.text));
  return client;
}

async function choose(client, user, change, header) {
  const page = await client.get(world.path('/account'), asks(header));
  return client.post(world.path('/account'), { key: formKey(page.text), name: world.one(`SELECT name FROM user WHERE id = ${user.id}`), ...change }, asks(header));
}

const chosen = (user) => world.one(`SELECT CONCAT('=', language) FROM user WHERE id = ${user.id}`).slice(1);

test('the sign-in is in what the browser asks for, or in the first language', async () => {
  const long = Array.from({ length: 400 }, (_, at) => `x${at}`).join(',');
  for (const [header, language] of [
    ['es', 'es'], ['ES-mx', 'es'], ['fr, es;q=0.5', 'es'], ['en;q=0.4, es;q=0.5', 'es'], ['es-419,es;q=0.9,en;q=0.8', 'es'],
    ['en', 'en'], ['en-US,en;q=0.9,es;q=0.8', 'en'], ['fr', 'en'], ['*', 'en'], ['', 'en'], [null, 'en'], ['es;q=0', 'en'], ['es;q=x', 'en'],
    [';;,,;q=;q=1,"<b>"', 'en'], ['../../es', 'en'], ['%s%n{{', 'en'], ['e', 'en'], [long, 'en'],
  ]) {
    const page = await world.demo.client().get(world.path('/login'), asks(header));
    assert.equal(page.status, 200, String(header).slice(0, 60));
    assertSpeaks(page.text, language, String(header).slice(0, 60));
    assert.match(page.text, language === 'es' ? /<h1>Iniciar sesión<\/h1>/ : /<h1>Sign in<\/h1>/);
  }
});

test('errors of forms and pages are in it, too', async () => {
  const guest = world.demo.client();
  const door = await guest.get(world.path('/login'), asks('es'));
  const empty = await guest.post(world.path('/login'), { key: formKey(door.text), next: '/', email: '', password: '' }, asks('es'));
  assert.equal(empty.status, 422);
  assertSpeaks(empty.text, 'es');
  assertFieldError(empty.text, 'email', /^Error: Escriba su correo electrónico\.$/);
  assert.match(empty.text, /<title>Error: Iniciar sesión/);
  assert.match(summaryOf(empty.text), /^Hay un problema/);
  const keyless = await guest.post(world.path('/login'), { next: '/', email: 'a@example.test', password: 'x' }, asks('es'));
  assert.equal(keyless.status, 403);
  assertFieldError(keyless.text, 'email', /El formulario llegó sin su clave\. No se hizo nada\./);
  const missing = await guest.get(world.path('/login/nothing'), asks('es'));
  assert.equal(missing.status, 404);
  assertSpeaks(missing.text, 'es');
  assert.match(words(missing.text), /Página no encontrada.*Ir a Facturación/);
  const user = await signIn(account.user, 'es');
  const foreign = await user.post(world.path('/account'), { key: 'x', name: 'Mallory' }, asks('es'));
  assert.equal(foreign.status, 403);
  assert.match(summaryOf(foreign.text), /No se hizo nada/);
  const elsewhere = await user.post(world.path('/account'), { name: 'Mallory' }, { ...asks('es'), origin: 'https://evil.example' });
  assert.equal(elsewhere.status, 403);
  assert.match(words(elsewhere.text), /Este formulario vino de otro sitio/);
  // The same ones in English.
  assert.match(words((await guest.get(world.path('/login/nothing'))).text), /Page not found/);
});

test('the pages of lists and of the account are in it', async () => {
  const user = await signIn(account.user, 'es');
  for (const [path, said] of [
    ['/', /Resumen de la cuenta.*Saldo actual \$87\.50.*La factura \S+ está vencida|Hay 3 facturas/], ['/invoices', /Historial de facturas.*N\.º de factura/],
    [`/invoices/${account.invoices[0].number}`, /Factura \S+.*(Pendiente|Vencida)/], ['/payments', /Historial de pagos/], ['/calendar?month=2026-11', /noviembre de 2026.*domingo/],
    ['/account/sessions', /Mis sesiones.*Dispositivo desconocido Esta sesión/], ['/account/password', /Contraseña actual/], ['/account/access', /Quién tiene acceso/],
  ]) {
    const page = await user.get(world.path(path), asks('es'));
    assert.equal(page.status, 200, path);
    assertSpeaks(page.text, 'es', path);
    assert.match(words(page.text), said, path);
  }
  const tile = await user.get(world.path('/tile'), asks('es'));
  assert.match(words(tile.text), /Facturación Saldo actual/);
  assert.match(tile.text, /<section class="remit r-card r-tile"[^>]* lang="es">/, 'it may stand in a page in another language');
  assert.doesNotMatch((await user.get(world.path('/tile'), asks('en'))).text, / lang=/);
});

test('the language chosen in the profile wins over the browser, and holds after a new sign-in', async () => {
  const user = account.users[1];
  let client = await signIn(user, 'en-US');
  assert.equal(world.one(`SELECT language FROM user_seen WHERE user_id = ${user.id}`), 'en', 'what the browser asked for is kept');
  const page = await client.get(world.path('/account'), asks('en-US'));
  const options = [...page.text.match(/<select[^>]* name="language"[\s\S]*?<\/select>/)[0].matchAll(/<option value="([^"]*)"([^>]*)>([^<]*)</g)].map(([, ...rest]) => rest);
  assert.deepEqual(options, [['', '', 'As your browser asks'], ['en', ' lang="en"', 'English'], ['es', ' lang="es"', 'Español']]);
  const saved = await choose(client, user, { language: 'es' }, 'en-US');
  assert.equal(saved.status, 303);
  const next = await client.get(saved.location, asks('en-US'));
  assertSpeaks(next.text, 'es');
  assert.match(words(next.text), /Se cambió su idioma\./);
  assert.match(next.text, /<option value="es" lang="es" selected>/);
  assert.equal(chosen(user), 'es');
  // Other programs, and a new session.
  assertSpeaks((await client.get(world.path('/invoices'), asks('en'))).text, 'es');
  client = await signIn(user, 'en');
  assertSpeaks((await client.get(world.path('/'), asks('en'))).text, 'es');
  // What is not a language of ours changes nothing.
  for (const language of ['fr', 'es-MX', 'ES', '../en', 'x'.repeat(9), '<b>']) {
    const wrong = await choose(client, user, { language, name: 'Other' }, 'en');
    assert.equal(wrong.status, 422, language);
    assertSpeaks(wrong.text, 'es', language);
    assertFieldError(wrong.text, 'language', language.length > 8 ? /Use 8 caracteres como máximo/ : /Elija uno de estos idiomas/);
  }
  assert.equal(chosen(user), 'es');
  // A form without the choice keeps it; the name alone is told as before.
  const named = await choose(client, user, { name: 'Otra Persona' }, 'en');
  assert.match(words((await client.follow(named)).text), /Se cambió su nombre\./);
  assert.equal(chosen(user), 'es');
  // And back to what the browser asks for.
  const back = await choose(client, user, { language: '' }, 'en');
  assertSpeaks((await client.get(back.location, asks('en'))).text, 'en');
  assertSpeaks((await client.get(world.path('/account'), asks('es'))).text, 'es');
  assert.equal(chosen(user), '');
  await signIn(user, 'fr, es;q=0.3');
  assert.equal(world.one(`SELECT language FROM user_seen WHERE user_id = ${user.id}`), 'es');
});

test("one visitor's language is not the next one's", async () => {
  const spanish = account.users[1];
  const mine = await signIn(spanish, 'en');
  assert.equal((await choose(mine, spanish, { language: 'es' }, 'en')).status, 303);
  const theirs = await signIn(english, 'en');
  const guest = world.demo.client();
  try {
    for (let round = 0; round < 50; round++) {
      const pages = await Promise.all([
        mine.get(world.path('/invoices'), asks('en')), theirs.get(world.path('/invoices'), asks('en')),
        mine.get(world.path('/account'), asks('en')), theirs.get(world.path('/account'), asks(null)),
        guest.get(world.path('/login'), asks(round % 2 ? 'es' : 'en')), guest.get(world.path('/login/nothing'), asks(null)),
      ]);
      pages.forEach((page, at) => assertSpeaks(page.text, ['es', 'en', 'es', 'en', round % 2 ? 'es' : 'en', 'en'][at], `round ${round}, ${at}`));
      // One after the other, so that one worker answers both.
      assertSpeaks((await mine.get(world.path('/payments'), asks('en'))).text, 'es', `round ${round}`);
      assertSpeaks((await theirs.get(world.path('/payments'), asks('en'))).text, 'en', `round ${round}`);
    }
  } finally {
    await choose(mine, spanish, { language: '' }, 'en');
  }
});

test('with one language there is nothing to choose, and it is spoken whatever is asked', async () => {
  const alone = await Users.open({ settings: ['Site.Languages = en'] });
  try {
    const user = (await alone.account()).user;
    // A choice of a time with more languages.
    alone.sql(`UPDATE user SET language = 'es' WHERE id = ${user.id}`);
    const client = await alone.signIn(user);
    for (const path of ['/account', '/', '/invoices', '/account/nothing']) {
      const page = await client.get(alone.path(path), asks('es'));
      assertSpeaks(page.text, 'en', path);
      assert.equal(tagOf(page.text, 'language'), undefined, path);
    }
    const page = await client.get(alone.path('/account'));
    const saved = await client.post(alone.path('/account'), { key: formKey(page.text), name: 'Somebody', language: 'fr' });
    assert.equal(saved.status, 303);
    assert.equal(alone.one(`SELECT CONCAT(name, '/', language) FROM user WHERE id = ${user.id}`), 'Somebody/es', 'not asked, not changed');
  } finally {
    await alone.close();
  }
});
