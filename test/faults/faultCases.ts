import type { ApiErrorKind } from '../../src/core/kernel/errors';
import type { Operation } from './operation';

/** What a fault is to a client. The rules of `expectations.ts` follow from this. */
export interface FaultCase {
  /** As `X-Emulator-Fault` takes it. */
  readonly spec: string;
  /** How a request fails that meets it; absent if the client does not notice. */
  readonly fails?: ApiErrorKind;
  /** Which requests may be sent again because of it. */
  readonly repeats?: 'idempotent' | 'undelivered';
  /** Whose requests it lets be carried out, although they fail. */
  readonly isCarriedOutBy?: readonly Operation['plane'][];
  /** An answer with a success status, which says nothing wrong to whoever does not read it. */
  readonly looksFine?: true;
  /** The state of a sandbox cannot be read. */
  readonly hidesState?: true;
  /** Where it is something else on one side. */
  readonly on?: Readonly<Partial<Record<Operation['plane'], Pick<FaultCase, 'repeats'>>>>;
  /** It stands for its kind in the short form. */
  readonly isShort?: true;
}

const both = ['control', 'proxy'] as const;
/** Longer than any client waits, in milliseconds. */
const endless = 1e12;
/** Soon, at the speed of the emulator's timers. */
const short = 10_000;

const passing = { fails: 'server', repeats: 'idempotent' } as const;
/** Only the proxy in front of a sandbox says that a request was not delivered (API reference section 3.1). */
const undelivered = { ...passing, on: { proxy: { repeats: 'undelivered' } } } as const;

/** Every fault of the emulator, with the parameters that make a difference. */
export const faultCases: readonly FaultCase[] = [
  { spec: '413', fails: 'tooLarge' },
  { spec: '429', fails: 'rateLimited', repeats: 'idempotent', isShort: true },
  { spec: '429:form=date', fails: 'rateLimited', repeats: 'idempotent' },
  { spec: '429:form=none', fails: 'rateLimited', repeats: 'idempotent' },
  { spec: '429:retryAfter=60', fails: 'rateLimited' },
  { spec: '500', fails: 'server', isShort: true },
  { spec: '502', ...passing },
  { spec: '503', ...passing, isShort: true },
  { spec: '504', ...passing },
  { spec: '503:code=SANDBOX_NOT_READY', ...undelivered, isShort: true },
  { spec: '502:code=CONNECTION_REFUSED', ...undelivered },
  { spec: '504:code=CONNECTION_TIMEOUT', fails: 'timeout', repeats: 'idempotent' },
  { spec: 'drop-before', fails: 'network', repeats: 'idempotent', isShort: true },
  { spec: 'drop-after', fails: 'network', repeats: 'idempotent', isCarriedOutBy: both, isShort: true },
  { spec: 'half-open', fails: 'timeout', isShort: true },
  { spec: `slow-headers:ms=${short}` },
  // The processing waits as well in a sandbox, and the client has gone by then.
  { spec: `slow-headers:ms=${endless}`, fails: 'timeout', isCarriedOutBy: ['control'] },
  { spec: `slow-body:ms=${short}` },
  { spec: `slow-body:ms=${endless},pieces=2`, fails: 'timeout', isCarriedOutBy: both },
  { spec: 'truncated', fails: 'network', repeats: 'idempotent', isCarriedOutBy: both },
  {
    spec: 'truncated:complete=true',
    fails: 'schema',
    isCarriedOutBy: both,
    looksFine: true,
    isShort: true,
  },
  { spec: 'html', ...passing },
  { spec: 'html:status=200', fails: 'schema', looksFine: true },
  { spec: 'plain-text' },
  { spec: 'plain-text:status=401', fails: 'unauthenticated' },
  { spec: 'plain-text:status=409', fails: 'conflict' },
  ...['types', 'null', 'text', 'number', 'empty'].map(row => ({ spec: `garbage-row:row=${row}` })),
  { spec: 'unknown-state', hidesState: true, isShort: true },
  { spec: 'legacy-disk' },
  { spec: 'legacy-network' },
  { spec: 'legacy-access' },
  { spec: 'legacy-gpus' },
  { spec: 'other-ids', isShort: true },
  { spec: 'other-status' },
  { spec: 'bare' },
  { spec: 'camel-case' },
  { spec: 'camel-case:keep=true' },
  ...['s', 'us', 'ns', 'iso'].map(unit => ({ spec: `times:unit=${unit}` })),
  { spec: 'clock-skew:seconds=3600' },
  { spec: 'clock-skew:seconds=-3600' },
  { spec: 'missing-final-frame', fails: 'network', isCarriedOutBy: both, isShort: true },
  { spec: 'heartbeat-frames' },
  { spec: 'legacy-processes' },
  { spec: 'legacy-pty-exit', isShort: true },
];
