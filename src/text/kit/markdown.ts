import { MarkdownString } from 'vscode';
import { plainText } from './plainText';

/** One fact about something, for users. The value may come from the service; it is plain text on one line. */
export interface Field {
  readonly label: string;
  readonly value: string;
}

/** Longest value of one field in a tooltip or on a page. */
const longestValue = 500;

/** Fields of the facts that have a value. */
export function knownFields(
  facts: readonly (readonly [label: string, value: string | undefined])[],
): readonly Field[] {
  return facts.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [{ label, value: plainText(value, longestValue) }],
  );
}

/** Text as Markdown that shows exactly that text: no links, images, emphasis, icons or table cells. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!~|<>&$:@]/g, character => `\\${character}`).replace(/\s+/g, ' ');
}

/** Fields as a two-column table. */
export function fieldTable(fields: readonly Field[]): string {
  const lines = fields.map(
    ({ label, value }) => `| **${escapeMarkdown(label)}** | ${escapeMarkdown(value)} |`,
  );
  return ['| | |', '| --- | --- |', ...lines].join('\n');
}

/**
 * A link that runs a command, in Markdown of `trustedFor`. Its arguments may hold any text: none of it ends the link.
 */
export function commandLink(title: string, command: string, ...args: readonly unknown[]): string {
  const query = encodeURIComponent(JSON.stringify(args)).replace(
    /[!'()*~]/g,
    character => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${escapeMarkdown(title)}](command:${command}?${query})`;
}

/** Markdown whose links run these commands and no others; its HTML is not rendered. */
export function trustedFor(enabledCommands: readonly string[], markdown: string): MarkdownString {
  const result = untrusted(markdown);
  result.isTrusted = { enabledCommands };
  return result;
}

/** Markdown whose links run no commands and whose HTML is not rendered. */
export function untrusted(markdown: string): MarkdownString {
  const result = new MarkdownString(markdown);
  result.isTrusted = false;
  result.supportHtml = false;
  return result;
}
