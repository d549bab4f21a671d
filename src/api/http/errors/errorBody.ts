import type { ApiErrorKind } from '../../../core/kernel/errors';
import { errorDetailsText, oneLine } from './errorText';
import { isJsonObject, objectOf, textOf } from '../../../core/kernel/formats/json';
import type { JsonObject } from '../../../core/kernel/formats/json';

const maxMessageLength = 500;
/** Longer bodies are not parsed; no error needs that much. */
const maxBodyLength = 64 * 1024;

/** The content of an error body. */
export interface ErrorBody {
  /** On one line; empty if the body has no message. */
  readonly message: string;
  /** Machine-readable code such as `SANDBOX_NOT_READY`. */
  readonly code: string | undefined;
}

/**
 * Reads the body of a failed call in any of its three shapes, or an HTML page of a gateway in between (API reference
 * section 2.1 and appendix A).
 */
export function readErrorBody(text: string): ErrorBody {
  const body = text.slice(0, maxBodyLength).trim();
  if (body.startsWith('<')) return { message: htmlHeadline(body), code: undefined };
  if (body.startsWith('{')) {
    const json = tryParse(body);
    if (json !== undefined) return { message: jsonMessage(json), code: codeOf(json) };
  }
  return { message: oneLine(body, maxMessageLength), code: undefined };
}

function tryParse(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function jsonMessage(json: JsonObject): string {
  const nested = objectOf(json, 'error');
  const message =
    textOf(json, 'message', 'error') ??
    (nested && textOf(nested, 'message', 'detail')) ??
    errorDetailsText(json['detail']) ??
    errorDetailsText(json['error_details'] ?? json['reason']) ??
    errorDetailsText(json);
  return oneLine(message ?? '', maxMessageLength);
}

function codeOf(json: JsonObject): string | undefined {
  const nested = objectOf(json, 'error');
  const code = textOf(json, 'code') ?? (nested && textOf(nested, 'code'));
  return code !== undefined && /^[\w.:-]{1,64}$/.test(code) ? code : undefined;
}

function htmlHeadline(html: string): string {
  const headline = /<title[^<>]*>([^<]{1,300})/i.exec(html) ?? /<h1[^<>]*>([^<]{1,300})/i.exec(html);
  return oneLine(headline?.[1] ?? 'An HTML page instead of an answer', 200);
}

/** Who answers: the control plane, or the proxy in front of a sandbox (API reference section 0). */
export type Plane = 'control' | 'proxy';

/**
 * Codes of a 5xx that mean that the request was not delivered, so that any method may be repeated. Only the sandbox proxy
 * says such a thing (API reference section 3.1): the four codes that are called not forwarded, and that nothing listens in
 * the sandbox yet (section 6, point 17). On the control plane the same words may be said of a request that was carried out.
 */
const notDelivered: Readonly<Record<Plane, ReadonlySet<string>>> = {
  control: new Set(),
  proxy: new Set([
    'SANDBOX_UPSTREAM_ERROR',
    'SANDBOX_NOT_READY',
    'SANDBOX_UNREACHABLE',
    'AUTH_SERVICE_UNAVAILABLE',
    'CONNECTION_REFUSED',
  ]),
};

/** What the framework of the open-source server says, and takes where nobody set another limit: read off version 0.3.15. */
const frameworkLimit = { words: /length limit exceeded/i, bytes: 2 * 1024 * 1024 };

const limitWords =
  /\b(?:limit|max|maximum|up to|at most)(?: (?:body|size|length))*(?: is| of|:)? (\d{1,15}) ?(bytes|[KMG]i?B)\b/i;
const unitBytes: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** The largest body, in bytes, that the words of a 413 name; undefined when they name none. */
export function bodyLimitOf(words: string): number | undefined {
  const [, digits, unit = ''] = limitWords.exec(words) ?? [];
  if (digits !== undefined) return Number(digits) * (unitBytes[unit.charAt(0).toUpperCase()] ?? 1);
  return frameworkLimit.words.test(words) ? frameworkLimit.bytes : undefined;
}

/** Whether an answer proves that the request did not reach its destination (API reference section 3.1). */
export function isNotDelivered(plane: Plane, status: number, code: string | undefined): boolean {
  return status >= 500 && code !== undefined && notDelivered[plane].has(code);
}

/** Codes of a sandbox that are more specific than the status (API reference sections 3.3 and 3.7). */
const kindsByCode: ReadonlyMap<string, ApiErrorKind> = new Map([
  ['PATH_TRAVERSAL', 'invalid'],
  ['TOO_MANY_SESSIONS', 'quota'],
]);

const timeoutCodes: ReadonlySet<string> = new Set(['CONNECTION_TIMEOUT', 'READ_TIMEOUT', 'WRITE_TIMEOUT']);

const rateWords = /rate.?limit|too many requests|throttl/i;
const quotaWords =
  /limit (?:was |has been |is )?(?:exceeded|reached)|exceed\w* .{0,60}\b(?:plan|quota|entitlement|concurrent)|quota|entitlement|concurrent sandbox|maximum number of (?:\w+ )?sandboxes|plan (?:limit|does not|allows)|upgrade your|payment required|insufficient (?:credit|balance|funds)/i;
const nameTakenWords =
  /\bname\b.{0,80}\b(?:already|in use|taken)\b|\balready (?:exists|in use|taken|used)\b/i;

/**
 * Classifies a failed answer by its status. The text only distinguishes a plan limit from other refusals, because the
 * service reports limits as 400, 403 or 429 without a code (API reference sections 2.2 and 6), and a duplicate name
 * from other invalid requests (section 7, U6).
 *
 * @param isPage whether the answer is a web page, which some gateway sent
 */
export function kindOf(status: number, body: ErrorBody, isPage = false): ApiErrorKind {
  const kind = kindOfAnswer(status, body);
  return isPage && (saidByServiceOnly.has(kind) || status === 511) ? 'network' : kind;
}

/** What a page says of the key, the plan or a sandbox is not the word of the service. */
const saidByServiceOnly: ReadonlySet<ApiErrorKind> = new Set<ApiErrorKind>([
  'unauthenticated',
  'forbidden',
  'notFound',
  'conflict',
  'quota',
]);

function kindOfAnswer(status: number, body: ErrorBody): ApiErrorKind {
  const known = kindsByCode.get(body.code ?? '');
  if (known !== undefined) return known;
  const words = `${body.message} ${(body.code ?? '').replaceAll('_', ' ')}`;
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 402:
      return 'quota';
    case 403:
      return isQuota(words) ? 'quota' : 'forbidden';
    case 404:
    case 410:
      return 'notFound';
    case 407:
      return 'network';
    case 408:
      return 'timeout';
    case 409:
      return isQuota(words) ? 'quota' : 'conflict';
    case 413:
      return 'tooLarge';
    case 429:
      return isQuota(words) ? 'quota' : 'rateLimited';
    case 504:
      return body.code !== undefined && timeoutCodes.has(body.code) ? 'timeout' : 'server';
  }
  if (status >= 400 && status < 500) return kindOfRefusal(words);
  return 'server';
}

function kindOfRefusal(words: string): ApiErrorKind {
  if (isQuota(words)) return 'quota';
  return nameTakenWords.test(words) ? 'conflict' : 'invalid';
}

function isQuota(words: string): boolean {
  return quotaWords.test(words) && !rateWords.test(words);
}
