import { quoteShellWord } from '../kernel/formats/shellWords';
import type { Endpoint } from './endpoint';

/** Where a command of the official tool is to go, as far as that is not what it does by itself. */
export interface TlPlace {
  readonly endpoint: Pick<Endpoint, 'origin' | 'basePath' | 'isNamespaced' | 'namespace'>;
  /** The address that the tool uses without being told. */
  readonly usualAddress: string;
  /** The namespace that is set, for an address that names none. */
  readonly namespace: string;
  /** The project of a token; a key names its own. */
  readonly scope?: { readonly organizationId: string; readonly projectId: string } | undefined;
}

/** `tl sbx …` as a command line for a POSIX shell. The tool finds its credential by itself: none is in it. */
export function tlCommand(
  { endpoint, usualAddress, namespace: set, scope }: TlPlace,
  words: readonly string[],
): string {
  // The tool adds the namespace to the path by itself.
  const address = `${endpoint.origin}${endpoint.basePath}`;
  const namespace = endpoint.namespace ?? set;
  const place = [
    ...(address === usualAddress ? [] : ['--api-url', address]),
    ...(endpoint.isNamespaced && namespace !== 'default' ? ['--namespace', namespace] : []),
    ...(scope ? ['--organization', scope.organizationId, '--project', scope.projectId] : []),
  ];
  return ['tl', ...place, 'sbx', ...words].map(quoteShellWord).join(' ');
}
