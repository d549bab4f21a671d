import type { z } from 'zod';
import { badRequest } from './reply';

/**
 * Reads `value` with `schema`.
 *
 * @throws HttpError 400 that names the first field that is wrong
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const message = issue?.message ?? 'Invalid request';
  throw badRequest(field === '' ? message : `${field}: ${message}`);
}

/** An optional member; clients in the field send `null` for absent ones too. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform(value => value ?? undefined);
}

/** An optional member that is `fallback` when it is absent or `null`. */
export function orElse<T extends z.ZodType>(schema: T, fallback: z.output<T>) {
  return schema.nullish().transform(value => value ?? fallback);
}
