/**
 * What each surface of the editor would make of a text that nobody here wrote, and how long a text it has room for. All
 * text goes through one of these on its way there, ours as well, so that none is forgotten.
 */
import { plainText } from './plainText';

/** The message of a notification, where the editor makes `[text](command:…)` a link that runs a command. */
export function notificationText(text: string): string {
  return withoutLinks(plainText(text, 900));
}

/** The question or detail of a modal dialog, which shows lines as they are and makes nothing of them. */
export function dialogText(text: string): string {
  return text.length > longestDialog ? `${text.slice(0, longestDialog)}…` : text;
}

/** Several screens of a dialog; its own names and counts are far below. */
const longestDialog = 4_000;

/** The title or message of a progress notification: links are made in it, and icons where the status bar shows it. */
export function progressText(text: string): string {
  return withoutIcons(withoutLinks(plainText(text, 300)));
}

/** The line below an input box, where the editor makes links and icons. */
export function inputText(text: string): string {
  return withoutIcons(withoutLinks(plainText(text, 600)));
}

/** A label, description or second line in a pick list, where `$(name)` becomes an icon. */
export function pickText(text: string): string {
  return withoutIcons(plainText(text, 500));
}

/** A part of the text of a status bar item or a code lens, where `$(name)` becomes an icon. */
export function statusText(text: string): string {
  return withoutIcons(plainText(text, 100));
}

/** The title of a terminal or a page; lists of open editors and terminals make icons of `$(name)`. */
export function titleText(text: string): string {
  return withoutIcons(plainText(text, 80));
}

/** The editor reads `$(name)` as an icon; a space without width keeps the text as it looks. */
function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

/** The editor reads `[text](address)` as a link; a space without width keeps the text as it looks. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', ']\u200b(');
}
