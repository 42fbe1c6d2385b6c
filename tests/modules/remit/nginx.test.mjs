// remit config nginx: what it writes, for whom, and what it refuses; no database, no nginx but its own judgement.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { binary, root } from './harness.mjs';

const folder = mkdtempSync(join(tmpdir(), 'remit-nginx-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'brand/static/errors'), { recursive: true });
const out = join(folder, 'remit');
const settings = join(folder, 'remit.hdf');
const BASE = ['Site.Name = Shop', 'Site.Origin = https://shop.example', 'Site.Zone = UTC', 'Database.Hosts.0 = unix:/x', 'Database.Name = x',
    `Secrets.Folder = ${folder}`, `Templates.Folders.0 = ${folder}/brand`, `Templates.Folders.1 = ${root}/templates`];
const GATEWAY = ['Gateway.Driver = nmi', 'Gateway.ApiUrl = http://127.0.0.1:1', 'Gateway.TokenizationKey = t'];
const ALL = ['invoices', 'documents', 'pay', 'methods', 'autopay', 'login', 'webhooks'].map((name) => `Programs.${name} = 1`);

function write(...lines) {
    writeFileSync(settings, [...BASE, ...lines, ''].join('\n'));
    const ran = spawnSync(binary, ['--settings', settings, 'config', 'nginx', '--folder', out, '--from', join(root, 'nginx')], { encoding: 'utf8' });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
}
function fresh(...lines) {
    rmSync(out, { recursive: true, force: true });
    const ran = write(...lines);
    assert.equal(ran.code, 0, ran.err);
    return (name) => readFileSync(join(out, name), 'utf8');
}

test('all of it is right for nginx, and says what the settings say', () => {
    const file = fresh(...GATEWAY, ...ALL, 'Site.Base = /a.b/bills', 'Nginx.Sockets = /srv/sockets', `Nginx.Log = ${folder}/access.log`, 'Nginx.Servers.pay.0 = 10.0.0.12:9001',
        'Nginx.Servers.pay.1 = [fd00::2]:9001', 'Nginx.Servers.login.0 = unix:/srv/login.sock', 'Site.Accent = #0b5d4a');
    const upstreams = file('remit-upstreams.conf');
    assert.match(upstreams, /upstream remit_invoices +\{ server unix:\/srv\/sockets\/invoices\.sock max_fails=0; \}/);
    assert.match(upstreams, /upstream remit_pay +\{ server 10\.0\.0\.12:9001 max_fails=0; server \[fd00::2\]:9001 max_fails=0; \}/);
    assert.match(upstreams, /upstream remit_pay_confirm +\{ server unix:\/srv\/sockets\/pay-confirm\.sock max_fails=0; \}/);
    assert.match(upstreams, /upstream remit_login +\{ server unix:\/srv\/login\.sock max_fails=0; \}/);
    assert.match(file('remit.conf'), /^location \^~ \/a\.b\/bills\/ \{$/m);
    assert.match(file('remit.conf'), /location ~ \^\/a\\\.b\/bills\/autopay/);
    assert.match(file('remit.conf'), /location = \/a\.b\/bills\/tile \{\n.*remit-tile\.conf;\n.*remit_invoices;/);
    assert.match(file('remit.conf'), /location ~ \^\/a\\\.b\/bills\/\(\?:documents/);
    assert.match(file('remit.conf'), /location ~ \^\/a\\.b\/bills\/webhooks\/\[a-z\]\+\$ \{\n.*remit-webhooks\.conf;\n.*remit_webhooks;/);
    assert.doesNotMatch(file('remit-webhooks.conf'), /auth_request|^(allow|deny)/m);
    assert.match(file('remit-tile.conf'), / \/a\.b\/bills\/static\/errors\/tile\.html;/);
    assert.match(file('remit-log.conf'), new RegExp(`access_log ${folder}/access.log remit;`));
    assert.match(file('static/brand.css'), /:root \{ --accent: #0b5d4a; \}/);
    assert.match(file('errors/404.html'), /href="\/a\.b\/bills\/static\/remit\.css"/);
    for (const name of ['remit.conf', 'remit-upstreams.conf', 'remit-headers.conf', 'remit-fastcgi.conf', 'remit-tile.conf', 'remit-webhooks.conf', 'remit-log.conf', 'errors/5xx.html', 'errors/tile.html']) {
        assert.doesNotMatch(file(name), /@[A-Z]|^#(if|end)|\/billing/m, name);
        assert.equal(statSync(join(out, name)).mode & 0o777, 0o644, name);
    }
    const site = join(folder, 'nginx.conf');
    const temp = ['client_body', 'fastcgi', 'proxy', 'scgi', 'uwsgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
    writeFileSync(site, `pid ${folder}/pid; error_log stderr; events {} http { ${temp} access_log off; include ${out}/remit-upstreams.conf; server { listen 127.0.0.1:1; include ${out}/remit.conf; } }`);
    const judged = spawnSync('nginx', ['-t', '-q', '-e', 'stderr', '-c', site], { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
    assert.equal(judged.status, 0, judged.stderr);
});

test('the site that says who a visitor is is asked in one location, which nginx reads', () => {
    const site = ['Programs.login = 1', 'Login.Mode = site', 'Login.AuthPath = /who.am/i', 'Login.SignInUrl = https://id.example/in?a=b', 'Login.ReturnName = to'];
    const conf = fresh(...site)('remit.conf');
    assert.equal(conf.match(/auth_request +\/who\.am\/i;/g).length, 1);
    assert.equal(conf.match(/REMOTE_USER/g).length, 1);
    assert.ok(conf.includes('error_page 401 =303 https://id.example/in?a=b&to=https%3A%2F%2Fshop.example%2Fbilling%2Flogin%2Fsite%3Fnext%3D$arg_next;'));
    assert.ok(fresh(...site.slice(0, 3), 'Login.SignInUrl = /in')('remit.conf').includes('error_page 401 =303 https://shop.example/in;'));
    for (const lines of [site.slice(0, 1), ['Programs.invoices = 1', ...site.slice(1)]])
        assert.doesNotMatch(fresh(...lines)('remit.conf'), /auth_request|REMOTE_|login\/site/);
    for (const line of ['Login.AuthPath = /a;b', 'Login.AuthPath = /a{', 'Login.SignInUrl = /$host', 'Login.SignInUrl = /a b', 'Login.SignInUrl = https://a"', 'Login.ReturnName = $a'])
        assert.equal(write(...site, line).code, 1, line);
});

test('who may bring webhooks: everybody, or the addresses that are given', () => {
    const conf = (...lines) => fresh('Programs.webhooks = 1', ...lines)('remit-webhooks.conf');
    assert.doesNotMatch(conf(), /^(allow|deny)/m);
    assert.match(conf('Nginx.Allow.webhooks.0 = 104.192.32.80/29', 'Nginx.Allow.webhooks.1 = 2001:db8::/32'), /^allow 104\.192\.32\.80\/29; allow 2001:db8::\/32; deny all;$/m);
    for (const line of ['Nginx.Allow.webhooks.0 = all', 'Nginx.Allow.webhooks.0 = 1.2.3.4; allow all', 'Nginx.Allow.webhooks.0 = 1.2.3.4/33', 'Nginx.Allow.webhooks.0 = 1.2.3.4/', 'Nginx.Allow.webhooks.0 = ', 'Nginx.Allow.webhooks.0 = 12', 'Nginx.Allow.webhooks.0 = /8',
        'Nginx.Allow.webhooks = 1.2.3.4', 'Nginx.Allow.pay.0 = 1.2.3.4', 'Nginx.Allow = 1.2.3.4'])
        assert.equal(write('Programs.webhooks = 1', line).code, 1, line);
    const site = ['Programs.login = 1', 'Login.Mode = site', 'Login.AuthPath = /whoami', 'Login.SignInUrl = /in'];
    assert.match(conf(...site), /^auth_request off;$/m);
});

test('only what is installed is there', () => {
    for (const [alone, url] of [['invoices', 'invoices'], ['pay', '/pay'], ['login', 'login'], ['documents', 'documents'], ['webhooks', 'webhooks']]) {
        const file = fresh(...(alone === 'pay' ? GATEWAY : []), `Programs.${alone} = 1`);
        assert.match(file('remit.conf'), new RegExp(url), alone);
        for (const other of ['invoices', 'pay', 'methods', 'autopay', 'login', 'documents', 'webhooks'])
            assert.equal(new RegExp(`remit_${other}\\b`).test(file('remit.conf') + file('remit-upstreams.conf')), other === alone, `${other} beside ${alone}`);
    }
});

test('run again it writes nothing; what differs or is gone is written again', () => {
    fresh(...GATEWAY, ...ALL);
    const file = join(out, 'remit.conf'), old = new Date('2026-01-01T00:00:00Z');
    utimesSync(file, old, old);
    assert.match(write(...GATEWAY, ...ALL).out, /^0 of 14 files in .* were written\.\n$/);
    assert.equal(statSync(file).mtimeMs, old.getTime());
    writeFileSync(join(out, 'remit-log.conf'), 'edited');
    rmSync(join(out, 'errors/404.html'));
    assert.match(write(...GATEWAY, ...ALL).out, /errors\/404\.html written\n.*remit-log\.conf written\n2 of 14/);
    assert.ok(!existsSync(`${file}.new`));
});

test("the provider's error page takes the place of ours, and their static files come first", () => {
    writeFileSync(join(folder, 'brand/static/errors/404.html'), '<p>Gone <a href="@BASE@/">back</a> or mail@shop.example @ all</p>\n');
    const file = fresh(...GATEWAY, ...ALL);
    assert.equal(file('errors/404.html'), '<p>Gone <a href="/billing/">back</a> or mail@shop.example @ all</p>\n');
    assert.match(file('errors/413.html'), /<!doctype html>/);
    assert.match(file('remit.conf'), new RegExp(`try_files ${folder}/brand/static/\\$remit_file ${root}/templates/static/\\$remit_file ${out}/static/\\$remit_file =404;`));
});

test('what would end up wrong in a file is refused, by name, and nothing is written', () => {
    const cases = [
        ['Nginx.Servers.pay.0', ['unix:/run/x.sock', '127.0.0.1:1', 'pay.internal:65535', '[::1]:9001'],
            ['pay', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', 'unix:x', 'unix:/a b', '127.0.0.1:1; return 200', '[::1', 'unix:/run/../etc', 'a_b:1', ':1']],
        ['Nginx.Servers.pay', [], ['127.0.0.1:1']],
        ['Nginx.Servers.sandbox.0', [], ['127.0.0.1:1']],
        ['Nginx.Servers.payments.0', [], ['127.0.0.1:1']],
        ['Nginx.Log', ['/var/log/x.log'], ['x.log', '/var/log/x;', '/var/$x']],
        ['Nginx.Sockets', ['/run/x'], ['run', '/run/a b']],
        ['Nginx.Lag', [], ['/x']],
        ['Site.Base', ['/bills', '/a/b', '/a.b-c_d~e'], ['', '/', '/a/', 'a', '/a b', '/a;b', '/a{', '/a"']],
        ['Site.Accent', ['#0b5d4a', '#fff', ''], ['red', '#ggg', '#0b5d4', '#fff; } body { display: none', '0b5d4a']],
        ['Site.Logo.Url', ['/logo.svg', '/billing/static/x.png', ''], ['logo.svg', 'https://other.example/x.svg', '//x', '/a"b']],
    ];
    for (const [name, right, wrong] of cases) {
        for (const value of right) assert.equal(write(...GATEWAY, ...ALL, `${name} = ${value}`).code, 0, `${name} = ${value}`);
        for (const value of wrong) {
            rmSync(out, { recursive: true, force: true });
            const ran = write(...GATEWAY, ...ALL, `${name} = ${value}`);
            assert.equal(ran.code, 1, `${name} = ${value}: ${ran.out}`);
            assert.ok(ran.err.includes(name), `${name} = ${value}: ${ran.err}`);
            assert.ok(!existsSync(out), `${name} = ${value}`);
        }
    }
    for (const to of ['remit', '/a b', '/a;b', '/a/../b'])
        assert.equal(spawnSync(binary, ['--settings', settings, 'config', 'nginx', '--folder', to]).status, 2, to);
});

test('config get', () => {
    write('Site.Base = /bills');
    const get = (name) => spawnSync(binary, ['--settings', settings, 'config', 'get', name], { encoding: 'utf8' });
    assert.equal(get('Site.Base').stdout, '/bills\n');
    assert.equal(get('Site.Support.Phone').status, 1);
});
