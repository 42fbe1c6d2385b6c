// What a mail says, in both of its parts.
import assert from 'node:assert/strict';

export const visible = (html) => html.replace(/<title>.*?<\/title>/s, '').replace(/<[^>]*>/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&').replace(/\s+/g, ' ');
export const plain = (text) => text.replace(/\s+/g, ' ');

// What stands in both parts.
export function says(mail, ...texts) {
    for (const text of texts) {
        assert.ok(plain(mail.text).includes(text), `text lacks: ${text}\n${mail.text}`);
        assert.ok(visible(mail.html).includes(text), `HTML lacks: ${text}\n${mail.html}`);
    }
}

// What every mail to Ana of account A1 has, and what none may have.
export function common(mail) {
    says(mail, 'Hello Ana Maria', 'What to do:', 'Account: A1, Firm & Sons', 'Test', 'help@shop.example', '+1 555 0100');
    assert.match(mail.text, /Your billing pages: https:\/\/shop\.example\/billing\//);
    assert.match(mail.text, /Help: https:\/\/shop\.example\/help/);
    assert.match(mail.html, /<a href="https:\/\/shop\.example\/billing\/">/);
    assert.ok(!/&(amp|lt|gt|quot|#39);/.test(mail.text), mail.text);
    assert.ok(!/<(script|style|img|link|iframe|form)|\son\w+=|\ssrc=|style=/i.test(mail.html), mail.html);
    assert.ok(mail.html.startsWith('<!doctype html>'), 'nothing before it');
    assert.ok(mail.html.trimEnd().endsWith('</html>'));
    assert.equal((mail.html.match(/<html/g) ?? []).length, 1);
    assert.ok(!mail.text.includes('<?cs') && !mail.html.includes('<?cs'));
    assert.ok(!/\n{4}/.test(mail.text), 'no large holes');
}
