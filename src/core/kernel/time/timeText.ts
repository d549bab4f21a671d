/**
 * Times as text. `Date.parse` is not used: it takes sentences for times ("May be 1"), rolls 31 February over, and reads
 * a time without a zone as local.
 */

const isoTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?(Z|[+-]\d\d(?::?\d\d)?))?)?$/i;

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekday = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}';
const month = `(?<month>${monthNames.join('|')})`;
const time = '(?<time>\\d\\d:\\d\\d:\\d\\d)';

/** The three forms of RFC 9110, section 5.6.7; the last one, of C's `asctime`, does not name the zone, which is the same. */
const httpDates = [
  `${weekday}, (?<day>\\d\\d) ${month} (?<year>\\d{4,6}) ${time} GMT`,
  `${weekday}, (?<day>\\d\\d)-${month}-(?<year>\\d\\d) ${time} GMT`,
  `${weekday} ${month} {1,2}(?<day>\\d{1,2}) ${time} (?<year>\\d{4,6})`,
].map(form => new RegExp(`^${form}$`, 'i'));

/** As OpenSSL, and Node with it, writes the times of a certificate. */
const certificateTime = new RegExp(`^${month} {1,2}(?<day>\\d{1,2}) ${time} (?<year>\\d{4}) GMT$`, 'i');

/**
 * Reads a time of ISO 8601: a date, alone or with a time of day; without a zone it is UTC.
 *
 * @returns milliseconds since the Unix epoch; undefined for what is no time
 */
export function parseIsoTime(text: string): number | undefined {
  const [, year, monthNumber, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] =
    isoTime.exec(text) ?? [];
  const ms = utc(Number(year), Number(monthNumber), Number(day), [hour, minute, second].map(Number));
  const offsetMs = offsetOf(zone);
  if (ms === undefined || offsetMs === undefined) return undefined;
  return ms + Math.floor(Number(`0.${fraction}`) * 1000) - offsetMs;
}

/**
 * Reads the date of an HTTP header.
 *
 * @returns milliseconds since the Unix epoch; undefined for what is no date
 */
export function parseHttpDate(text: string): number | undefined {
  return parseNamedMonth(httpDates.map(form => form.exec(text)).find(found => found !== null));
}

/**
 * Reads a time of a certificate.
 *
 * @returns milliseconds since the Unix epoch; undefined for what is no time
 */
export function parseCertificateTime(text: string): number | undefined {
  return parseNamedMonth(certificateTime.exec(text));
}

function parseNamedMonth(found: RegExpExecArray | null | undefined): number | undefined {
  const { year = '', month = '', day, time = '' } = found?.groups ?? {};
  const number = monthNames.indexOf(month.toLowerCase()) + 1;
  // Two digits are of the last century or of this one.
  const century = year.length > 2 ? 0 : Number(year) < 70 ? 2000 : 1900;
  return utc(century + Number(year), number, Number(day), time.split(':').map(Number));
}

/** Undefined for a day that the month does not have, a time that the day does not have, and NaN. */
function utc(
  year: number,
  monthNumber: number,
  day: number,
  [hour = NaN, minute = NaN, second = NaN]: readonly number[],
): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, monthNumber - 1, day);
  const isDay = date.getUTCMonth() === monthNumber - 1 && date.getUTCDate() === day;
  // A minute may have a leap second.
  if (!isDay || !(hour < 24 && minute < 60 && second <= 60)) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

function offsetOf(zone = 'Z'): number | undefined {
  if (/^z$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
