// telling.mjs - the figures of a run, in lines.
const BOUNDS = [1, 2, 5, 10, 15, 60];

const counted = (list, of) => {
  const counts = {};
  for (const each of list) counts[of(each)] = (counts[of(each)] ?? 0) + 1;
  return Object.entries(counts).sort().map(([name, count]) => `${name} ${count}`).join(', ');
};

// How many were known after so many minutes.
function distribution(minutes) {
  if (!minutes.length) return 'none';
  const sorted = [...minutes].sort((one, other) => one - other);
  const within = BOUNDS.map((bound) => `≤ ${bound} min: ${sorted.filter((each) => each <= bound).length}`).join(', ');
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  return `${minutes.length}; ${within}; median ${at(0.5)}, 99 of 100 ${at(0.99)}, at most ${at(1)}`;
}

const of = (world, test) => Object.entries(world.counts).filter(([name]) => test.test(name)).sort().map(([name, count]) => `${name} ${count}`).join(', ') || 'none';

export function figures(world, { book, rows, times }) {
  const seconds = (Date.now() - world.started) / 1000;
  const drafted = rows.payments.filter((each) => each.draft_id !== 'NULL').length;
  return [
    `seed ${world.seed}`,
    `payments tried ${world.counts['payments tried']}, reviews ${world.counts.reviews}, clicks ${world.counts.clicks}, ${of(world, /two|back buttons|closed early|refused$|left/)}`,
    `payments by state: ${counted(rows.payments.filter((each) => each.draft_id === 'NULL'), (each) => each.state)}`,
    `drafts ${rows.drafts.length}, attempts ${drafted}: ${counted(rows.drafts, (each) => (each.reason ? `${each.state} (${each.reason})` : each.state))}`,
    `attempts by state: ${counted(rows.payments.filter((each) => each.draft_id !== 'NULL'), (each) => each.state)}`,
    `the gateway: sales approved ${book.approved.size}, orders ${book.all.size}`,
    `unknown and at the gateway, minutes until known: ${distribution(times.known)}`,
    `unknown and not there, minutes until the rule released them: ${distribution(times.ruled)}`,
    `queue: ${counted(rows.queue, (each) => `${each.kind} (${each.detail.replace(/\$[\d,.]+|\b[A-Z][0-9A-Z]{12}\b|\d+/g, '…')})`) || 'empty'}`,
    `the provider: ${of(world, /^(checks|credit|refunds|voids|invoices)/)}`,
    `the bank: ${of(world, /^bank/)}`,
    `webhooks (${world.webhooks}): ${counted(rows.events, (each) => each.state) || 'none'}`,
    `weather: ${of(world, /^weather/)}`,
    `kills and stops: ${of(world, /kill|restart|SIGSTOP/)}`,
    `drafters ${world.counts.drafters}, settlers ${world.counts.settlers}, answers lost to faults ${world.counts['answers lost to faults'] ?? 0}`,
    `mails ${rows.mails.length}, journal and books: remit check --gateway is clean`,
    `requests ${world.requests}, ${(world.requests / seconds).toFixed(0)}/s, ${Math.round(seconds)} s`,
    '0 double charges', '0 lost', '0 unexplained cents',
  ];
}
