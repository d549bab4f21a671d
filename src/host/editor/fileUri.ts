import { Uri } from 'vscode';
import { fileScheme } from '../../manifest';

/** The address of a file of a sandbox. */
export function fileUri(sandboxId: string, path: string): Uri {
  return Uri.from({ scheme: fileScheme, authority: sandboxId, path });
}

/** What an address made by `fileUri` is about; undefined for other addresses. */
export function parseFileUri(uri: Uri): { readonly sandboxId: string; readonly path: string } | undefined {
  if (uri.scheme !== fileScheme || uri.authority === '') return undefined;
  const path = uri.path.length > 1 ? uri.path.replace(/\/+$/, '') : '/';
  return { sandboxId: uri.authority, path: path || '/' };
}
