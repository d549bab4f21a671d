import { Uri, type DataTransfer } from 'vscode';
import type { UploadSource } from '../transfer/upload';

/** A list of URIs, one per line. */
export const uriList = 'text/uri-list';

/**
 * What was dropped: things with an address, as the editor's own trees and the desktop give them; where there are none,
 * files without one, as they come from the desktop onto a browser window.
 */
export async function droppedIn(
  data: DataTransfer,
): Promise<{ readonly uris: readonly Uri[]; readonly files: readonly UploadSource[] }> {
  const uris = await urisOf(data);
  return { uris, files: uris.length === 0 ? filesOf(data) : [] };
}

function filesOf(data: DataTransfer): readonly UploadSource[] {
  const files = [...data].map(([, item]) => item.asFile()).filter(file => file !== undefined);
  return files.map(file => file.uri ?? file);
}

async function urisOf(data: DataTransfer): Promise<readonly Uri[]> {
  const text = (await data.get(uriList)?.asString()) ?? '';
  return text
    .split(/\r?\n/)
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => Uri.parse(line, true));
}
