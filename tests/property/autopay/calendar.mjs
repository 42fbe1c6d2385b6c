// calendar.mjs - days as texts ("2027-02-28"), and the banking days of the Federal Reserve.
const DAY_MS = 86400_000;
const number = (day) => Date.parse(`${day}T00:00:00Z`) / DAY_MS;

export const addDays = (day, days) => new Date((number(day) + days) * DAY_MS).toISOString().slice(0, 10);
export const daysBetween = (from, to) => number(to) - number(from);
export const later = (a, b) => (a > b ? a : b);
export const dayOfMonth = (day) => Number(day.slice(8));
export const firstOfMonth = (day) => `${day.slice(0, 8)}01`;

// 0 is a Sunday.
const weekday = (day) => (number(day) + 4) % 7;

// The nth (1..) such weekday of a month; 0: its last.
function nthWeekday(year, month, wanted, nth) {
  const days = [];
  for (let day = `${year}-${month}-01`; day.slice(5, 7) === month; day = addDays(day, 1)) if (weekday(day) === wanted) days.push(day);
  return nth ? days[nth - 1] : days.at(-1);
}

const years = new Map();
function holidays(year) {
  if (!years.has(year)) {
    const fixed = ['01-01', '06-19', '07-04', '11-11', '12-25'].map((date) => `${year}-${date}`);
    // A Sunday's is kept on Monday; a Saturday's is not kept.
    const kept = fixed.map((day) => (weekday(day) === 0 ? addDays(day, 1) : day));
    const [monday, thursday] = [1, 4];
    years.set(year, new Set([...kept, nthWeekday(year, '01', monday, 3), nthWeekday(year, '02', monday, 3), nthWeekday(year, '05', monday, 0),
      nthWeekday(year, '09', monday, 1), nthWeekday(year, '10', monday, 2), nthWeekday(year, '11', thursday, 4)]));
  }
  return years.get(year);
}

export const isBankingDay = (day) => weekday(day) !== 0 && weekday(day) !== 6 && !holidays(day.slice(0, 4)).has(day);

export function addBankingDays(day, count) {
  for (let left = count; left > 0;) {
    day = addDays(day, 1);
    if (isBankingDay(day)) left--;
  }
  return day;
}
