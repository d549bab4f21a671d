import * as z from 'zod/mini';
import {
  isVariableName,
  readTimeout,
  readUser,
  readWorkingDir,
  type RunOptions,
} from '../../core/run/runOptions';

/** A run that a key binding or another extension requests. */
export interface RunInput extends RunOptions {
  readonly command: string;
}

const env = z.record(
  z.string().check(z.refine(isVariableName)),
  z.string().check(z.refine(value => !value.includes('\0'))),
);

export const programInput = {
  command: z.string(),
  workingDir: z.optional(z.string().check(z.refine(text => text !== '' && 'ok' in readWorkingDir(text)))),
  env: z.optional(env),
  user: z.optional(z.string().check(z.refine(text => text !== '' && 'ok' in readUser(text)))),
};

const runInput = z.strictObject({
  ...programInput,
  timeoutSecs: z.optional(z.number().check(z.refine(seconds => 'ok' in readTimeout(String(seconds))))),
});

/** Parses the argument of a command: a command line, or an object. @returns undefined for anything else */
export function readRunInput(value: unknown): RunInput | undefined {
  if (typeof value === 'string') return { command: value };
  const read = runInput.safeParse(value);
  return read.success ? read.data : undefined;
}
