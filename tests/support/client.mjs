// client.mjs - a browser without a screen: cookies by path, forms, one request at a time per call.
// Keeps Secure cookies on loopback, as browsers do.
import http from 'node:http';

export class Client {
  constructor(base) {
    this.base = new URL(base);
    this.cookies = new Map();
    this.headers = {}; // sent with each request
    this.agent = false; // of node's http: one that keeps connections, where many requests are made
  }

  cookieHeader(pathname) {
    return [...this.cookies]
      .filter(([, c]) => pathname === c.path || pathname.startsWith(c.path.endsWith('/') ? c.path : `${c.path}/`))
      .map(([name, c]) => `${name}=${c.value}`)
      .join('; ');
  }

  keepCookies(headers) {
    for (const line of headers['set-cookie'] ?? []) {
      const [pair, ...attributes] = line.split('; ');
      const [name, value] = pair.split(/=(.*)/s);
      const path = attributes.find((a) => a.startsWith('Path='))?.slice(5) ?? '/';
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, { value, path });
    }
  }

  // body: an object, an array of pairs, or text. headers: a value of null takes a header away.
  request(method, path, body, extra = {}) {
    const url = new URL(path, this.base);
    const headers = { ...this.headers, cookie: this.cookieHeader(url.pathname) };
    let bytes;
    if (body !== undefined) {
      bytes = Buffer.from(typeof body === 'string' ? body : new URLSearchParams(body).toString());
      headers['content-type'] = 'application/x-www-form-urlencoded';
      headers['content-length'] = bytes.length;
      headers.origin = this.base.origin;
    }
    for (const [name, value] of Object.entries(extra)) {
      if (value === null) delete headers[name];
      else headers[name] = value;
    }
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method, headers, agent: this.agent }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          this.keepCookies(answer.headers);
          const bytes = Buffer.concat(parts);
          resolve({
            status: answer.statusCode,
            headers: answer.headers,
            rawHeaders: answer.rawHeaders,
            bytes,
            text: bytes.toString('utf8'),
            location: answer.headers.location,
          });
        });
      });
      request.setTimeout(90_000, () => request.destroy(new Error(`time-out: ${method} ${path}`)));
      request.on('error', reject);
      request.end(bytes);
    });
  }

  get(path, headers) {
    return this.request('GET', path, undefined, headers);
  }

  post(path, body, headers) {
    return this.request('POST', path, body, headers);
  }

  // Follows redirects of ours; the last answer.
  async follow(answer) {
    let hops = 0;
    while (answer.status === 303 && hops++ < 5) answer = await this.get(answer.location);
    return answer;
  }

  async signIn({ email, password }) {
    const base = this.base.pathname.replace(/\/$/, '');
    const door = await this.get(`${base}/login`);
    const answer = await this.post(`${base}/login`, {
      key: formKey(door.text),
      next: '/',
      email,
      password,
    });
    if (answer.status !== 303) throw new Error(`sign-in of ${email} failed: ${answer.status}`);
    return answer;
  }
}

export const formKey = (html) => html.match(/name="key" value="([^"]*)"/)?.[1];

// The words a reader sees, on one line.
export const words = (html) =>
  html
    .replace(/<(style|script|title)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
