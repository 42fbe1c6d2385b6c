// between.mjs - what stands between a program and the database or the gateway, and does what a test tells it.
import http from 'node:http';
import net from 'node:net';

const isCommit = (bytes) => bytes.length === 11 && bytes.toString('latin1', 5) === 'COMMIT';

// A socket in front of the database's. commit(): called for each COMMIT before it goes on, awaited; it answers
//   undefined  it goes on
//   'never'    it does not arrive, and the connection is gone
//   'lost'     it arrives, and the connection is gone before its answer
export class DatabaseGate {
  commit = async () => undefined;

  async open(path, target) {
    this.connections = new Set();
    this.server = net.createServer((client) => {
      const server = net.connect(target);
      const both = () => (client.destroy(), server.destroy());
      let isCut = false;
      let queue = Promise.resolve();
      this.connections.add(both);
      client.on('error', () => {});
      server.on('error', () => {});
      server.on('data', (bytes) => (isCut ? both() : client.destroyed || client.write(bytes)));
      server.on('close', both);
      client.on('close', () => {
        this.connections.delete(both);
        if (!isCut) server.destroy();
      });
      client.on('data', (bytes) => {
        queue = queue.then(async () => {
          const what = isCommit(bytes) ? await this.commit() : undefined;
          if (what === 'never') both();
          else {
            isCut = what === 'lost';
            server.write(bytes);
          }
        });
      });
    });
    await new Promise((resolve) => this.server.listen(path, resolve));
  }

  close() {
    for (const end of this.connections ?? []) end();
    this.server?.close();
  }
}

// An HTTP server in front of the gateway's. arrives(form): called before a request goes on, of transact.php or of query.php;
// answers(form, text): before its answer goes back, and what it returns is the answer. Both are awaited.
export class GatewayGate {
  arrives = async () => {};
  answers = async (form, text) => text;

  async open() {
    this.server = http.createServer(async (request, answer) => {
      let body = '';
      for await (const part of request) body += part;
      const form = new URLSearchParams(body);
      await this.arrives(form);
      const asked = await this.#ask(request, body).catch(() => null);
      if (!asked) {
        request.socket.destroy();
        return;
      }
      const { status, headers, text } = asked;
      const told = await this.answers(form, text);
      if (answer.destroyed) return;
      answer.writeHead(status, { 'content-type': headers['content-type'] ?? 'text/plain' });
      answer.end(told);
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  #ask(request, body) {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/x-www-form-urlencoded' };
      const asked = http.request(new URL(request.url, this.target), { method: request.method, headers, agent: false }, (answer) => {
        let text = '';
        answer.on('data', (part) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  reset() {
    this.arrives = async () => {};
    this.answers = async (form, text) => text;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

// A promise and its ends: { promise, resolve }.
export function gate() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
