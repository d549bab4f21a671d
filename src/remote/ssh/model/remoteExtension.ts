/** An extension as the editor describes it; its manifest is its own. */
interface DescribedExtension {
  readonly id: string;
  readonly packageJSON: unknown;
}

/** Microsoft's, and those of editors that may not use it. */
const knownIds: ReadonlySet<string> = new Set([
  'ms-vscode-remote.remote-ssh',
  'anysphere.remote-ssh',
  'jeanp413.open-remote-ssh',
]);

/** What an extension is activated by that opens `vscode-remote://ssh-remote+…`, in every editor. */
const resolving = 'onResolveRemoteAuthority:ssh-remote';

/**
 * Whether an extension opens folders over SSH. Editors ship it under ids of their own, and change them; what they all say
 * is which addresses they resolve.
 */
export function opensOverSsh({ id, packageJSON }: DescribedExtension): boolean {
  if (knownIds.has(id.toLowerCase())) return true;
  const events =
    typeof packageJSON === 'object' && packageJSON !== null && 'activationEvents' in packageJSON
      ? packageJSON.activationEvents
      : undefined;
  return Array.isArray(events) && events.includes(resolving);
}
