import { isJsonObject } from '../../core/kernel/json';

const maxLength = 2000;

const maxDepth = 4;

/** Collapses white space and control characters, so that text from the wire stays on one line of at most `limit` characters. */
export function oneLine(text: string, limit = maxLength): string {
  const flat = text.slice(0, limit * 4).replace(/[\s\p{Cc}]+/gu, ' ');
  const line = flat.trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/**
 * Converts `error_details`, which may be any JSON, to one line of text as the official CLI does (API reference section
 * 2.1): text unchanged, lists joined, objects by their most informative member, anything else as JSON.
 *
 * @returns undefined when there is nothing to say
 */
export function errorDetailsText(details: unknown): string | undefined {
  if (details === null || details === undefined) return undefined;
  const text = oneLine(describe(details, 0));
  return text === '' ? undefined : text;
}

function describe(details: unknown, depth: number): string {
  if (typeof details === 'string') return details;
  if (typeof details === 'number' || typeof details === 'boolean') return String(details);
  if (depth < maxDepth && Array.isArray(details)) {
    const parts = details.slice(0, 20).map(item => describe(item, depth + 1));
    return parts.filter(part => part !== '').join('; ');
  }
  if (isJsonObject(details)) {
    for (const key of ['message', 'detail', 'error', 'reason']) {
      const member = details[key];
      if (typeof member === 'string' && member !== '') return member;
    }
    if (Object.keys(details).length === 0) return '';
  }
  return details === null || details === undefined ? '' : asJson(details);
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Nested too deeply to be serialized.
    return '';
  }
}

const mark = '[redacted]';

/** A shorter value is not a secret, and removing it would garble the text. */
const minSecretLength = 4;

const maxRedactedLength = 64 * 1024;

const headerValue =
  /\b(authorization|x-pty-token|x-api-key|x-tensorlake-route-hint|set-cookie|cookie)(["']?\s*[:=]\s*["']?)[^\r\n"';,}]+/gi;

const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi;

const keyShape = /\btl_(?:apiKey|pat)\w*[\w.-]*/g;

/**
 * Removes credentials from a text that may be shown or logged: the given values, in the encodings a server may echo
 * them in, values of credential headers, and anything shaped like a Tensorlake key (API reference section 1.2).
 *
 * @param secrets values to remove, such as the key of the request
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < minSecretLength) continue;
    for (const spelling of spellings(secret)) clean = clean.replaceAll(spelling, mark);
  }
  return clean
    .slice(0, maxRedactedLength)
    .replace(headerValue, `$1$2${mark}`)
    .replace(bearer, `$1 ${mark}`)
    .replace(keyShape, mark);
}

function spellings(secret: string): ReadonlySet<string> {
  return new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    percentEncoded(secret),
    Buffer.from(secret).toString('base64'),
  ]);
}

function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    // An unpaired surrogate has no such form.
    return secret;
  }
}
