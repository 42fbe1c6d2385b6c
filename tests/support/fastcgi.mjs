// fastcgi.mjs - one FastCGI request to a socket, without nginx: the protocol's responder role.
import net from 'node:net';

const BEGIN = 1;
const END = 3;
const PARAMS = 4;
const STDIN = 5;
const STDOUT = 6;

function record(type, content) {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head[1] = type;
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(content.length, 4);
  return Buffer.concat([head, content]);
}

function stream(type, content) {
  const parts = [];
  for (let at = 0; at < content.length; at += 65528) parts.push(record(type, content.subarray(at, at + 65528)));
  parts.push(record(type, Buffer.alloc(0)));
  return Buffer.concat(parts);
}

function length(number) {
  if (number < 128) return Buffer.from([number]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((number | 0x80000000) >>> 0);
  return bytes;
}

function pairs(params) {
  const parts = [];
  for (const [name, value] of Object.entries(params)) {
    const n = Buffer.from(name);
    const v = Buffer.from(String(value));
    parts.push(length(n.length), length(v.length), n, v);
  }
  return Buffer.concat(parts);
}

// { status, headers (text), body }
export function fastcgi(socket, params, body = '') {
  const bytes = Buffer.from(body);
  const all = { CONTENT_LENGTH: bytes.length || '', ...params };
  return new Promise((resolve, reject) => {
    const connection = net.connect(socket);
    let data = Buffer.alloc(0);
    const out = [];
    connection.on('error', reject);
    connection.on('connect', () =>
      connection.write(
        Buffer.concat([
          record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
          stream(PARAMS, pairs(all)),
          stream(STDIN, bytes),
        ]),
      ),
    );
    connection.on('data', (part) => {
      data = Buffer.concat([data, part]);
      while (data.length >= 8) {
        const size = data.readUInt16BE(4);
        const whole = 8 + size + data[6];
        if (data.length < whole) return;
        if (data[1] === STDOUT) out.push(data.subarray(8, 8 + size));
        if (data[1] === END) {
          connection.destroy();
          const text = Buffer.concat(out).toString('utf8');
          const split = text.indexOf('\r\n\r\n');
          const headers = text.slice(0, split);
          resolve({ status: Number(headers.match(/^Status: (\d+)/m)?.[1]), headers, body: text.slice(split + 4) });
          return;
        }
        data = data.subarray(whole);
      }
    });
    connection.on('close', () => reject(new Error('the program closed the connection without an answer')));
  });
}
