import { isEphemeral, type Sandbox } from './sandbox';
import type { SandboxState } from './state';

/** Runtimes that cannot resize a running sandbox. */
const fixedRuntimes: ReadonlySet<string> = new Set(['firecracker', 'gvisor']);

/** Whether the runtime supports a resize; an unknown one is assumed to. @internal */
export function isResizable({ runtime }: Pick<Sandbox, 'runtime'>): boolean {
  return runtime === undefined || !fixedRuntimes.has(runtime.toLowerCase());
}

/**
 * What can be done with a sandbox. The tokens end up in `contextValue`; menus match them, never state names. @internal
 */
export const capabilityTokens = [
  'canConnect',
  'canWake',
  'canSuspend',
  'canNameAndSuspend',
  'canResume',
  'canSnapshot',
  'canTerminate',
  'canRename',
  'canUpdate',
  'canResize',
  'canAttach',
  'canDetach',
  'canDuplicate',
  'canOpenDesktop',
  'canForward',
  'canOpenSsh',
  'canCreateAgain',
  'hasName',
  'hasUrl',
  'hasLogs',
] as const;

export type Capability = (typeof capabilityTokens)[number];

/**
 * What each state allows. `canConnect` allows what happens inside a sandbox; `canWake` allows it after resuming the
 * sandbox, which the user is told. `canSuspend` depends on the name as well: the service suspends named sandboxes only.
 */
const byState: Readonly<Record<SandboxState, readonly Capability[]>> = {
  pending: ['canTerminate', 'canRename'],
  running: [
    'canConnect',
    'canSuspend',
    'canSnapshot',
    'canTerminate',
    'canRename',
    'canUpdate',
    'canResize',
    'canAttach',
    'canDetach',
    'canDuplicate',
    'canOpenDesktop',
    'canForward',
    'canOpenSsh',
  ],
  snapshotting: ['canTerminate'],
  suspending: ['canResume', 'canTerminate'],
  suspended: ['canWake', 'canResume', 'canTerminate', 'canRename', 'canUpdate', 'canForward', 'canOpenSsh'],
  terminated: ['canCreateAgain'],
  unknown: ['canTerminate'],
};

/** Images that run a desktop (API reference section 3.11). */
const desktopImage = /(?:^|\/)ubuntu-vnc(?::|$)/;

/** Calls to the inside of sandboxes that some servers do not have. */
export type OptionalInside = 'tunnels' | 'ssh';

/** Calls that some servers do not have, as the open-source one. */
export type OptionalCall =
  'suspend' | 'resume' | 'update' | 'copy' | 'fileSystems' | 'archive' | 'logs' | OptionalInside;

/** The optional calls that a capability needs. */
const callsOf: Readonly<Partial<Record<Capability, readonly OptionalCall[]>>> = {
  canSuspend: ['suspend'],
  canNameAndSuspend: ['suspend', 'update'],
  canResume: ['resume'],
  canWake: ['resume'],
  canRename: ['update'],
  canUpdate: ['update'],
  canResize: ['update'],
  canAttach: ['fileSystems'],
  canDetach: ['fileSystems'],
  canDuplicate: ['copy'],
  canOpenDesktop: ['tunnels'],
  canForward: ['tunnels'],
  canOpenSsh: ['ssh'],
  hasLogs: ['logs'],
};

/** Capabilities that need a way into the sandbox besides. */
const insideTokens: ReadonlySet<Capability> = new Set<Capability>(['canForward', 'canOpenSsh']);

/** Capabilities that only some sandboxes in a state have. */
const refinements: Readonly<Partial<Record<Capability, (sandbox: Sandbox) => boolean>>> = {
  canResize: isResizable,
  canDetach: ({ fileSystems }) => fileSystems.length > 0,
  canOpenDesktop: ({ image = '' }) => desktopImage.test(image),
};

/**
 * What can be done with a sandbox now, on a server that has all. @internal
 *
 * @param busy whether an action on it is under way; then only ending it is offered
 */
export function capabilities(sandbox: Sandbox, busy = false): readonly Capability[] {
  const tokens = byState[sandbox.state]
    .filter(token => !busy || token === 'canTerminate')
    .filter(token => refinements[token]?.(sandbox) ?? true)
    .map(token => (token === 'canSuspend' && isEphemeral(sandbox) ? 'canNameAndSuspend' : token));
  if (!isEphemeral(sandbox)) tokens.push('hasName');
  // Some servers leave it on a sandbox that has ended.
  if (sandbox.sandboxUrl !== undefined && sandbox.state !== 'terminated') tokens.push('hasUrl');
  // The service retains them, whatever becomes of the sandbox.
  tokens.push('hasLogs');
  return tokens;
}

/** A sandbox as a list shows it: with what is under way, and what its server was found not to have. */
export interface Standing {
  readonly sandbox: Sandbox;
  readonly action?: unknown;
  readonly lacks?: ReadonlySet<OptionalCall> | undefined;
}

/** What can be done with a sandbox of a list now, on this server. */
export function capabilitiesOf({ sandbox, action, lacks }: Standing): readonly Capability[] {
  const tokens = capabilities(sandbox, action !== undefined);
  if (lacks === undefined) return tokens;
  const left = tokens.filter(token => callsOf[token]?.some(call => lacks.has(call)) !== true);
  const isInReach = left.includes('canConnect') || left.includes('canWake');
  return isInReach ? left : left.filter(token => !insideTokens.has(token));
}

/** Whether a sandbox of a list has any of the capabilities. @param needsRest whether it has none while an action is under way */
export function isAbleTo(
  { sandbox, action, lacks }: Standing,
  anyOf: readonly Capability[],
  needsRest = true,
): boolean {
  const has = capabilitiesOf({ sandbox, lacks, ...(needsRest && { action }) });
  return anyOf.some(token => has.includes(token));
}

/** Whether a sandbox has any of the capabilities. */
export function isCapableOf(sandbox: Sandbox, anyOf: readonly Capability[], busy = false): boolean {
  const has = capabilities(sandbox, busy);
  return anyOf.some(token => has.includes(token));
}
