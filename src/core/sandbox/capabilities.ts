import { isEphemeral, type Sandbox } from './sandbox';
import type { SandboxState } from './state';

/** Runtimes that cannot be resized while they run. */
const fixedRuntimes: ReadonlySet<string> = new Set(['firecracker', 'gvisor']);

/** Whether the runtime lets its size be changed; an unknown one may. @internal */
export function isResizable({ runtime }: Pick<Sandbox, 'runtime'>): boolean {
  return runtime === undefined || !fixedRuntimes.has(runtime.toLowerCase());
}

/** What can be done with a sandbox. The words end up in `contextValue`; menus match them, never state names. @internal */
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
 * Design section 4. `canConnect` allows what happens inside a sandbox; `canWake` allows it at the price of resuming the
 * sandbox, which the user is told. `canSuspend` is refined by name below: the service suspends named sandboxes only.
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

/** What a state allows only to some sandboxes. */
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
  if (sandbox.sandboxUrl !== undefined) tokens.push('hasUrl');
  return tokens;
}

/** Whether a sandbox has any of the capabilities. */
export function isCapableOf(sandbox: Sandbox, anyOf: readonly Capability[], busy = false): boolean {
  const has = capabilities(sandbox, busy);
  return anyOf.some(token => has.includes(token));
}
