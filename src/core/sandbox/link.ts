import { joinPath, normalizePath } from '../files/remotePath';

/** What a link shows of a sandbox. */
type LinkPlace =
  | { readonly kind: 'sandbox' }
  | { readonly kind: 'terminal' }
  /** `path` is absolute and normalized. */
  | { readonly kind: 'file'; readonly path: string };

/** A link to a sandbox. */
export interface SandboxLink {
  readonly sandboxId: string;
  readonly place: LinkPlace;
}

/** The longest path of a file in a link, in characters, as Linux has it. */
const longestPath = 4096;

/**
 * Reads the path of a link, decoded: `/sandbox/<id>`, and `/terminal` or `/file/<path>` after it. Whoever made the link
 * is a stranger.
 *
 * @returns undefined for anything else
 */
export function parseLink(path: string): SandboxLink | undefined {
  const [, sandboxId, rest = ''] = /^\/sandbox\/([A-Za-z0-9][\w-]{0,127})(\/.*)?$/su.exec(path) ?? [];
  if (sandboxId === undefined || path.length > longestPath + 200) return undefined;
  if (rest === '' || rest === '/') return { sandboxId, place: { kind: 'sandbox' } };
  if (rest === '/terminal') return { sandboxId, place: { kind: 'terminal' } };
  const [, typed] = /^\/file(\/.+)$/su.exec(rest) ?? [];
  const file = typed === undefined || /\p{Cc}/u.test(typed) ? undefined : normalizePath(typed);
  if (file === undefined || file === '/' || file.length > longestPath) return undefined;
  return { sandboxId, place: { kind: 'file', path: file } };
}

/** The path of a link, not encoded. */
export function linkPath({ sandboxId, place }: SandboxLink): string {
  const sandbox = `/sandbox/${sandboxId}`;
  switch (place.kind) {
    case 'sandbox':
      return sandbox;
    case 'terminal':
      return `${sandbox}/terminal`;
    case 'file':
      return joinPath(sandbox, `file${place.path}`);
  }
}
