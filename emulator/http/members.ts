import type { z } from 'zod';

/** An optional member; clients in the field send `null` for absent ones too. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform(value => value ?? undefined);
}

/** An optional member that stands for `value` when it is absent or `null`. */
export function orElse<T extends z.ZodType>(schema: T, value: z.output<T>) {
  return schema.nullish().transform(given => given ?? value);
}
