// card.mjs - typing a new card, as a customer does: number, expiry and code into the gateway's
// frames, the rest into the page.
import assert from 'node:assert/strict';
import { isFocused, tabTo } from './support.mjs';

// The gateway's test cards, and how the vault tells them apart.
export const cards = {
  Visa: { number: '4111 1111 1111 1111', expires: '12/30', cvv: '999', words: 'Visa ending 1111' },
  Mastercard: { number: '5431 1111 1111 1111', expires: '05/31', cvv: '999', words: 'Mastercard ending 1111' },
  Discover: { number: '6011 0009 9130 0009', expires: '11/29', cvv: '123', words: 'Discover ending 0009' },
  Amex: { number: '3411 111111 11111', expires: '01/32', cvv: '9999', words: 'Amex ending 1111' },
};

// A field of the card itself, which is the gateway's: "Card Number", "Expires" or "CVV".
export const inFrame = (page, label) => page.getByTitle(label, { exact: true }).contentFrame().getByLabel(label, { exact: true });

export const framed = ['Card Number', 'Expires', 'CVV'];

export async function typeCard(page, { number, expires, cvv }) {
  await inFrame(page, 'Card Number').pressSequentially(number);
  await inFrame(page, 'Expires').pressSequentially(expires);
  await inFrame(page, 'CVV').pressSequentially(cvv);
}

// What stands beside the card: `holder` by its labels.
export const holder = { 'Name on Card': 'Ashley Palacol', 'Zip Code': '20170' };

export const address = { 'Street Address': '12 Lake St', City: 'Herndon', State: 'VA' };

// Its own part of the form: a bank account has an address, too.
export const cardPart = (page) => page.locator('#card');

export async function typeHolder(page, fields = holder) {
  for (const [label, value] of Object.entries(fields)) await cardPart(page).getByLabel(label, { exact: label !== 'Name on Card' && label !== 'Zip Code' }).fill(value);
}

// Where there is a choice, a bank account is the first one.
async function chooseCard(page) {
  const choice = page.getByRole('radio', { name: 'Credit Card', exact: true });
  if (await choice.count()) await choice.check();
}

export const terms = (page) => page.getByRole('checkbox', { name: 'I have read and understand the terms' });

export const remember = (page) => page.getByRole('checkbox', { name: 'Remember this credit card for your next payment' });

// All of a card, ready to be sent.
export async function newCard(page, card, fields = holder) {
  await chooseCard(page);
  await typeCard(page, card);
  await typeHolder(page, fields);
  await terms(page).check();
}

// The same with the keyboard alone, from wherever the focus is.
export async function newCardByKeyboard(page, card, fields = holder) {
  const choice = page.getByRole('radio', { name: 'Credit Card', exact: true });
  if (await choice.count()) {
    await tabTo(page, page.getByRole('group', { name: 'Payment Method' }).getByRole('radio', { checked: true }).first());
    for (let times = 0; times < 9 && !(await choice.isChecked()); times++) await page.keyboard.press('ArrowDown');
  }
  for (const [label, value] of [['Card Number', card.number], ['Expires', card.expires], ['CVV', card.cvv]]) {
    await tabTo(page, inFrame(page, label));
    await page.keyboard.type(value);
  }
  for (const [label, value] of Object.entries(fields)) {
    await tabTo(page, cardPart(page).getByLabel(label));
    await page.keyboard.type(value);
  }
  await tabTo(page, terms(page));
  await page.keyboard.press('Space');
  assert.ok(await terms(page).isChecked());
}

// "View Terms" shows them and loses nothing; back again the focus is on the box.
export async function readTerms(page, follow = (link) => link.click()) {
  await follow(page.getByRole('link', { name: 'View Terms' }));
  const heading = page.getByRole('heading', { name: 'Credit card terms' });
  await heading.waitFor();
  assert.ok(await heading.evaluate((element) => element.getBoundingClientRect().top < innerHeight), 'the terms are in view');
  await follow(page.getByRole('link', { name: 'Back to the card' }));
  assert.ok(await isFocused(terms(page)));
}

// What is said about a field: beside it, and tied to it.
export async function errorOf(page, field) {
  const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ').filter((id) => id.endsWith('-error'));
  assert.equal(ids.length, 1, 'an error is tied to the field');
  return page.locator(`#${ids[0]}`).innerText();
}
