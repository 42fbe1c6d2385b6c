// customers.mjs - what customers do at once: Make a Payment with any choice, reviews left and confirmed, by double
// clicks, in two tabs, again by the back button, by two users of an account, in browsers that are closed too early. What
// they were shown and told is kept as facts.
import http from 'node:http';
import { formKey, words } from '../support/client.mjs';
import { formPairs, outcomeOf, payFields } from '../web/world.mjs';
import { cents, plain, sum } from './world.mjs';

const unescape = (text) => text.replace(/&#36;/g, '$').replace(/<[^>]*>/g, '').trim();

// The invoices that a review says it pays: { number: cents }.
export function partsOf(html) {
  const parts = {};
  const table = html.match(/id="allocations"[\s\S]*?<\/table>/)?.[0] ?? '';
  for (const [row] of (table.match(/<tbody[\s\S]*<\/tbody>/)?.[0] ?? '').matchAll(/<tr[\s\S]*?<\/tr>/g)) {
    const cells = [...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, text]) => unescape(text));
    parts[cells[0]] = cents(cells[2]);
  }
  return parts;
}

const chooseWhat = (random) => random.weighted({ total: 18, current: 15, fixed: 22, surplus: 5, selected: 40 });

// The fields of a choice on the page that was shown.
function choice(random, html) {
  const open = formPairs(html).filter(([name]) => name === 'listed').map(([, number]) => number);
  const what = chooseWhat(random);
  const balance = Number(html.match(/id="what-total"[^>]*data-cents="(\d+)"/)?.[1] ?? 0);
  if (what === 'surplus') return { what: 'fixed', fixed_amount: plain(balance + 100 + random.int(3000)) };
  if (what === 'fixed') return { what, fixed_amount: plain(100 + random.int(Math.max(1, Math.min(balance, 20000)))) };
  if (what !== 'selected' || !open.length) return { what: what === 'selected' ? 'total' : what };
  const first = random.int(open.length), chosen = open.slice(first, first + 1 + random.int(2));
  return { what, invoice: chosen, amounts: random.chance(20) ? { [chosen[0]]: plain(100 + random.int(900)) } : {} };
}

export class Customers {
  constructor(world) {
    this.world = world;
  }

  // Somebody makes a payment up to its review; null: the form was refused, or something was broken.
  async review(account, user, random) {
    const { world } = this;
    const client = await this.signedIn(user);
    if (!client) return null;
    const page = await world.ask(client, 'GET', world.path('/pay'));
    if (!page || page.status !== 200 || !/id="pay-form"/.test(page.text)) return null;
    const fields = payFields(page.text, { ...choice(random, page.text), method: random.chance(72) ? user.card : user.bank, note: '' });
    const sends = random.chance(8) ? 2 + random.int(2) : 1;
    const answers = (await Promise.all(Array.from({ length: sends }, () => world.ask(client, 'POST', world.path('/pay'), fields)))).filter(Boolean);
    const places = new Set(answers.filter((answer) => answer.status === 303).map((answer) => answer.location.split('?')[0]));
    if (places.size > 1) throw new Error(`one form made ${[...places]}`);
    if (!places.size) {
      world.count('forms refused');
      return null;
    }
    const [path] = places;
    const shown = await world.ask(client, 'GET', path);
    if (!shown || shown.status !== 200 || outcomeOf(shown.text)) return null;
    const review = {
      reference: path.split('/').pop(), path, account, user, key: formKey(shown.text),
      authorization: shown.text.match(/name="authorization" value="([^"]*)"/)?.[1],
      cents: cents(shown.text.match(/>Pay (\$[\d,.]+)</)?.[1] ?? '0'), parts: partsOf(shown.text),
      credit: cents(words(shown.text).match(/Kept as credit on your account (\$[\d,.]+)/)?.[1] ?? '0'),
      said: new Set(), isConfirmed: false,
    };
    if (review.cents !== sum(Object.values(review.parts)) + review.credit || !review.cents)
      throw new Error(`${review.reference} shows ${JSON.stringify(review.parts)} and ${review.credit} of ${review.cents}`);
    world.facts.payments.set(review.reference, review);
    world.count('reviews');
    return review;
  }

  async signedIn(user) {
    const since = this.world.breaking;
    try {
      return await this.world.client(user);
    } catch (error) {
      if (!this.world.mayFail(since)) throw error;
      return null;
    }
  }

  // One click, in this user's browser.
  async click(review, user = review.user) {
    const { world } = this;
    const client = await this.signedIn(user);
    if (!client) return null;
    if (user === review.user) this.#tried(review);
    world.count('clicks');
    const answer = await world.ask(client, 'POST', review.path, { key: review.key, ...(review.authorization && { authorization: review.authorization }) });
    const may = user === review.user ? [303, 409, 422] : [403, 404]; // a review is its maker's alone
    if (answer && !may.includes(answer.status)) throw new Error(`${review.reference}: a click is answered ${answer.status} ${words(answer.text).slice(0, 300)}`);
    world.tell('click', review.reference, answer?.status ?? 'nothing');
    return answer;
  }

  #tried(review) {
    if (!review.isConfirmed) this.world.count('payments tried');
    review.isConfirmed = true;
  }

  // What the payment's own page says, which is kept for the books.
  async look(review, user = review.user) {
    const client = await this.signedIn(user);
    const page = client && (await this.world.ask(client, 'GET', review.path));
    const kind = page?.status === 200 ? outcomeOf(page.text) : undefined;
    if (!kind) return undefined;
    // What the customer reads, not how it is coloured.
    review.said.add(words(page.text.match(/<h1 id="outcome">[\s\S]*?<\/h1>/)[0]));
    if (kind !== 'processing' && kind !== 'conflict') review.last = kind;
    this.world.tell('sees', review.reference, kind);
    return kind;
  }

  // A browser that is closed while its click is on its way.
  async closeEarly(review, random) {
    const { world } = this;
    const client = await this.signedIn(review.user);
    if (!client) return;
    this.#tried(review);
    world.count('browsers closed early');
    world.tell('click', review.reference, 'and closes');
    const url = new URL(review.path, client.base);
    const body = new URLSearchParams({ key: review.key, ...(review.authorization && { authorization: review.authorization }) }).toString();
    const headers = { cookie: client.cookieHeader(url.pathname), origin: client.base.origin, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    await new Promise((resolve) => {
      const request = http.request(url, { method: 'POST', headers, agent: false });
      request.on('error', () => {}).on('close', resolve).end(body);
      setTimeout(() => request.destroy(), random.int(60));
    });
  }

  // ---- stories ----

  async one(account, random) {
    const user = random.pick(account.users);
    const review = await this.review(account, user, random);
    if (!review) return;
    const how = random.weighted({ click: 50, double: 22, left: 4, closed: 8, back: 10, other: 6 });
    if (how === 'left') return this.#leave(review);
    if (how === 'closed') await this.closeEarly(review, random);
    else if (how === 'double') await Promise.all(Array.from({ length: 2 + random.int(2) }, () => this.click(review)));
    else if (how === 'other') await Promise.all(account.users.map((each) => this.click(review, each)));
    else await this.click(review);
    await this.look(review);
    if (how !== 'back') return;
    // Back to the review that the browser still has, and the button once more.
    this.world.count('back buttons');
    await this.click(review);
    await this.look(review);
  }

  #leave(review) {
    this.left ??= [];
    this.left.push(review);
    this.world.count('reviews left');
  }

  // Two tabs, or two users: two payments of the same account at the same moment.
  async race(account, random) {
    const users = random.chance(50) ? account.users : [account.users[0], account.users[0]];
    const reviews = (await Promise.all(users.map((user, at) => this.review(account, user, this.world.random(random.int(1e9), at))))).filter(Boolean);
    await Promise.all(reviews.flatMap((review) => Array.from({ length: 1 + random.int(2) }, () => this.click(review))));
    await Promise.all(reviews.map((review) => this.look(review)));
    this.world.count(users[0] === users[1] ? 'two tabs' : 'two users of an account at once');
  }

  // A review from before, when other things may have happened to its invoices.
  async confirmLeft(random) {
    if (!this.left?.length) return;
    const [review] = this.left.splice(random.int(this.left.length), 1);
    // Signed in anew, the form is made anew.
    const client = await this.signedIn(review.user);
    const page = client && (await this.world.ask(client, 'GET', review.path));
    if (!page || page.status !== 200 || outcomeOf(page.text)) return;
    Object.assign(review, { key: formKey(page.text), authorization: page.text.match(/name="authorization" value="([^"]*)"/)?.[1] });
    await this.click(review);
    await this.look(review);
  }

  // Somebody looks whether a payment is there by now.
  async lookAgain(random) {
    const list = [...this.world.facts.payments.values()].filter((review) => review.isConfirmed).slice(-200);
    if (list.length) await this.look(random.pick(list));
  }

  async turnOff(account) {
    const { world } = this;
    const client = await this.signedIn(account.users[0]);
    const page = client && (await world.ask(client, 'GET', world.path(`/autopay/${account.id}/off`)));
    if (!page || page.status !== 200) return;
    const answer = await world.ask(client, 'POST', world.path(`/autopay/${account.id}/off`), { key: formKey(page.text) });
    if (answer?.status === 303) world.count('autopay turned off');
    world.tell('off', account.number, answer?.status);
  }
}
