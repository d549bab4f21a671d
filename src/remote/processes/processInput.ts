import * as z from 'zod/mini';
import type { StartDraft } from '../../core/run/startDraft';
import { programInput } from '../run/runInput';

const startInput = z.strictObject({
  ...programInput,
  name: z.optional(z.string()),
  hasInput: z.optional(z.boolean()),
  restart: z.optional(
    z.strictObject({
      policy: z.optional(z.enum(['never', 'on_failure', 'always'])),
      maxRestarts: z.optional(z.number()),
      initialBackoffMs: z.optional(z.number()),
      maxBackoffMs: z.optional(z.number()),
    }),
  ),
  healthCheck: z.optional(
    z.strictObject({
      type: z.enum(['http', 'tcp']),
      port: z.number(),
      path: z.optional(z.string()),
      initialDelayMs: z.optional(z.number()),
      intervalMs: z.optional(z.number()),
      timeoutMs: z.optional(z.number()),
      failureThreshold: z.optional(z.number()),
    }),
  ),
});

const processInput = z.object({
  process: z.union([z.number(), z.string()]),
  signal: z.optional(z.union([z.number(), z.string()])),
  input: z.optional(z.string()),
});

/** Parses the description of a process to start; `readStart` checks its rules. @returns undefined for anything else */
export function readStartInput(value: unknown): StartDraft | undefined {
  const read = startInput.safeParse(typeof value === 'string' ? { command: value } : value);
  if (!read.success) return undefined;
  const { command, workingDir, env: variables, user, ...rest } = read.data;
  return { line: command, options: { workingDir, env: variables, user }, ...rest };
}

/** A process, by pid or name, and options for the action on it. */
export type ProcessInput = z.infer<typeof processInput>;

export function readProcessInput(value: unknown): ProcessInput | undefined {
  const read = processInput.safeParse(value);
  return read.success ? read.data : undefined;
}
