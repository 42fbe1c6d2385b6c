// What the provider chooses: what `remit config check` says of it, and a paper bill with its fee from the
// command line to the books.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { crc32 } from './crc32.mjs';
import { binary, Database, Installation } from './harness.mjs';

let database, remit, base;

const PROGRAMS = ['Gateway.ApiUrl = http://127.0.0.1:1', 'Gateway.TokenizationKey = t', 'Programs.invoices = 1', 'Programs.pay = 1'];
const CHECK = ['Check.PayTo = Shop', 'Check.Address.0 = P. O. Box 1', 'Check.Address.1 = Boston'];
const WIRE = ['Wire.AccountNumber = 000123456789', 'Wire.RoutingNumber = 021000021'];
const FEES = ['Fee.Return = 25.00', 'Fee.PaperInvoice = 10.00'];

before(async () => {
    database = await Database.start();
    remit = new Installation(database, 'remit_choices', PROGRAMS.join('\n'));
    for (const program of ['invoices', 'pay', 'mailer'])
        remit.secrets(program);
    base = readFileSync(remit.settings, 'utf8');
    remit.ok(['migrate']);
    remit.ok(['account', 'add', '--number', '100', '--organization', 'Paper & Sons']);
    remit.ok(['account', 'add', '--number', '200', '--organization', 'Screen Ltd']);
});
after(() => database?.stop());

const choose = (...lines) => writeFileSync(remit.settings, [base, ...lines, ''].join('\n'));

// The names that config check tells, and nothing else may be wrong.
const wrongs = (...lines) => {
    choose(...lines);
    const { status, out } = remit.run(['config', 'check', '--json']);
    const { ok, wrong } = JSON.parse(out);
    assert.equal(status, ok ? 0 : 1);
    return wrong.map((one) => one.setting);
};
const sentence = (...lines) => {
    choose(...lines);
    return remit.run(['config', 'check']).out;
};

test('config check says what customers are offered', () => {
    choose();
    assert.equal(remit.ok(['config', 'check']), 'ok: the settings, and the secrets of 3 programs.\n'
        + 'offered: cards (Amex, Discover, Mastercard, Visa), bank accounts; fees: none; payments from 1.00 to 100000.00\n');
    choose(...CHECK, ...WIRE, ...FEES, 'Payment.Brands = Amex, Visa', 'Payment.Banks = 0', 'Payment.Smallest = 5');
    assert.match(remit.ok(['config', 'check']), /^offered: cards \(Amex, Visa\), check by mail, wire; fees: return 25\.00, paper invoice 10\.00; payments from 5\.00 to 100000\.00$/m);
    assert.deepEqual(remit.json(['config', 'check']), { ok: true, wrong: [], offered: {
        cards: 'Amex, Visa', bank_accounts: false, check: true, wire: true,
        return_fee: '25.00', return_fee_cents: 2500, paper_invoice_fee: '10.00', paper_invoice_fee_cents: 1000,
        smallest: '5.00', smallest_cents: 500, largest: '100000.00', largest_cents: 10000000 } });
    choose('Payment.Cards = 0');
    assert.match(remit.ok(['config', 'check']), /^offered: bank accounts; fees: none/m);
});

test('nothing offered, and nothing installed', () => {
    const none = ['Payment.Cards = 0', 'Payment.Banks = 0'];
    assert.deepEqual(wrongs(...none), ['Payment.Cards']);
    assert.match(sentence(...none), /nobody can pay/);
    for (const one of [['Payment.Cards = 1'], ['Payment.Banks = 1'], CHECK, WIRE])
        assert.deepEqual(wrongs(...none, ...one), [], one.join());
    assert.deepEqual(wrongs('Programs.invoices = 0', 'Programs.pay = 0'), ['Programs.*']);
    assert.deepEqual(wrongs('Programs.pay = yes'), ['Programs.pay']);
    // Whoever only looks at invoices need not be able to pay.
    assert.deepEqual(wrongs(...none, 'Programs.pay = 0'), []);
    assert.match(sentence('Programs.pay = 0'), /offered: no way to pay/);
});

test('half a check, half a wire, and numbers that are none', () => {
    const [pay, first, second] = CHECK;
    assert.deepEqual(wrongs(pay), ['Check.Address.0']);
    assert.deepEqual(wrongs(second), ['Check.Address.0']);
    assert.deepEqual(wrongs(first), [], 'the name is the site\'s');
    assert.deepEqual(wrongs(first, 'Check.Address.6 = one too many'), ['Check.Address.6']);
    assert.deepEqual(wrongs(`Check.Address.0 = ${'x'.repeat(100)}`), []);
    assert.deepEqual(wrongs(`Check.Address.0 = ${'x'.repeat(101)}`), ['Check.Address.0']);
    assert.deepEqual(wrongs('Check.Address.0 << EOM\ntwo\nlines\nEOM'), ['Check.Address.0']);

    const [account, routing] = WIRE;
    assert.deepEqual(wrongs(account), ['Wire.RoutingNumber']);
    assert.deepEqual(wrongs(routing), ['Wire.AccountNumber']);
    assert.deepEqual(wrongs('Wire.BankName = First'), ['Wire.AccountNumber', 'Wire.RoutingNumber']);
    for (const wrong of ['021000022', '02100002', '0210000210', '000000000', '02100002x', '021 000 021'])
        assert.deepEqual(wrongs(account, `Wire.RoutingNumber = ${wrong}`), ['Wire.RoutingNumber'], wrong);
    for (const right of ['021000021', '011401533', '091000019'])
        assert.deepEqual(wrongs(account, `Wire.RoutingNumber = ${right}`), [], right);
    for (const wrong of ['12<34', '-12', '12-', '1  2', '1'.repeat(35)])
        assert.deepEqual(wrongs(routing, `Wire.AccountNumber = ${wrong}`), ['Wire.AccountNumber'], wrong);
    for (const right of ['4', '12-34 567', 'GB29NWBK60161331926819'])
        assert.deepEqual(wrongs(routing, `Wire.AccountNumber = ${right}`), [], right);
    assert.deepEqual(wrongs(...WIRE, 'Wire.Swift = FEXBUS3'), ['Wire.Swift']);
    assert.deepEqual(wrongs(...WIRE, 'Wire.Swift = FEXBUS33XXX'), []);
});

test('a logo and an address on paper, where papers are made', () => {
    // One pixel: header, picture, end.
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const file = `${remit.settings}.logo.png`;
    const logo = (bytes, on = '1') => {
        writeFileSync(file, bytes);
        return wrongs(`Documents.Logo = ${file}`, `Programs.documents = ${on}`);
    };
    const sized = (width, height) => {
        const bytes = Buffer.from(png);
        bytes.writeUInt32BE(width, 16);
        bytes.writeUInt32BE(height, 20);
        bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
        return bytes;
    };
    remit.secrets('documents');
    assert.deepEqual(logo(png), []);
    assert.deepEqual(logo(sized(2000, 1000)), [], 'the largest');
    for (const [what, bytes] of [['empty', ''], ['text', 'no picture'], ['cut', png.subarray(0, -1)], ['more', Buffer.concat([png, Buffer.from('x')])], ['a bit turned', Buffer.from(png).fill(0x64, 45, 46)],
        ['too wide', sized(2001, 1)], ['too high', sized(1, 1001)], ['nothing wide', sized(0, 1)], ['half a megabyte and one', Buffer.concat([png, Buffer.alloc(512 * 1024 + 1 - png.length)])]])
        assert.deepEqual(logo(bytes), ['Documents.Logo'], what);
    assert.deepEqual(logo('no picture', '0'), [], 'nobody prints');
    for (const path of ['/nowhere/logo.png', 'logo.png', '/tmp'])
        assert.deepEqual(wrongs(`Documents.Logo = ${path}`, 'Programs.documents = 1'), ['Documents.Logo'], path);
    assert.deepEqual(wrongs(`Documents.Address.0 = ${'x'.repeat(100)}`, 'Documents.Address.5 = y', 'Programs.documents = 1'), []);
    assert.deepEqual(wrongs(`Documents.Address.0 = ${'x'.repeat(101)}`, 'Programs.documents = 1'), ['Documents.Address.0']);
    assert.deepEqual(wrongs('Documents.Address.6 = one too many', 'Programs.documents = 1'), ['Documents.Address.6']);
});

test('fees, limits, brands, help links, mail', () => {
    for (const name of ['Fee.Return', 'Fee.PaperInvoice']) {
        for (const right of ['0', '0.00', '0.01', '25', '1,000.00'])
            assert.deepEqual(wrongs(`${name} = ${right}`), [], `${name} ${right}`);
        for (const wrong of ['1,000.01', '-1', 'much', '1.001', ''])
            assert.deepEqual(wrongs(`${name} = ${wrong}`), [name], `${name} ${wrong}`);
    }
    assert.deepEqual(wrongs('Payment.Smallest = 50', 'Payment.Largest = 49.99'), ['Payment.Smallest']);
    assert.deepEqual(wrongs('Payment.Smallest = 50', 'Payment.Largest = 50'), []);
    for (const name of ['Payment.Smallest', 'Payment.Largest'])
        assert.deepEqual(wrongs(`${name} = 0`).includes(name), true, 'neither may be nothing');
    assert.deepEqual(wrongs('Payment.Brands ='), ['Payment.Brands']);
    assert.deepEqual(wrongs('Payment.Brands =', 'Payment.Cards = 0'), [], 'no card, no brand');
    assert.deepEqual(wrongs('Payment.Terms ='), [], 'ours');

    assert.deepEqual(wrongs('Help.0.Label = Guide', 'Help.0.Url = /help?a=b#c', 'Help.9.Label = ü', 'Help.9.Url = https://a.example/x'), []);
    assert.deepEqual(wrongs('Help.0.Label = Guide'), ['Help.0.Url']);
    assert.deepEqual(wrongs('Help.0.Url = /help'), ['Help.0.Label']);
    for (const wrong of ['http://a.example', 'https://', 'https:///x', '//evil.example', '/\\evil.example', 'help', 'javascript:alert(1)', '/a b', '/a"b', "/a'b", '/ü'])
        assert.deepEqual(wrongs('Help.0.Label = Guide', `Help.0.Url = ${wrong}`), ['Help.0.Url'], wrong);
    assert.deepEqual(wrongs('Help.10.Label = Guide', 'Help.10.Url = /x'), ['Help.10']);
    assert.deepEqual(wrongs('Help.0.Label = Guide', 'Help.0.Url = /x', 'Help.0.Link = /x'), ['Help.0.Link']);

    // What a customer agrees to is kept by the database, whole: it must be able to.
    for (const name of ['Payment.CardTerms', 'Payment.BankAuthorization', 'Payment.BankSaving']) {
        assert.deepEqual(wrongs(`${name} = ${'ü'.repeat(4000)}`), [], name);
        assert.deepEqual(wrongs(`${name} = ${'ü'.repeat(4000)}.`), [name], name);
        writeFileSync(remit.settings, Buffer.from([base, `${name} = Autoris\xe9 {amount}`, ''].join('\n'), 'latin1'));
        const latin = remit.run(['config', 'check']);
        assert.equal(latin.status, 1, latin.out);
        assert.match(latin.out, new RegExp(`${name}\\b.*must be text in UTF-8`), name);
    }

    assert.deepEqual(wrongs('Payment.BankAuthorization = I, {name}, let {provider} debit {amount} of {account} from {date}: {contact}'), []);
    for (const wrong of ['{amont}', '{amount', '{}', '{ amount }', '{amount} {Date}'])
        assert.deepEqual(wrongs(`Payment.BankAuthorization = I agree to ${wrong}`), ['Payment.BankAuthorization'], wrong);
    assert.deepEqual(wrongs('Payment.BankSaving = I agree to {amount}'), ['Payment.BankSaving']);
    assert.deepEqual(wrongs('Payment.CardTerms = I agree, {name}'), ['Payment.CardTerms']);

    assert.deepEqual(wrongs('Programs.mailer = 1'), ['Mail.From', 'Mail.Host']);
    assert.deepEqual(wrongs('Programs.mailer = 0'), []);
    choose();
});

// ---- a paper bill ----

const invoice = (number, account = '100', more = {}) => ({ account, number, issued_on: '2026-10-01', due_on: '2026-10-31',
    tax: '0.50', lines: [{ description: 'Hosting', amount: '9.50' }], ...more });
const importing = (...list) => remit.json(['invoice', 'import', remit.file('in.json', list)]);
const shown = (number) => remit.json(['invoice', 'show', number]);
const lines = (number) => shown(number).lines.map((line) => [line.description, line.quantity, line.price_cents, line.amount_cents]);
const postings = (number) => remit.sql(`SELECT p.ledger, p.amount_cents FROM journal_posting p JOIN journal_entry e
    ON e.account_id = p.account_id AND e.id = p.entry_id WHERE e.event_key = 'invoice:${number}:issued' ORDER BY p.line`)
    .map(([ledger, cents]) => [ledger, Number(cents)]);
const due = (number) => remit.json(['account', 'show', number]).due_cents;
const paper = (number) => remit.json(['account', 'show', number]).paper_bill;
const version = (number) => Number(remit.sql(`SELECT version FROM account WHERE number = '${number}'`)[0][0]);
const everything = () => remit.sql(`SELECT (SELECT COUNT(*) FROM invoice), (SELECT COUNT(*) FROM invoice_line),
    (SELECT COUNT(*) FROM journal_posting), (SELECT SUM(due_cents) FROM account), (SELECT SUM(total_cents) FROM invoice)`)[0].join(' ');

test('account change: a paper bill on and off, each once, with an audit row', () => {
    const audits = () => remit.sql(`SELECT e.action, a.number, e.subject FROM audit_event e JOIN account a ON a.id = e.account_id
        WHERE e.action = 'account.change' ORDER BY e.id`).map((row) => row.join(' '));
    assert.equal(paper('100'), false);
    const before = version('100');
    assert.deepEqual(remit.json(['account', 'change', '100', '--paper-bill', 'on']), { number: '100', paper_bill: true, changed: true });
    assert.equal(version('100'), before + 1, 'the account is bumped first');
    assert.equal(paper('100'), true);
    assert.deepEqual(remit.json(['account', 'list']).map((one) => one.paper_bill), [true, false]);
    assert.match(remit.ok(['account', 'change', '100', '--paper-bill', 'on']), /on already; nothing was changed/);
    assert.deepEqual(audits(), ['account.change 100 paper_bill:on']);
    remit.ok(['account', 'change', '100', '--paper-bill', 'off']);
    assert.equal(paper('100'), false);
    assert.deepEqual(audits(), ['account.change 100 paper_bill:on', 'account.change 100 paper_bill:off']);

    for (const [args, status, words] of [[['100'], 2, /--paper-bill on or/], [['100', '--paper-bill', 'yes'], 2, /--paper-bill on or/],
        [['9', '--paper-bill', 'on'], 1, /no account 9/], [['--paper-bill', 'on'], 2, /NUMBER is missing/]]) {
        const ran = remit.run(['account', 'change', ...args]);
        assert.equal(ran.status, status, args.join());
        assert.match(ran.err, words);
    }
    assert.equal(audits().length, 2);
});

test('import: the fee is a line of each invoice of an account with a paper bill', () => {
    choose(...FEES);
    remit.ok(['account', 'change', '100', '--paper-bill', 'on']);
    const first = importing(invoice('P1'), invoice('S1', '200'), invoice('P2', '100', { tax: '0' }));
    assert.deepEqual(first, { imported: 3, unchanged: 0, total: '49.50', total_cents: 4950, paper_fees: '20.00', paper_fees_cents: 2000 });
    assert.deepEqual(lines('P1'), [['Hosting', '1', 950, 950], ['Paper Invoice Fee', '1', 1000, 1000]]);
    assert.deepEqual(lines('S1'), [['Hosting', '1', 950, 950]]);
    assert.equal(shown('P1').total_cents, 2000);
    assert.equal(shown('P1').tax_cents, 50);
    assert.equal(shown('S1').total_cents, 1000);
    assert.deepEqual(postings('P1'), [['receivable', 2000], ['revenue', -1950], ['tax', -50]]);
    assert.deepEqual(postings('P2'), [['receivable', 1950], ['revenue', -1950]]);
    assert.deepEqual([due('100'), due('200')], [3950, 1000]);
    assert.match(remit.ok(['check']), /The books agree/);
});

test('import again, after another choice or another fee: nothing changes', () => {
    const list = [invoice('P1'), invoice('S1', '200'), invoice('P2', '100', { tax: '0' })];
    const state = everything();
    const again = () => {
        assert.deepEqual(importing(...list), { imported: 0, unchanged: 3, total: '0.00', total_cents: 0, paper_fees: '0.00', paper_fees_cents: 0 });
        assert.equal(everything(), state);
    };
    again();
    remit.ok(['account', 'change', '100', '--paper-bill', 'off']);
    remit.ok(['account', 'change', '200', '--paper-bill', 'on']);
    again();
    choose('Fee.PaperInvoice = 12.34');
    again();
    choose();
    again();
    const ran = remit.run(['invoice', 'import', remit.file('in.json', [invoice('P1', '100', { lines: [
        { description: 'Hosting', amount: '9.50' }, { description: 'Paper Invoice Fee', amount: '10.00' }] })])]);
    assert.equal(ran.status, 1);
    assert.match(ran.err, /Invoice P1 was issued with other figures/, 'what was imported is compared, not what it became');
});

test('import: by the choice and the fee of its own day', () => {
    choose('Fee.PaperInvoice = 12.34');
    importing(invoice('P3'), invoice('S2', '200'));
    assert.equal(lines('P3').length, 1);
    assert.deepEqual(lines('S2')[1], ['Paper Invoice Fee', '1', 1234, 1234]);
    choose('Fee.PaperInvoice = 0.00');
    importing(invoice('S3', '200'));
    assert.equal(lines('S3').length, 1, 'no fee, no line');
    assert.match(remit.ok(['check']), /The books agree/);
});

test('import: the most lines an invoice may have, and many accounts in turn', () => {
    choose(...FEES);
    remit.ok(['account', 'change', '100', '--paper-bill', 'on']);
    const many = Array.from({ length: 500 }, (_, at) => ({ description: `Line ${at}`, amount: '0.01' }));
    importing(invoice('L1', '100', { lines: many }));
    assert.deepEqual(lines('L1')[500], ['Paper Invoice Fee', '1', 1000, 1000]);
    const mixed = Array.from({ length: 450 }, (_, at) => invoice(`M${at}`, at % 2 ? '100' : '200'));
    assert.equal(importing(...mixed).paper_fees_cents, 450 * 1000);
    assert.match(remit.ok(['check']), /The books agree/);
});

test('import: killed in the middle, the run behind it charges each fee once', () => {
    const file = remit.file('killed.json', Array.from({ length: 1500 }, (_, at) => invoice(`K${at}`)));
    const before = due('100');
    spawnSync(binary, ['invoice', 'import', file], { env: remit.environment(), timeout: 150, killSignal: 'SIGKILL' });
    remit.ok(['invoice', 'import', file]);
    assert.equal(due('100'), before + 1500 * 2000);
    assert.equal(remit.sql(`SELECT COUNT(*) FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id AND i.account_id = l.account_id
        WHERE i.number LIKE 'K%' AND l.description = 'Paper Invoice Fee'`)[0][0], '1500');
    assert.match(remit.ok(['check']), /The books agree/);
});
