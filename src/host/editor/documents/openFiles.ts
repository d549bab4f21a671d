import { TabInputCustom, TabInputNotebook, TabInputText, TabInputTextDiff, type Uri, window } from 'vscode';
import { parseFileUri } from './documentUris';

/** Ids of the sandboxes of which a file is open in an editor of this window. */
export function sandboxesOfOpenFiles(): ReadonlySet<string> {
  const uris = window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(({ input }) => urisOf(input)));
  return new Set(uris.flatMap(uri => parseFileUri(uri)?.sandboxId ?? []));
}

function urisOf(input: unknown): readonly Uri[] {
  if (input instanceof TabInputTextDiff) return [input.original, input.modified];
  const isFile =
    input instanceof TabInputText || input instanceof TabInputCustom || input instanceof TabInputNotebook;
  return isFile ? [input.uri] : [];
}
