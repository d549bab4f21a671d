import type { z } from 'zod';
import { badRequest } from './reply';

/** Reads `value` with `schema`; the first thing wrong becomes a 400 that names the field. */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const message = issue?.message ?? 'Invalid request';
  throw badRequest(field === '' ? message : `${field}: ${message}`);
}
