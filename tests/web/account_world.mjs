// account_world.mjs - what the tests about users share: what is kept of them, and their mail.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { World, formKey, until, words } from './world.mjs';

export class Users extends World {
  cookieName(program) {
    return `__Secure-remit-${program}-${this.demo.port}`;
  }

  get sessionName() {
    return `__Host-remit-${this.demo.port}`;
  }

  // Everything that is kept of users, but when they were seen and how often they tried.
  kept() {
    return ['SELECT id, email, name, is_active FROM user', 'SELECT * FROM user_password', 'SELECT * FROM account_user', 'SELECT * FROM security_level',
      'SELECT HEX(token_hash), user_id, account_id, ends_at FROM session', 'SELECT HEX(token_hash), state, used_at FROM user_link', 'SELECT mail_key FROM outbox',
      "SELECT id, action FROM audit_event WHERE action NOT IN ('sign_in', 'sign_out')"]
      .map((text) => this.sql(text).map((row) => row.join('|')).sort().join('\n')).join('\n--\n');
  }

  async writesNothing(work) {
    const before = this.kept();
    await work();
    assert.equal(this.kept(), before);
  }

  // The mails to somebody, oldest first: { subject, text, url }.
  mails(email) {
    const folder = this.demo.json.mail_dir;
    // By when they were written: two of a second are named in no order.
    const at = (name) => statSync(join(folder, name), { bigint: true }).mtimeNs;
    const names = readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => [name, at(name)]).sort(([, left], [, right]) => Number(left - right));
    return names.map(([name]) => readFileSync(join(folder, name), 'utf8')).filter((mail) => mail.includes(`<${email}>`) || mail.includes(`To: ${email}`))
      .map((mail) => {
        const text = mail.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
        return { subject: mail.match(/^Subject: (.*)/m)?.[1].trim(), text, url: text.match(/http\S*\/login\/link\?token=[A-Za-z0-9_-]+/)?.[0] };
      });
  }

  mail(email, subject, count = 1) {
    return until(`${count} mails "${subject}" to ${email}`, () => {
      const found = this.mails(email).filter((mail) => mail.subject.startsWith(subject));
      return found.length >= count && found.at(-1);
    });
  }

  async askReset(email, who = this.demo.client()) {
    const page = await who.get(this.path('/login/reset'));
    return who.post(this.path('/login/reset'), { key: formKey(page.text), email });
  }

  // A link as it comes by mail: the address.
  async resetLink(user) {
    const before = this.mails(user.email).filter((mail) => mail.url).length;
    const answer = await this.askReset(user.email);
    assert.equal(answer.status, 303, words(answer.text));
    return until(`a link for ${user.email}`, () => this.mails(user.email).filter((mail) => mail.url).slice(before).at(-1)?.url);
  }

  // Follows a link to its page: { who, page }.
  async follow(url, who = this.demo.client()) {
    const answer = await who.get(new URL(url).pathname + new URL(url).search);
    const page = answer.status === 303 ? await who.get(answer.location) : answer;
    return { who, answer, page, key: formKey(page.text) };
  }

  choose({ who, key }, password, again = password) {
    return who.post(this.path('/login/password'), { key, password, again });
  }

  async signInStatus(email, password) {
    const who = this.demo.client();
    const key = formKey((await who.get(this.path('/login'))).text);
    return (await who.post(this.path('/login'), { key, next: '/', email, password })).status;
  }

  // More accounts for a user, by number: { number, site, city }.
  async moreAccounts(user, count, { site = (at) => `Site ${String(at).padStart(3, '0')}`, city = () => 'HERNDON', level = 'Test Manager' } = {}) {
    const numbers = [];
    for (let at = 1; at <= count; at++) {
      const number = `M${user.id}-${String(at).padStart(3, '0')}`;
      numbers.push(number);
      this.sql(`INSERT INTO account (number, organization, site, city, created_at) VALUES ('${number}', 'Cloud Ser', '${site(at)}', '${city(at)}', UTC_TIMESTAMP());
        INSERT INTO account_user SELECT LAST_INSERT_ID(), ${user.id}, id, UTC_TIMESTAMP() + INTERVAL 1 MINUTE FROM security_level WHERE name = '${level}'`);
    }
    return numbers;
  }
}

export const rowsOf = (html) => [...html.matchAll(/<tr role="row">([\s\S]*?)<\/tr>/g)].slice(1)
  .map(([, row]) => [...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, cell]) => words(cell)));
