import { z } from 'zod';
import { htmlReply, type Reply } from '../http/reply';
import type { DaemonFaults, Effect } from './effect';
import {
  bare,
  camelCase,
  garbageKinds,
  otherIds,
  otherStatus,
  plainErrors,
  rename,
  shifted,
  textReply,
  timesIn,
  timeUnits,
  withGarbage,
  withState,
} from './rewrites';

/** One row: what a fault takes, and what it does. */
export interface FaultKind {
  readonly about: string;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
  /** The requests it is for unless the trigger names others; absent for all of the control plane. */
  readonly where?: { readonly plane: 'proxy'; readonly route: string };
  /** @throws ZodError for parameters it does not take */
  readonly effectOf: (parameters: unknown) => Effect;
}

function kind<Shape extends z.ZodRawShape>(
  about: string,
  shape: Shape,
  effect: (parameters: z.output<z.ZodObject<Shape, z.core.$strict>>) => Effect,
): FaultKind {
  const schema = z.strictObject(shape);
  return {
    about,
    parameters: Object.keys(shape),
    effectOf: parameters => effect(schema.parse(parameters)),
  };
}

const ms = z.coerce.number().min(0);
const keep = z.coerce.number().min(0).max(1).default(0.5);
const flag = z.union([z.boolean(), z.stringbool()]).default(false);
const errorStatus = z.coerce.number().int().min(400).max(599);

/** A gateway's error; with a code it is one of the sandbox proxy's (API reference section 3.1). */
function gateway(status: number, text: string): FaultKind {
  return kind(
    `${text}; with code= in the shape of the sandbox proxy`,
    { code: z.string().optional() },
    p => ({
      instead: () => ({
        status,
        body: p.code === undefined ? { message: text } : { error: text, code: p.code },
      }),
    }),
  );
}

function plain(status: number, message: string): FaultKind {
  const reply: Reply = { status, body: { message } };
  return kind(message, {}, () => ({ instead: () => reply }));
}

/** A fault of the daemon in a sandbox, for the requests to `route`. */
function daemon(name: keyof DaemonFaults, route: string, about: string): FaultKind {
  return { ...kind(about, {}, () => ({ daemon: { [name]: true } })), where: { plane: 'proxy', route } };
}

/** Changes answers of the control plane, and takes no parameters. */
function rewriting(about: string, rewrite: (reply: Reply) => Reply): FaultKind {
  return kind(about, {}, () => ({ rewrite }));
}

function renaming(from: string, to: string): FaultKind {
  return rewriting(`${to} instead of ${from}`, rename(from, to));
}

const html = (status: number): string =>
  `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr></body></html>`;

function retryHeaders(form: 'seconds' | 'date' | 'none', seconds: number, nowMs: number) {
  if (form === 'none') return {};
  if (form === 'seconds') return { 'retry-after': String(seconds) };
  return { 'retry-after': new Date(Math.ceil(nowMs / 1_000 + seconds) * 1_000).toUTCString() };
}

/** Every fault there is. */
export const faultTable = {
  '413': plain(413, 'Payload Too Large'),
  '429': kind(
    'Too Many Requests, with Retry-After in seconds, as an HTTP date, or without',
    {
      retryAfter: z.coerce.number().min(0).default(1),
      form: z.enum(['seconds', 'date', 'none']).default('seconds'),
    },
    ({ retryAfter, form }) => ({
      instead: nowMs => ({
        status: 429,
        body: { message: 'Too Many Requests' },
        headers: retryHeaders(form, retryAfter, nowMs),
      }),
    }),
  ),
  '500': plain(500, 'Internal Server Error'),
  '502': gateway(502, 'Bad Gateway'),
  '503': gateway(503, 'Service Unavailable'),
  '504': gateway(504, 'Gateway Timeout'),
  'drop-before': kind('cuts the connection; the request is not processed', {}, () => ({
    connection: 'dropBefore',
  })),
  'drop-after': kind('processes the request and cuts the connection instead of answering', {}, () => ({
    connection: 'dropAfter',
  })),
  'half-open': kind('takes the request and never answers; it is not processed', {}, () => ({
    connection: 'halfOpen',
  })),
  'slow-headers': kind('processes the request and answers ms later', { ms: ms.default(1_000) }, p => ({
    headersAfterMs: p.ms,
  })),
  'slow-body': kind(
    'sends the headers at once and the body in pieces over ms',
    { ms: ms.default(1_000), pieces: z.coerce.number().int().min(2).max(1_000).default(10) },
    p => ({ body: { kind: 'slow', ...p } }),
  ),
  truncated: kind(
    'JSON that ends too early: the connection is cut, or with complete=true the answer is whole and the JSON is not',
    { keep, complete: flag },
    p => ({ body: { kind: p.complete ? 'short' : 'cut', keep: p.keep } }),
  ),
  html: kind(
    'an HTML page, as gateways send it',
    { status: z.coerce.number().int().min(200).max(599).default(502) },
    ({ status }) => ({ instead: () => htmlReply(status, html(status)) }),
  ),
  'plain-text': kind(
    'errors as plain text, like the open-source server; with status= an error of its own',
    { status: errorStatus.optional(), text: z.string().default('Something went wrong') },
    ({ status, text }) =>
      status === undefined ? { rewrite: plainErrors } : { instead: () => textReply(status, text) },
  ),
  'garbage-row': kind(
    'a row that makes no sense in every list',
    { row: z.enum(garbageKinds).default('types') },
    ({ row }) => ({ rewrite: withGarbage(row) }),
  ),
  'unknown-state': kind(
    'sandboxes in a state nobody knows',
    { state: z.string().min(1).default('hibernating') },
    ({ state }) => ({ rewrite: withState(state) }),
  ),
  'legacy-disk': renaming('disk_mb', 'ephemeral_disk_mb'),
  'legacy-network': renaming('network_policy', 'network'),
  'legacy-access': renaming('allow_unauthenticated_access', 'allow_unauthenticated_proxy_access'),
  'legacy-gpus': renaming('gpus', 'gpu_configs'),
  'other-ids': rewriting('sandbox_id and snapshot_id instead of id, id instead of pool_id', otherIds),
  'other-status': rewriting('state instead of status in sandboxes', otherStatus),
  bare: rewriting('sandboxes without name, sandbox_url and ingress_endpoint', bare),
  'camel-case': kind('members in camelCase; with keep=true next to the usual ones', { keep: flag }, p => ({
    rewrite: camelCase(p.keep),
  })),
  times: kind(
    'times in seconds, microseconds, nanoseconds or as ISO text',
    { unit: z.enum(timeUnits) },
    ({ unit }) => ({ rewrite: timesIn(unit) }),
  ),
  'clock-skew': kind(
    'Date header and every time are off by so many seconds',
    { seconds: z.coerce.number() },
    ({ seconds }) => ({ skewMs: seconds * 1_000, rewrite: shifted(seconds * 1_000) }),
  ),
  'missing-final-frame': daemon(
    'missingFinalFrame',
    '/api/v1/processes/run',
    'a command that is run ends without its final frame',
  ),
  'heartbeat-frames': daemon(
    'heartbeatFrames',
    '/api/v1/processes/*',
    'silent streams are kept open by data frames instead of comments',
  ),
  'legacy-processes': daemon(
    'legacyProcesses',
    '/api/v1/processes*',
    'processes without handle, oom_killed and managed',
  ),
  'legacy-pty-exit': daemon(
    'legacyPtyExit',
    '/api/v1/pty/*',
    'the end of a terminal is only in the close reason',
  ),
} as const satisfies Readonly<Record<string, FaultKind>>;

type FaultName = keyof typeof faultTable;

/** What `--legacy` stands for: the fields of the first servers and daemons (API reference appendix B). */
export const legacyFaults: readonly FaultName[] = [
  'legacy-disk',
  'legacy-network',
  'bare',
  'legacy-processes',
  'legacy-pty-exit',
];

/** Names of all faults. */
export const faultNames: readonly string[] = Object.keys(faultTable);

/** The row of a name. */
export function faultKind(name: string): FaultKind | undefined {
  return new Map<string, FaultKind>(Object.entries(faultTable)).get(name);
}
