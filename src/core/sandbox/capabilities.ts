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
  'canCreateAgain',
  'hasName',
  'hasUrl',
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
  ],
  snapshotting: ['canTerminate'],
  suspending: ['canResume', 'canTerminate'],
  suspended: ['canWake', 'canResume', 'canTerminate', 'canRename', 'canUpdate'],
  terminated: ['canCreateAgain'],
  unknown: ['canTerminate'],
};

/** Images that run a desktop (API reference section 3.11). */
const desktopImage = /(?:^|\/)ubuntu-vnc(?::|$)/;

/** Capabilities that only some sandboxes in a state have. */
const refinements: Readonly<Partial<Record<Capability, (sandbox: Sandbox) => boolean>>> = {
  canResize: isResizable,
  canDetach: ({ fileSystems }) => fileSystems.length > 0,
  canOpenDesktop: ({ image = '' }) => desktopImage.test(image),
};

/**
 * What can be done with a sandbox now.
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
  return tokens;
}

/** Whether a sandbox has any of the capabilities. */
export function isCapableOf(sandbox: Sandbox, anyOf: readonly Capability[], busy = false): boolean {
  const has = capabilities(sandbox, busy);
  return anyOf.some(token => has.includes(token));
}
