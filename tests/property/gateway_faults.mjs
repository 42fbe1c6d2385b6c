// gateway_faults.mjs - what may go wrong at the gateway: knobs of the sandbox, what is told then, and whether it was booked.
const lost = (knobs, isBooked) => ({ knobs, state: 'unknown', isBooked });

// What may go wrong with a sale, and what the customer is told then.
export const FAULTS = {
  none: {},
  'soft decline': { knobs: { decline_code: 202 }, state: 'declined' },
  refused: { knobs: { decline_code: 300 }, state: 'failed' },
  'lost after': lost({ lose: 'after' }, true),
  'lost before': lost({ lose: 'before' }, false),
  'booked late': lost({ lose: 'late', late_ms: 200 }, true),
  'http 500 booked': lost({ answer: 'http_500', answer_booked: true }, true),
  'html not booked': lost({ answer: 'html' }, false),
  silent: lost({ silent: true }, false),
};

// The same for a refund or a void.
export const BACK_FAULTS = {
  none: {},
  refused: { knobs: { decline_code: 300 }, state: 'failed' },
  'lost after': lost({ lose: 'after' }, true),
  'lost before': lost({ lose: 'before' }, false),
  'booked late': lost({ lose: 'late', late_ms: 200 }, true),
  'garbage booked': lost({ answer: 'garbage', answer_booked: true }, true),
  'http 429 not booked': lost({ answer: 'http_429' }, false),
  silent: lost({ silent: true }, false),
};
