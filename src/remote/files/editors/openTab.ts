import { commands, type TextDocumentShowOptions } from 'vscode';
import { fileUri } from '../../../host/editor/documents/documentUris';
import { tabLabel } from '../../../text/files';
import type { Files } from '../files';

/** Opens a file in a tab that names its sandbox. */
export async function openTab(
  files: Files,
  sandboxId: string,
  path: string,
  options: TextDocumentShowOptions = {},
): Promise<void> {
  const label = tabLabel(path, files.nameOf(sandboxId));
  await commands.executeCommand('vscode.open', fileUri(sandboxId, path), options, label);
}
