import { Uri } from 'vscode';
import { displayName, type Sandbox } from '../../../core/sandbox/sandbox';
import type { SandboxSnapshot } from '../../../core/snapshots/snapshot';
import { documentScheme, fileScheme, snapshotScheme } from '../../../manifest';

/** A page of facts in Markdown, or the JSON object as the service sent it. */
export type DocumentKind = 'details' | 'raw';

/** The address of the document that shows a sandbox as the service sent it. Its last segment is what the tab shows. */
export function sandboxUri(sandbox: Sandbox): Uri {
  const title = displayName(sandbox)
    .replace(/[\p{Cc}\p{Cf}/\\?#]+/gu, '_')
    .slice(0, 60);
  return Uri.from({ scheme: documentScheme, path: `/${title}.json`, query: sandbox.id });
}

/** The id of the sandbox that an address made by `sandboxUri` names. */
export function sandboxIdOfUri(uri: Uri): string {
  return uri.query;
}

/**
 * A path or name as it stands in addresses. The editor makes links in its own notifications, such as that a file could
 * not be saved, and names the file there: `[name](command:…)` would run a command. What has no width keeps it a name.
 */
export function addressPath(path: string): string {
  return path.replace(/\](\u200b*)\(/g, ']$1\u200b(');
}

function pathOfAddress(path: string): string {
  return path.replace(/\](\u200b*)\u200b\(/g, ']$1(');
}

/** The address of a file of a sandbox. */
export function fileUri(sandboxId: string, path: string): Uri {
  return Uri.from({ scheme: fileScheme, authority: sandboxId, path: addressPath(path) });
}

/** The file that an address made by `fileUri` names; undefined for other addresses. */
export function parseFileUri(uri: Uri): { readonly sandboxId: string; readonly path: string } | undefined {
  if (uri.scheme !== fileScheme || uri.authority === '') return undefined;
  const path = uri.path.length > 1 ? uri.path.replace(/\/+$/, '') : '/';
  return { sandboxId: uri.authority, path: pathOfAddress(path) || '/' };
}

/** The address of a document about a snapshot. Its last segment is what the tab shows. */
export function snapshotUri(kind: DocumentKind, { id }: SandboxSnapshot): Uri {
  const title = `snapshot-${id.replace(/[^\w-]+/g, '_').slice(0, 8)}`;
  return Uri.from({
    scheme: snapshotScheme,
    path: `/${title}${kind === 'raw' ? '.json' : '.md'}`,
    query: id,
  });
}

/** The document that an address made by `snapshotUri` names. */
export function parseSnapshotUri(uri: Uri): { readonly kind: DocumentKind; readonly snapshotId: string } {
  return { kind: uri.path.endsWith('.json') ? 'raw' : 'details', snapshotId: uri.query };
}
