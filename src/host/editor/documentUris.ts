import { Uri } from 'vscode';
import { displayName, type Sandbox } from '../../core/sandbox/sandbox';
import { documentScheme } from '../../manifest';

/** The two ways to show something: its facts in words, and the object as the service sent it. */
export type DocumentKind = 'details' | 'raw';

/** The address of the document that shows a sandbox as the service sent it. Its last segment is what the tab shows. */
export function sandboxUri(sandbox: Sandbox): Uri {
  const title = displayName(sandbox)
    .replace(/[\p{Cc}\p{Cf}/\\?#]+/gu, '_')
    .slice(0, 60);
  return Uri.from({ scheme: documentScheme, path: `/${title}.json`, query: sandbox.id });
}

/** The id of the sandbox that an address made by `sandboxUri` is about. */
export function sandboxIdOfUri(uri: Uri): string {
  return uri.query;
}
