import { z } from 'zod';
import { optional, orElse } from '../../http/validate';
import { userSchema } from '../machine/launcher';

/** What a program is started with; in `directory` unless the caller names another (API reference section 6, point 24). */
export function programBody(directory: string) {
  return z.object({
    command: z.string().min(1),
    args: orElse(z.array(z.string()), []),
    env: orElse(z.record(z.string(), z.string()), {}),
    working_dir: orElse(z.string().min(1), directory),
  });
}

/** Members of both ways to start something without a terminal (API reference sections 3.4 and 3.6). */
const command = programBody('/').extend({ user: optional(userSchema) });

const restart = z.object({
  policy: z.enum(['never', 'on_failure', 'always']).default('on_failure'),
  max_restarts: z.int().min(0).nullable().default(null),
  initial_backoff_ms: z.int().min(0).default(500),
  max_backoff_ms: z.int().min(0).default(30_000),
});

export type RestartRule = z.output<typeof restart>;

const healthCheck = z.object({
  type: z.enum(['http', 'tcp']),
  port: z.int().min(1).max(65_535),
  path: optional(z.string().regex(/^\//, 'must begin with /')),
  initial_delay_ms: z.int().min(0).default(5_000),
  interval_ms: z.int().min(1).default(1_000),
  timeout_ms: z.int().min(1).default(500),
  failure_threshold: z.int().min(1).default(3),
});

export type HealthRule = z.output<typeof healthCheck>;

/** Body of POST /api/v1/processes. */
export const startBody = command.extend({
  stdin_mode: z.enum(['closed', 'pipe']).default('closed'),
  stdout_mode: z.enum(['capture', 'discard']).default('capture'),
  stderr_mode: z.enum(['capture', 'discard']).default('capture'),
  name: optional(z.string().regex(/^(?!\d+$)[^/]+$/, 'must not be empty, hold a slash or be a number')),
  restart: optional(restart),
  health_check: optional(healthCheck),
});

export type StartBody = z.output<typeof startBody>;

/** Body of POST /api/v1/processes/run; other members are ignored. */
export const runBody = command.extend({
  timeout: optional(z.number().positive()),
  timeout_secs: optional(z.number().positive()),
});

export type RunBody = z.output<typeof runBody>;

/** Body of POST …/signal; the handler checks whether the signal exists. */
export const signalBody = z.object({ signal: z.int() });

/** The rule of a managed process that names none. */
export const defaultRestart: RestartRule = restart.parse({});
