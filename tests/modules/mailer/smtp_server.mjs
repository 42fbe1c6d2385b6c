// A mail server that does what a test tells it, step by step, and remembers what it was sent.
import net from 'node:net';
import tls from 'node:tls';

const lineEnd = Buffer.from('\r\n');
const bodyEnd = Buffer.from('\r\n.\r\n');

// What a step answers unless the test says otherwise.
const usual = {
    connect: '220 mail.test ESMTP', HELO: '250 mail.test', STARTTLS: '220 go on', MAIL: '250 2.1.0 ok',
    RCPT: '250 2.1.5 ok', DATA: '354 go on', body: '250 2.0.0 queued', QUIT: '221 bye', RSET: '250 ok',
};

export class SmtpServer {
    // key, cert: with them it offers STARTTLS; implicit: TLS from the first byte. login: { user: password }.
    static async start({ key, cert, implicit = false, login = null } = {}) {
        const server = new SmtpServer();
        Object.assign(server, { key, cert, login, behave: () => undefined, mails: [], seen: [], sockets: new Set() });
        server.net = implicit ? tls.createServer({ key, cert }, (socket) => server.serve(socket, true))
            : net.createServer((socket) => server.serve(socket, false));
        server.net.on('tlsClientError', () => {});
        await new Promise((done) => server.net.listen(0, '127.0.0.1', done));
        server.port = server.net.address().port;
        server.url = `${implicit ? 'smtps' : 'smtp'}://127.0.0.1:${server.port}`;
        return server;
    }

    // Forgets everything, and behaves.
    reset() {
        this.behave = () => undefined;
        this.mails = [];
        this.seen = [];
        for (const socket of this.sockets) socket.destroy();
    }

    async stop() {
        for (const socket of this.sockets) socket.destroy();
        await new Promise((done) => this.net.close(done));
    }

    serve(socket, encrypted) {
        const session = { server: this, socket, encrypted, buffer: Buffer.alloc(0), step: 'command', lines: [] };
        this.sockets.add(socket);
        socket.on('close', () => this.sockets.delete(socket));
        socket.on('error', () => {});
        socket.on('data', (bytes) => {
            session.buffer = Buffer.concat([session.buffer, bytes]);
            this.read(session);
        });
        this.answer(session, 'connect');
    }

    // behave({ step, line, from, to, body, user, encrypted }) returns undefined (the usual answer), a text, or
    // { hang: true }, { drop: true }, { say: text, drop: true }, { after_ms, say }.
    answer(session, step, line = '') {
        const { from, to, body, user, encrypted } = session;
        this.seen.push({ step, line, from, to });
        const told = this.behave({ step, line, from, to, body, user, encrypted });
        const plan = typeof told === 'string' ? { say: told } : { say: usual[step], ...told };
        if (plan.hang) return null;
        if (plan.drop && typeof told?.say !== 'string') {
            session.socket.destroy();
            return null;
        }
        const say = () => {
            session.socket.write(`${plan.say}\r\n`);
            if (plan.drop) session.socket.destroySoon();
        };
        if (plan.after_ms) setTimeout(say, plan.after_ms);
        else say();
        return plan.say;
    }

    read(session) {
        for (;;) {
            const end = session.step === 'body' ? session.buffer.indexOf(bodyEnd) : session.buffer.indexOf(lineEnd);
            if (end < 0) return;
            const length = session.step === 'body' ? bodyEnd.length : lineEnd.length;
            const text = session.buffer.subarray(0, end).toString('latin1');
            session.buffer = session.buffer.subarray(end + length);
            if (session.step === 'body') this.body(session, text);
            else if (session.step === 'auth') session.auth(text);
            else this.command(session, text);
        }
    }

    body(session, text) {
        session.step = 'command';
        session.body = `${text.replace(/(^|\r\n)\.\./g, '$1.')}\r\n`;
        const { from, to, user, encrypted, body } = session;
        const mail = { from, to, user, encrypted, body, at: Date.now(), ...parse(body) };
        // Answered with 250 or not: it is the server's from here on, as a real one may see it.
        const said = this.answer(session, 'body');
        this.mails.push({ ...mail, accepted: said?.startsWith('250') ?? false });
        this.onmail?.(mail);
    }

    command(session, line) {
        const verb = line.split(/[ :]/)[0].toUpperCase();
        const argument = line.match(/<([^>]*)>/)?.[1];
        if (verb === 'MAIL') Object.assign(session, { from: argument, to: undefined, body: undefined });
        if (verb === 'RCPT') session.to = argument;
        if (verb === 'EHLO') return this.ehlo(session, line);
        if (verb === 'AUTH') return this.auth(session, line);
        if (verb === 'STARTTLS') return this.starttls(session, line);
        const said = this.answer(session, verb, line);
        if (verb === 'DATA' && said?.startsWith('354')) session.step = 'body';
        if (verb === 'QUIT' && said) session.socket.end();
        return undefined;
    }

    ehlo(session, line) {
        this.seen.push({ step: 'EHLO', line });
        const told = this.behave({ step: 'EHLO', line, encrypted: session.encrypted });
        if (told?.hang) return;
        if (told?.drop) {
            session.socket.destroy();
            return;
        }
        const offers = ['mail.test', 'SIZE 10000000', '8BITMIME'];
        if (this.cert && !session.encrypted) offers.push('STARTTLS');
        if (this.login) offers.push(`AUTH ${this.mechanisms ?? 'PLAIN LOGIN'}`);
        const lines = offers.map((offer, at) => `250${at + 1 < offers.length ? '-' : ' '}${offer}`);
        session.socket.write(`${typeof told === 'string' ? told : lines.join('\r\n')}\r\n`);
    }

    auth(session, line) {
        const decode = (text) => Buffer.from(text, 'base64').toString('utf8');
        const finish = (user, password) => {
            session.step = 'command';
            const good = this.login[user] === password;
            if (good) session.user = user;
            this.seen.push({ step: 'AUTH', user, good, encrypted: session.encrypted });
            const told = this.behave({ step: 'AUTH', user, password });
            if (told?.hang) return;
            if (told?.drop) session.socket.destroy();
            else session.socket.write(`${typeof told === 'string' ? told : good ? '235 ok' : '535 5.7.8 no'}\r\n`);
        };
        const [, mechanism, initial] = line.split(' ');
        const plain = (text) => finish(...decode(text).split('\0').slice(1));
        session.step = 'auth';
        if (mechanism === 'PLAIN' && initial) return plain(initial);
        if (mechanism === 'PLAIN') {
            session.auth = plain;
            session.socket.write('334 \r\n');
            return undefined;
        }
        const user = (text) => {
            session.auth = (password) => finish(decode(text), decode(password));
            session.socket.write('334 UGFzc3dvcmQ6\r\n');
        };
        if (initial) return user(initial);
        session.auth = user;
        session.socket.write('334 VXNlcm5hbWU6\r\n');
        return undefined;
    }

    starttls(session, line) {
        const said = this.answer(session, 'STARTTLS', line);
        if (!said?.startsWith('220')) return;
        const plain = session.socket;
        plain.removeAllListeners('data');
        const socket = new tls.TLSSocket(plain, { isServer: true, key: this.key, cert: this.cert });
        Object.assign(session, { socket, encrypted: true, buffer: Buffer.alloc(0) });
        this.sockets.add(socket);
        socket.on('error', () => {});
        socket.on('data', (bytes) => {
            session.buffer = Buffer.concat([session.buffer, bytes]);
            this.read(session);
        });
    }
}

// ---- a mail, read ----

const decodeBytes = (text) => Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g,
    (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8');

// Encoded words of RFC 2047.
export const words = (text) => text.replace(/(=\?utf-8\?Q\?[^?]*\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?utf-8\?Q\?([^?]*)\?=/g, (_, inner) => decodeBytes(inner.replace(/_/g, ' ')));

// { headers: [[name, value]], header(name), id, text, html }
export function parse(body) {
    const split = body.indexOf('\r\n\r\n');
    const headers = body.slice(0, split).replace(/\r\n[ \t]/g, ' ').split('\r\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
    const header = (name) => headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
    const boundary = header('Content-Type')?.match(/boundary="([^"]+)"/)?.[1];
    const parts = body.slice(split + 4).split(`--${boundary}`).slice(1, -1).map((part) => {
        const at = part.indexOf('\r\n\r\n');
        return decodeBytes(part.slice(at + 4)).replace(/\r\n/g, '\n');
    });
    return { headers, header, id: header('Message-ID'), text: parts[0], html: parts[1] };
}
