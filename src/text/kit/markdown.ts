import { MarkdownString } from 'vscode';

/** One fact about a sandbox, in words. The value is plain text from outside, on one line. */
export interface Field {
  readonly label: string;
  readonly value: string;
}

/** Text from outside as Markdown that shows exactly that text: no links, images, emphasis, icons or table cells. */
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

/** Markdown that may neither run commands nor carry HTML. */
export function untrusted(markdown: string): MarkdownString {
  const result = new MarkdownString(markdown);
  result.isTrusted = false;
  result.supportHtml = false;
  return result;
}
