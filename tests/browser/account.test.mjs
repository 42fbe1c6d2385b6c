// What users do for themselves, as a reader does it: switch between accounts, change a name and a password, get back in after forgetting it,
// accept an invitation, see and end sessions, see who has access. At a desk, on a phone, by keyboard, without JavaScript; axe on every page.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Demo, until } from '../support/demo.mjs';
import { PHONE, WIDE, launch, look, makeAccount, open, sideways, signIn, tabTo, text, watched } from './support.mjs';

const NEW = 'a boat of green glass';
const widths = [['at a desk', { viewport: WIDE }], ['on a phone, without JavaScript', { viewport: PHONE, javaScriptEnabled: false }]];
let demo, browser;

before(async () => {
  demo = await Demo.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const story = (options, tell) => watched(browser, demo, options, tell);
const h1 = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
const link = (page, name) => page.getByRole('link', { name, exact: true });
const button = (page, name) => page.getByRole('button', { name });
const tab = (page, name) => page.getByRole('navigation', { name: 'Your account' }).getByRole('link', { name });
const row = (page, words) => page.getByRole('row').filter({ hasText: words });
const fill = async (page, values) => {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
};

// The link in the newest mail to somebody.
const linkFor = (email, after = 0) =>
  until(`a link for ${email}`, () => {
    const mails = readdirSync(demo.json.mail_dir).filter((name) => name.endsWith('.eml')).sort().map((name) => readFileSync(join(demo.json.mail_dir, name), 'utf8'))
      .filter((mail) => mail.includes(email) && /Subject: (Reset|You are invited)/.test(mail));
    return mails.length > after && mails.at(-1).replace(/=\r?\n/g, '').replace(/=3D/g, '=').match(/http\S*\/login\/link\?token=[\w-]+/)?.[0];
  });

// Sites more for a user, as the documents have them.
function moreSites(user, count) {
  const names = ['Ashley Palacol', 'Billy Fisher', 'Billy Fisher LITTLE RIVER'];
  for (let at = 0; at < count; at++)
    demo.sql(`INSERT INTO account (number, organization, site, city, created_at) VALUES ('${user.account}-${at}', ${text(user.account)}, ${text(names[at % 3] + (at > 2 ? ` ${at}` : ''))}, ${text(['HERND', 'HERND', 'LITTLE'][at % 3])}, UTC_TIMESTAMP());
      INSERT INTO account_user SELECT LAST_INSERT_ID(), ${user.userId}, id, UTC_TIMESTAMP() + INTERVAL 1 DAY FROM security_level WHERE name = 'Manager'`);
}

describe('for themselves', { concurrency: 2 }, () => {
  for (const [where, options] of widths) {
    test(`switching between eight accounts, ${where}`, () =>
      story(options, async (page) => {
        const user = await makeAccount(demo, { organization: 'Zeta Holding', site: 'Zeta', city: 'Reston', invoices: [{ number: `AC-${where.length}`, cents: 5150 }] });
        moreSites(user, 7);
        await signIn(page, user);
        await page.getByText(`Account ${user.account}`).first().waitFor();
        await link(page, 'Switch account').click();
        await h1(page, 'Switch Account');
        await page.getByText('1 - 3 of 8').waitFor();
        await page.getByText('Page 1 of 3').waitFor();
        for (const column of ['Site', 'Account Number', 'City']) assert.equal(await page.getByRole('columnheader', { name: column, exact: true }).count(), 1);
        await link(page, 'Next page').click();
        await page.getByText('4 - 6 of 8').waitFor();
        await link(page, 'View all').click();
        await page.getByText('1 - 8 of 8').waitFor();
        assert.match(await row(page, user.account).filter({ hasText: 'Zeta' }).innerText(), /You are here/);
        assert.equal(await sideways(page), '');
        await button(page, `Switch to Billy Fisher LITTLE RIVER, account ${user.account}-2`).click();
        await h1(page, 'Account Overview');
        await page.getByText(`Account ${user.account}-2`).first().waitFor();
        assert.equal(await page.getByText(`AC-${where.length}`).count(), 0, 'nothing of the other account');
      }));

    test(`a name and a password, ${where}`, () =>
      story(options, async (page) => {
        const user = await makeAccount(demo, { name: 'Ashley Palacol' });
        await signIn(page, user);
        await page.getByRole('banner').getByRole('link', { name: 'Ashley Palacol' }).click();
        await h1(page, 'Profile');
        await fill(page, { Name: 'Ashley <b>Fisher</b>' });
        await button(page, 'Save').click();
        await page.getByRole('status').filter({ hasText: 'Your name was changed.' }).waitFor();
        await page.getByRole('banner').getByRole('link', { name: 'Ashley <b>Fisher</b>' }).waitFor();
        await tab(page, 'Password').click();
        await fill(page, { 'Current Password': 'not this one', 'New Password': NEW, 'Retype New Password': NEW });
        await button(page, 'Change password').click();
        await page.getByRole('alert').getByRole('link', { name: 'This is not your password. Try again.' }).click();
        assert.equal(await page.getByLabel('Current Password').inputValue(), '');
        await fill(page, { 'Current Password': user.password, 'New Password': NEW, 'Retype New Password': NEW });
        await button(page, 'Change password').click();
        await page.getByRole('status').filter({ hasText: 'Your password was changed.' }).waitFor();
        await button(page, 'Sign out').click();
        await h1(page, 'Sign in');
        await signIn(page, { ...user, password: NEW });
      }));

    test(`a forgotten password, ${where}`, () =>
      story(options, async (page) => {
        const user = await makeAccount(demo);
        await page.goto('login');
        await link(page, 'Forgot your password?').click();
        await h1(page, 'Reset your password');
        await fill(page, { Email: user.email });
        await button(page, 'Send the link').click();
        await page.getByRole('status').filter({ hasText: 'a link is on its way to it' }).waitFor();
        const url = await linkFor(user.email);
        await page.goto(url);
        await h1(page, 'Choose a new password');
        assert.ok(!page.url().includes('token'), page.url());
        assert.ok(!(await page.content()).includes(url.split('token=')[1]));
        await fill(page, { 'New Password': '12345678', 'Retype New Password': '12345678' });
        await button(page, 'Save password').click();
        await page.getByRole('alert').getByRole('link', { name: /one of those that are tried first/ }).waitFor();
        await fill(page, { 'New Password': NEW, 'Retype New Password': NEW });
        await button(page, 'Save password').click();
        await page.getByRole('status').filter({ hasText: 'Sign in with the new one.' }).waitFor();
        await fill(page, { Email: user.email, Password: NEW });
        await button(page, 'Sign in').click();
        await h1(page, 'Account Overview');
        await page.goto(url);
        await h1(page, 'This link cannot be used');
        await link(page, 'Ask for a new link').click();
        await h1(page, 'Reset your password');
      }));

    test(`an invitation, ${where}`, () =>
      story(options, async (page) => {
        const host = await makeAccount(demo);
        const email = `ivy-${host.userId}@example.test`;
        const { code, err } = await demo.remit('user', 'invite', '--email', email, '--name', 'Ivy Moss', '--account', host.account, '--level', 'Manager');
        assert.equal(code, 0, err);
        await page.goto(await linkFor(email));
        await h1(page, 'Welcome, Ivy Moss');
        await fill(page, { 'New Password': NEW, 'Retype New Password': NEW });
        await button(page, 'Save and sign in').click();
        await h1(page, 'Account Overview');
        await page.getByText(`Account ${host.account}`).first().waitFor();
        await page.getByRole('banner').getByRole('link', { name: 'Ivy Moss' }).click();
        await tab(page, 'Who Has Access').click();
        await h1(page, 'Who Has Access');
        assert.match(await row(page, email).innerText(), /Ivy Moss[\s\S]*You[\s\S]*Manager/);
      }));

    test(`sessions: one ended, then every one, ${where}`, () =>
      story(options, async (page) => {
        const user = await makeAccount(demo);
        const others = [];
        for (let at = 0; at < 2; at++) others.push(await open(browser, demo, { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1' }));
        try {
          for (const other of others) await signIn(other.page, user);
          await signIn(page, user);
          await page.goto('account/sessions');
          await h1(page, 'My Sessions');
          assert.equal(await row(page, 'Safari on iPhone').count(), 2);
          assert.match(await row(page, 'This session').innerText(), /Chrome on/);
          await row(page, 'Safari on iPhone').first().getByRole('button', { name: /^Sign out/ }).click();
          await page.getByRole('status').filter({ hasText: 'That session is signed out.' }).waitFor();
          assert.equal(await row(page, 'Safari on iPhone').count(), 1);
          await button(page, 'Sign out everywhere').click();
          await page.getByRole('status').filter({ hasText: 'You are signed out everywhere.' }).waitFor();
          for (const other of others) {
            await other.page.goto('./');
            await h1(other.page, 'Sign in');
          }
        } finally {
          for (const other of others) await other.context.close();
        }
      }));
  }

  test('by the keyboard alone', () =>
    story({ viewport: WIDE }, async (page) => {
      const user = await makeAccount(demo, { name: 'Kay' });
      moreSites(user, 1);
      await signIn(page, user);
      await tabTo(page, link(page, 'Switch account'));
      await page.keyboard.press('Enter');
      await h1(page, 'Switch Account');
      await tabTo(page, button(page, /^Switch to Ashley Palacol/));
      await page.keyboard.press('Enter');
      await h1(page, 'Account Overview');
      await page.getByText(`Account ${user.account}-0`).first().waitFor();
    }));
});

describe('every page, narrow and wide, light and dark', () => {
  test('of people who are not signed in', () =>
    story({ reducedMotion: 'reduce' }, async (page) => {
      const user = await makeAccount(demo);
      await page.goto('login');
      await look(page, 'account-sign-in');
      await page.goto('login/reset');
      await look(page, 'account-reset');
      await button(page, 'Send the link').click();
      await page.getByRole('alert').waitFor();
      await look(page, 'account-reset-wrong');
      await fill(page, { Email: user.email });
      await button(page, 'Send the link').click();
      await page.getByRole('status').waitFor();
      await look(page, 'account-reset-sent');
      await page.goto(await linkFor(user.email));
      await look(page, 'account-choose');
      await button(page, 'Save password').click();
      await page.getByRole('alert').waitFor();
      await look(page, 'account-choose-wrong');
      await page.goto('login/link?token=none');
      await look(page, 'account-link-over');
    }));

  test('of users', () =>
    story({ reducedMotion: 'reduce' }, async (page) => {
      const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
      const user = await makeAccount(demo, { name: `${long} ${long}`, organization: `${long} <b>"&"</b>`, site: long, city: long });
      moreSites(user, 12);
      demo.sql(`INSERT INTO user (email, name, created_at) VALUES ('${'x'.repeat(60)}-${user.userId}@${'long-'.repeat(10)}domain.example', '<script>alert(1)</script> שלום مرحبا', UTC_TIMESTAMP());
        INSERT INTO account_user SELECT ${user.id}, LAST_INSERT_ID(), id, UTC_TIMESTAMP() FROM security_level WHERE name = 'Manager'`);
      await signIn(page, user);
      for (const [path, name] of [['account', 'Profile'], ['account/password', 'Password'], ['account/sessions', 'My Sessions'], ['account/switch', 'Switch Account'],
        ['account/switch?find=nonsense', 'Switch Account'], ['account/switch?all=1', 'Switch Account'], ['account/access', 'Who Has Access']]) {
        await page.goto(path);
        await h1(page, name);
        await look(page, path.replace(/[/?=]/g, '-'));
      }
      await page.goto('account/password');
      await button(page, 'Change password').click();
      await page.getByRole('alert').waitFor();
      await look(page, 'account-password-wrong');
    }));
});
