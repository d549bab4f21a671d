import { Uri } from 'vscode';
import { displayName, type Sandbox } from '../core/sandbox';
import { documentScheme } from '../manifest';

/** The two documents a sandbox has: its facts in words, and the object as the service sent it. */
export type DocumentKind = 'details' | 'raw';

const extensions: Readonly<Record<DocumentKind, string>> = { details: '.md', raw: '.json' };

/** The address of a document about a sandbox. Its last segment is what the tab shows. */
export function sandboxUri(kind: DocumentKind, sandbox: Sandbox): Uri {
  const title = displayName(sandbox)
    .replace(/[\p{Cc}\p{Cf}/\\?#]+/gu, '_')
    .slice(0, 60);
  return Uri.from({ scheme: documentScheme, path: `/${title}${extensions[kind]}`, query: sandbox.id });
}

/** What an address made by `sandboxUri` is about. */
export function parseSandboxUri(uri: Uri): { readonly kind: DocumentKind; readonly sandboxId: string } {
  return { kind: uri.path.endsWith(extensions.raw) ? 'raw' : 'details', sandboxId: uri.query };
}
