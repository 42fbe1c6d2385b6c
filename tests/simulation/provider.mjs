// provider.mjs - what the provider does by the command line while customers pay, and what the bank does at the gateway.
// Each command has a key of its own and is repeated until it has an end, as a person repeats it.
import { plain } from './world.mjs';

const RETURN_CODES = ['R01', 'R02', 'R03', 'R10', 'R29'];
const KILL_PERCENT = 4;

export class Provider {
  constructor(world) {
    this.world = world;
    this.given = 0;
  }

  // When the terminal dies, if it does.
  #end(random) {
    return random.chance(KILL_PERCENT) ? 2 + random.int(40) : null;
  }

  #key() {
    return `k${this.world.seed}-${++this.given}`;
  }

  async record(account, random) {
    const { world } = this;
    const number = this.#key(), cents = 100 + random.int(15000), isLoose = random.chance(50);
    const check = { number, account, cents, isCertain: true, back: 0, isReturned: false };
    const ran = await world.command(['payment', 'record', '--check', number, '--account', account.number, '--amount', plain(cents), ...(isLoose ? ['--credit'] : [])], this.#end(random));
    if (ran.code !== 0) return world.count('checks refused');
    check.reference = ran.said.reference;
    world.facts.checks.set(check.reference, check);
    return world.count('checks recorded');
  }

  async credit(account, random) {
    const { world } = this;
    const kind = random.weighted(account.mayVoid ? { give: 5, take: 3 } : { give: 5, take: 2, apply: 5 });
    const cents = 100 + random.int(4000), isAll = kind === 'apply' && random.chance(60);
    const ran = await world.command(['credit', kind, '--account', account.number, ...(isAll ? [] : ['--amount', plain(cents)]), '--key', this.#key()], this.#end(random));
    if (ran.code === 0) world.facts.credit.push({ account, kind, cents: ran.said.amount_cents });
    world.count(`credit ${kind}: ${ran.code === 0 ? 'done' : 'refused'}`);
  }

  // Money goes back: of a payment by card or bank, or of a check.
  async sendBack(random) {
    const { world } = this;
    const [...payments] = [...world.facts.payments.values()].filter((each) => each.last === 'success' || each.last === 'pending');
    const checks = [...world.facts.checks.values()].filter((each) => !each.isReturned);
    const isCheck = checks.length > 0 && random.chance(20);
    const list = isCheck ? checks : payments;
    if (!list.length) return;
    const payment = random.pick(list.slice(-150));
    const isVoid = !isCheck && random.chance(payment.last === 'pending' ? 80 : 35);
    const key = this.#key(), reopens = random.chance(40), cents = isVoid || random.chance(45) ? null : 1 + random.int(payment.cents);
    const ask = { key, reference: payment.reference, account: payment.account, isCheck, isVoid, reopens: isVoid || reopens, cents };
    world.facts.refunds.push(ask); // it may be done though nobody is told so
    const ran = await world.command(['payment', isVoid ? 'void' : 'refund', payment.reference, '--key', key,
      ...(isVoid ? [] : [...(cents ? ['--amount', plain(cents)] : []), ...(reopens ? ['--reopen'] : [])])], this.#end(random));
    ask.said = ran.said;
    const end = ran.said?.state ?? 'refused by our rules';
    if (isCheck && end === 'succeeded') payment.back += ran.said.amount_cents;
    world.count(`${isVoid ? 'voids' : 'refunds'}: ${end}`);
  }

  async voidInvoice(account, random) {
    const { world } = this;
    if (!account.mayVoid || !account.issued) return;
    const number = `${account.number}-${1 + random.int(account.issued)}`;
    if (world.facts.voids.has(number)) return;
    const ran = await world.command(['invoice', 'void', number], this.#end(random));
    if (ran.code === 0) world.facts.voids.set(number, account);
    world.count(`invoices taken back: ${ran.code === 0 ? 'done' : 'refused'}`);
  }

  async bounce(random) {
    const { world } = this;
    const checks = [...world.facts.checks.values()].filter((each) => !each.isReturned);
    if (!checks.length) return;
    const check = random.pick(checks);
    const ran = await world.command(['payment', 'return', check.reference, '--key', this.#key(), ...(random.chance(50) ? ['--code', 'R01'] : [])], this.#end(random));
    if (ran.code === 0) check.isReturned = true;
    world.count(`checks bounced: ${ran.code === 0 ? 'done' : 'refused'}`);
  }

  // The bank settles a debit, sends it back, or takes it back after it was settled.
  async bank(random) {
    const { world } = this;
    const list = [...world.facts.payments.values()].filter((each) => each.last === 'pending').slice(-100);
    if (!list.length) return;
    const payment = random.pick(list);
    const action = random.weighted({ settle: 60, return: 30, late_return: 10 });
    try {
      await world.demo.gateway('POST', '/sandbox/ach', { order_id: payment.reference, action, ...(action === 'settle' ? {} : { code: random.pick(RETURN_CODES) }) });
      world.count(`bank: ${action}`);
      world.tell('bank', payment.reference, action);
    } catch {
      world.count('bank: not any more'); // settled, returned or voided already, or the gateway is down
    }
  }
}
