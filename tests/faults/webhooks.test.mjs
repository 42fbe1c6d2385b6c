// webhooks killed around its INSERT, and a database whose answer is lost: the gateway sends the event again, and it is kept
// once.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Demo } from '../support/demo.mjs';
import { event, idOf, post } from '../web/webhooks_support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'remit-webhooks-'));
const faults = join(folder, 'faults');
let demo;

before(async () => {
  demo = await Demo.start({ build: 'faults', env: { REMIT_FAULT_FILE: faults } });
});
after(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const send = (body) => post(demo.json.webhook_url, demo.json.webhook_key, body);
const kept = (body) => demo.sql(`SELECT COUNT(*) FROM webhook WHERE event_id = '${idOf(body)}'`)[0][0];

for (const [point, rows] of [['webhook.before_insert', '0'], ['webhook.after_insert', '1']])
  test(`killed at ${point}: no 200; sent again it is one row`, async () => {
    const body = event();
    writeFileSync(faults, point);
    const { status } = await send(body);
    assert.ok(!existsSync(faults), 'it was killed there');
    assert.equal(status, 502);
    assert.equal(kept(body), rows);
    assert.equal((await send(body)).status, 200);
    assert.equal((await send(body)).status, 200);
    assert.equal(kept(body), '1');
  });

// Between webhooks and the database. at COMMIT: '' hands on; 'sent', it arrives, and its answer is lost; 'lost', it does not.
class Proxy {
  path = join(folder, 'db.sock');
  commit = '';

  open(target) {
    this.server = net.createServer((client) => {
      const server = net.connect(target);
      let isOver = false;
      for (const each of [client, server]) each.on('error', () => {});
      server.on('data', (bytes) => (isOver ? client.destroy() : client.write(bytes)));
      server.on('close', () => client.destroy());
      client.on('close', () => server.end());
      client.on('data', (bytes) => {
        const isCommit = bytes.length === 11 && bytes.toString('latin1', 5) === 'COMMIT';
        if (!isCommit || !this.commit) {
          server.write(bytes);
          return;
        }
        isOver = true;
        if (this.commit === 'sent') server.write(bytes);
        else client.destroy();
        this.commit = '';
      });
    });
    return new Promise((resolve) => this.server.listen(this.path, resolve));
  }
}

test('a COMMIT without an answer: 503, whether it happened or not; sent again it is one row', async () => {
  const proxy = new Proxy();
  await proxy.open(demo.json.database.socket);
  try {
    appendFileSync(join(demo.run, 'remit.hdf'), `Database.Hosts.0 = unix:${proxy.path}\n`);
    await demo.restart('webhooks');
    assert.equal((await send(event())).status, 200, 'the control');
    for (const [commit, rows] of [['sent', '1'], ['lost', '0']]) {
      const body = event();
      proxy.commit = commit;
      assert.equal((await send(body)).status, 503, commit);
      assert.equal(proxy.commit, '', 'it came to that');
      assert.equal(kept(body), rows, commit);
      assert.equal((await send(body)).status, 200);
      assert.equal(kept(body), '1');
    }
  } finally {
    proxy.server.close();
  }
});
