import { isJsonObject } from '../../../core/kernel/formats/json';

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
