// webhooks_support.mjs - events as the gateway sends them: bodies in its shapes, signed with its key.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';

export const sign = (key, body, nonce = randomBytes(16).toString('hex')) =>
  `t=${nonce},s=${createHmac('sha256', key).update(`${nonce}.`).update(body).digest('hex')}`;

// One event, as text. change: of its body.
export const event = (type = 'transaction.sale.success', change = {}, id = randomUUID()) =>
  JSON.stringify({
    event_id: id,
    event_type: type,
    event_body: {
      merchant: { id: '1234', name: 'Shop' }, features: { is_test_mode: false }, transaction_id: '9100000451', transaction_type: 'cc', condition: 'pendingsettlement',
      order_id: 'P0123456789AB', currency: 'USD', requested_amount: '40.00', card: { cc_number: '411111******1111', cc_exp: '1028', first_name: 'Ottoline', last_name: 'Marchbanks' },
      action: { amount: '40.00', action_type: 'sale', date: '20270304101500', success: '1', response_text: 'SUCCESS', response_code: '100' }, ...change,
    },
  });

export const idOf = (body) => JSON.parse(body).event_id;

// An event of exactly so many bytes.
export function eventOf(bytes) {
  const short = event('x.large', { pad: '' });
  return short.replace('"pad":""', `"pad":"${'a'.repeat(bytes - short.length)}"`);
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

// Sends a body as it stands, signed with key unless headers say otherwise (null takes one away). { status, headers, text }
export function post(url, key, body, headers = {}, method = 'POST') {
  const bytes = Buffer.from(body);
  const all = { 'content-type': 'application/json', 'content-length': bytes.length, 'webhook-signature': sign(key, bytes), ...headers };
  if (['GET', 'HEAD'].includes(method)) delete all['content-length'];
  for (const [name, value] of Object.entries(all)) if (value === null) delete all[name];
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers: all, agent }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    request.setTimeout(60_000, () => request.destroy(new Error('time-out')));
    request.on('error', reject);
    request.end(['GET', 'HEAD'].includes(method) ? undefined : bytes);
  });
}
