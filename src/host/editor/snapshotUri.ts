import { Uri } from 'vscode';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { snapshotScheme } from '../../manifest';
import type { DocumentKind } from './documentUris';

/** The address of a document about a snapshot. Its last segment is what the tab shows. */
export function snapshotUri(kind: DocumentKind, { id }: SandboxSnapshot): Uri {
  const title = `snapshot-${id.replace(/[^\w-]+/g, '_').slice(0, 8)}`;
  return Uri.from({
    scheme: snapshotScheme,
    path: `/${title}${kind === 'raw' ? '.json' : '.md'}`,
    query: id,
  });
}

/** What an address made by `snapshotUri` is about. */
export function parseSnapshotUri(uri: Uri): { readonly kind: DocumentKind; readonly snapshotId: string } {
  return { kind: uri.path.endsWith('.json') ? 'raw' : 'details', snapshotId: uri.query };
}
