import {
  TabInputCustom,
  TabInputNotebook,
  TabInputText,
  TabInputTextDiff,
  window,
  type Tab,
  type Uri,
} from 'vscode';

/** The files that the tabs of this window show. */
export function shownInTabs(): readonly Uri[] {
  return window.tabGroups.all.flatMap(group => group.tabs).flatMap(urisOfTab);
}

/** The files that a tab shows: two of a comparison. */
export function urisOfTab({ input }: Tab): readonly Uri[] {
  if (input instanceof TabInputTextDiff) return [input.original, input.modified];
  const isFile =
    input instanceof TabInputText || input instanceof TabInputCustom || input instanceof TabInputNotebook;
  return isFile ? [input.uri] : [];
}
