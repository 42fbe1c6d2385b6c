// What a gateway or a database says at the wrong moment: a transaction that another payment has
// already, and a COMMIT that lands after its connection was given up. Nothing is charged twice, nothing
// stays held without a reason, and what a program must not decide is in front of a person.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo, until } from '../support/demo.mjs';

const LATE_MS = 11_000; // above the time-out of a call to the database
const folder = mkdtempSync(join(tmpdir(), 'remit-answers-'));
let demo, client, gateway, proxy;

// A gateway that answers what a test wants, and keeps what it was asked.
class Gateway {
  sales = [];
  answer = null; // a sale's form -> what is answered
  known = () => ''; // a lookup's form -> transactions as XML

  async open() {
    this.server = http.createServer(async (request, answer) => {
      let body = '';
      for await (const part of request) body += part;
      const form = new URLSearchParams(body);
      if (request.url === '/api/transact.php') {
        this.sales.push(form.get('orderid'));
        answer.end(this.answer(form));
      } else {
        answer.end(`<?xml version="1.0"?><nm_response>${this.known(form)}</nm_response>`);
      }
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }
}

// Between pay and the database: the next COMMIT reaches the server only after its client has gone.
class Proxy {
  path = join(folder, 'db.sock');
  armed = false;

  open(target) {
    this.server = net.createServer((client) => {
      const server = net.connect(target);
      let held = false;
      client.on('error', () => {});
      server.on('error', () => {});
      server.on('data', (bytes) => client.destroyed || client.write(bytes));
      server.on('close', () => client.destroy());
      client.on('close', () => held || server.destroy());
      client.on('data', (bytes) => {
        held = this.armed && bytes.length === 11 && bytes.toString('latin1', 5) === 'COMMIT';
        if (!held) {
          server.write(bytes);
          return;
        }
        this.armed = false;
        setTimeout(() => server.end(bytes), LATE_MS);
      });
    });
    return new Promise((resolve) => this.server.listen(this.path, resolve));
  }
}

before(async () => {
  gateway = new Gateway();
  await gateway.open();
  demo = await Demo.start({
    env: { GATEWAY: gateway.url },
    settings: ['Payment.LeaseSeconds = 2', 'Gateway.TimeoutMs = 2000', 'Gateway.ConnectTimeoutMs = 1000'],
  });
  client = await demo.signedIn();
});

after(async () => {
  await demo?.stop();
  gateway?.server.close();
  proxy?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (reference) =>
  demo.sql(`SELECT state, COALESCE(transaction_id, ''), amount_cents FROM payment WHERE reference = '${reference}'`)[0];
const queued = (reference) => demo.sql(`SELECT kind, detail FROM queue_item WHERE queue_key LIKE '%:${reference}' ORDER BY id`);

async function pay() {
  const [invoice] = demo.openInvoices(demo.user(0).account);
  const made = await demo.review(client, {
    what: 'selected',
    invoice: invoice.number,
    method: demo.methodId(demo.user(0), '4242'),
  });
  const answer = await client.post(made.path, { key: made.key });
  assert.equal(answer.status, 303);
  return { ...made, invoice };
}

const approved = (transaction) => (form) =>
  `response=1&responsetext=SUCCESS&transactionid=${transaction}&orderid=${form.get('orderid')}&response_code=100`;
const refused = (transaction) => (form) =>
  `response=3&responsetext=Refused&transactionid=${transaction}&orderid=${form.get('orderid')}&response_code=300`;

test('an approval under a transaction that another payment has is not believed', async () => {
  gateway.answer = approved('SAME');
  assert.equal(row((await pay()).reference)[0], 'succeeded');
  const second = await pay();
  assert.deepEqual(row(second.reference).slice(0, 2), ['unknown', '']);
  assert.deepEqual(queued(second.reference), [['disagreement', 'succeeded SAME']]);
  gateway.known = (form) =>
    form.get('order_id') !== second.reference
      ? ''
      : `<transaction><transaction_id>SAME</transaction_id><transaction_type>cc</transaction_type>
           <condition>complete</condition><order_id>${second.reference}</order_id>
           <action><amount>${(second.invoice.cents / 100).toFixed(2)}</amount><action_type>sale</action_type>
             <date>20260101120000</date><success>1</success><response_code>100</response_code></action></transaction>`;
  const settled = await demo.remit('settle');
  assert.equal(settled.code, 0, settled.err);
  assert.equal(row(second.reference)[0], 'unknown');
  assert.deepEqual(queued(second.reference).map(([kind]) => kind), ['disagreement', 'unknown_payment']);
  gateway.known = () => '';
});

test('a refusal that names such a transaction is a refusal, and its invoice can be paid', async () => {
  gateway.answer = refused('0');
  assert.deepEqual(row((await pay()).reference).slice(0, 2), ['failed', '0']);
  const second = await pay();
  assert.deepEqual(row(second.reference).slice(0, 2), ['failed', '']);
  assert.deepEqual(queued(second.reference), []);
  gateway.answer = approved('T1');
  const paid = await pay();
  assert.equal(paid.invoice.number, second.invoice.number);
  assert.equal(row(paid.reference)[0], 'succeeded');
});

test('a COMMIT of the claim that lands late is known as our own, and given back', async () => {
  proxy = new Proxy();
  await proxy.open(demo.json.database.socket);
  appendFileSync(join(demo.run, 'remit.hdf'), `Database.Hosts.0 = unix:${proxy.path}\n`);
  await demo.restart('pay');
  gateway.answer = approved('T2');
  const sales = gateway.sales.length;
  const [invoice] = demo.openInvoices(demo.user(0).account);
  const made = await demo.review(client, {
    what: 'selected',
    invoice: invoice.number,
    method: demo.methodId(demo.user(0), '4242'),
  });
  proxy.armed = true;
  const answer = await client.post(made.path, { key: made.key });
  assert.equal(answer.status, 303);
  assert.equal(proxy.armed, false, 'the fault happened');
  assert.equal(row(made.reference)[0], 'not_charged', 'half of its lease had passed, so it was not sent');
  assert.equal(gateway.sales.length, sales);
  const again = await pay();
  assert.equal(again.invoice.number, invoice.number, 'the invoice is free again');
  assert.equal(row(again.reference)[0], 'succeeded');
});

test('a COMMIT of the outcome that lands late is found', async () => {
  gateway.answer = (form) => {
    proxy.armed = true; // the claim's is over
    return approved('T3')(form);
  };
  const sales = gateway.sales.length;
  const made = await pay();
  assert.equal(proxy.armed, false, 'the fault happened');
  assert.deepEqual(row(made.reference).slice(0, 2), ['succeeded', 'T3']);
  assert.equal(gateway.sales.length, sales + 1);
  assert.deepEqual(queued(made.reference), []);
  await until('the books to agree', async () => (await demo.remit('check')).code === 0);
});
