// tampering.mjs - what would be wrong, one thing at a time: the invariants must see each of them in the books of a run.
import { closing, doubleCharges, lost, mailsWrong, readBook, unexplained, unfinished } from './invariants.mjs';

const HOUR_MS = 3600_000;
const asText = (ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
const charged = (rows) => rows.payments.find((each) => each.state === 'succeeded' && each.source === 'customer');
const drafted = (rows) => rows.payments.find((each) => each.state === 'succeeded' && each.draft_id !== 'NULL');

// name: what it does to the rows, or to the gateway's transactions; who must see it.
const TAMPERINGS = {
  'a second sale under a reference': { sees: 'doubled', book: (book, rows) => book.push({ ...book.find((each) => each.order_id === charged(rows).reference && each.response === 1), transaction_id: 'x' }) },
  'a draft that took money twice': { sees: 'doubled', rows: (rows) => (charged(rows).draft_id = drafted(rows).draft_id) },
  'an invoice that says more is paid': { sees: 'doubled', rows: (rows) => rows.invoices.find((each) => each.paid_cents).paid_cents++ },
  'a payment that is gone': { sees: 'lost', rows: (rows) => rows.payments.splice(rows.payments.indexOf(charged(rows)), 1) },
  'a payment that was taken and is declined': { sees: 'lost', rows: (rows) => (drafted(rows).state = 'declined') },
  'a page that said it was processed': { sees: 'lost', rows: (rows, world) => (rows.payments.find((each) => world.facts.payments.get(each.reference)?.said.has('Payment has been processed')).state = 'declined') },
  'a check that nobody recorded': { sees: 'lost', rows: (rows) => (charged(rows).source = 'provider') },
  'money that the gateway gave back': { sees: 'unexplained', book: (book, rows) => (book.find((each) => each.order_id === charged(rows).reference && each.response === 1).condition = 'canceled') },
  'another amount': { sees: 'unexplained', rows: (rows) => charged(rows).amount_cents-- },
  'a cent of credit from nowhere': { sees: 'unexplained', rows: (rows) => rows.accounts.at(-1).credit_cents++ },
  'an invoice that nobody billed': { sees: 'unexplained', rows: (rows) => (rows.invoices[0].number = 'INV-X') },
  'a refund that nobody asked for': { sees: 'unexplained', rows: (rows) => rows.refunds.push({ kind: 'refund', reference: 'RX', paid: charged(rows).reference, amount_cents: 1, credit_cents: 0, reopens: 1, state: 'succeeded', request_key: 'x' }) },
  'an allocation that was not shown': { sees: 'unexplained', rows: (rows) => rows.parts.find((each) => each.payment_id === charged(rows).id).amount_cents++ },
  'a mail that was not written': { sees: 'mails', rows: (rows) => rows.mails.splice(rows.mails.findIndex((each) => each.mail_key === `receipt:${charged(rows).reference}:succeeded`), 1) },
  'a mail about nothing': { sees: 'mails', rows: (rows) => rows.mails.push({ mail_key: 'drafted:PX:succeeded', kind: 'drafted' }) },
  'a payment that stays open': { sees: 'open', rows: (rows) => (charged(rows).state = 'pending') },
  'a draft that stays open': { sees: 'open', rows: (rows) => (rows.drafts[0].state = 'open') },
  'an answer an hour later': { sees: 'times', rows: (rows, world, book) => {
    const late = rows.answers.find((each) => book.some((sale) => sale.order_id === rows.payments.find((payment) => payment.id === each.payment_id)?.reference));
    late.at = asText(Date.parse(`${late.at.replace(' ', 'T')}Z`) + HOUR_MS);
    rows.queue = [];
  } },
};

// The tamperings that were not seen. In a run of a few payments some have nothing to be done to.
export function unseen(world, transactions, rows, down) {
  return Object.entries(TAMPERINGS).filter(([, tampering]) => {
    const book = structuredClone(transactions), own = structuredClone(rows);
    try {
      tampering.book?.(book, own);
      tampering.rows?.(own, world, book);
    } catch {
      return world.payments >= 200;
    }
    const read = readBook(book);
    const questions = {
      doubled: () => doubleCharges(own, read), lost: () => lost(world, own, read), unexplained: () => unexplained(world, own, read), mails: () => mailsWrong(world, own, read),
      open: () => unfinished(own), times: () => closing(own, read, { down, mornings: world.mornings }).wrong,
    };
    return questions[tampering.sees]().length === 0;
  }).map(([name]) => name);
}
