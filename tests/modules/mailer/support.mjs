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
