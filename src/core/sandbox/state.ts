/** The states a sandbox is reported in on the wire (API reference section 2.3). @internal */
export const knownStates = [
  'running',
  'pending',
  'snapshotting',
  'suspending',
  'suspended',
  'terminated',
] as const;

type KnownState = (typeof knownStates)[number];

/** A state of the table above, or `unknown` for a word this version does not know. */
export type SandboxState = KnownState | 'unknown';

/** States that the service leaves by itself; a sandbox in one of them is followed closely. */
const transitional: ReadonlySet<SandboxState> = new Set<SandboxState>([
  'pending',
  'snapshotting',
  'suspending',
]);

/**
 * Reads a state word from the wire. Case is ignored; any word outside the table is `unknown`.
 *
 * @param raw the word as received
 */
export function parseState(raw: string): SandboxState {
  const word = raw.toLowerCase();
  return knownStates.find(state => state === word) ?? 'unknown';
}

/** Whether the service will move a sandbox out of this state without anyone asking. */
export function isTransitional(state: SandboxState): boolean {
  return transitional.has(state);
}
