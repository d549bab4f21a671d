import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { openSourceLargestBody, openSourceWords } from '../kernel/openSource';
import { readBytes } from './body';
import { HttpError, plainError } from './reply';

/*
 * How the web framework of the open-source server reads requests. Its errors are its own plain text, whatever the shape
 * of those of the plane.
 */

/**
 * Reads a JSON body as the framework does.
 *
 * @throws HttpError 415 without the content type, 413 over 2 MiB, 400 for what is no JSON
 */
export async function readFrameworkJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request, openSourceLargestBody).catch((error: unknown) => {
    throw error instanceof HttpError ? plainError(413, openSourceWords.tooLong) : error;
  });
  if (!/^application\/(?:json\b|\S+\+json\b)/i.test(request.headers['content-type'] ?? '')) {
    throw plainError(415, openSourceWords.noContentType);
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    const isEmpty = bytes.length === 0;
    const detail = isEmpty
      ? 'EOF while parsing a value at line 1 column 0'
      : 'expected value at line 1 column 1';
    throw plainError(400, openSourceWords.notJson(detail));
  }
}

/** Reads a body with `schema`. @throws HttpError 422 that names the first member that is wrong */
export function deserialize<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  const isMissing = issue !== undefined && memberOf(value, issue.path) === undefined;
  const detail = isMissing
    ? `missing field \`${path}\``
    : `${path}: ${issue ? wordsOf(issue, value) : 'invalid'}`;
  throw plainError(422, openSourceWords.wrongBody(detail));
}

/** Reads a query with `schema`. @throws HttpError 400 */
export function deserializeQuery<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw plainError(400, openSourceWords.noQuery(result.error.issues[0]?.path.join('.') ?? ''));
}

/** What the framework expects, in its words; `z.int()` stands for what is no less than 0. */
const expectedWords: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'a boolean',
  array: 'a sequence',
  number: 'f64',
  int: 'u64',
};

/** What is wrong with a member. The framework adds where in the body it stands, which is left out. */
function wordsOf(issue: z.core.$ZodIssue, body: unknown): string {
  if (issue.code !== 'invalid_type') return issue.message;
  const expected = expectedWords[issue.expected] ?? issue.expected;
  return `invalid type: ${typeWords(memberOf(body, issue.path))}, expected ${expected}`;
}

function typeWords(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `string ${JSON.stringify(value)}`;
    case 'number':
      return `${Number.isInteger(value) ? 'integer' : 'floating point'} \`${value}\``;
    case 'boolean':
      return `boolean \`${String(value)}\``;
    default:
      return Array.isArray(value) ? 'sequence' : 'map';
  }
}

/** `Allow` as the framework writes it: what reads can be asked for without its body too. */
export function frameworkAllow(methods: readonly string[]): string {
  return methods.flatMap(method => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(',');
}

function memberOf(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return at;
}
