import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../support/projectRoot';
import type { Seen } from './cell';
import { type Reason, reasons } from './meeting';

/** What was seen: for each fault, each operation. */
export interface Table {
  readonly operations: readonly string[];
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, Seen | Reason>>;
}

const file = path.join(projectRoot, 'docs', 'reliability.md');
// The columns would be too wide if they were aligned.
const begin = '<!-- faults: written by npm run test:faults -- --write -->\n<!-- prettier-ignore-start -->';
const end = '<!-- prettier-ignore-end -->';

const letters = new Map(Object.keys(reasons).map((reason, index) => [reason, 'abcd'.charAt(index)]));

/** Puts what was seen into the page. */
export function writeTable(table: Table): void {
  const { before, after } = split();
  const notes = Object.entries(reasons).map(([reason, text]) => `- (${letters.get(reason) ?? ''}) ${text}.`);
  const lines = [row(['Fault', ...table.operations]), row(['---', ...table.operations.map(() => '---')])];
  writeFileSync(
    file,
    [before, begin, '', ...lines, ...rowsOf(table), '', ...notes, '', end, after].join('\n'),
  );
}

/** @throws AssertionError when the rows of the faults that were seen are not those of the page */
export function checkTable(table: Table): void {
  const written = new Set(split().between.split('\n'));
  const missing = [row(['Fault', ...table.operations]), ...rowsOf(table)].filter(line => !written.has(line));
  assert.deepEqual(missing, [], 'docs/reliability.md lacks these: npm run test:faults -- --write');
}

/** The page around the table, without the line feeds next to it. */
function split(): { readonly before: string; readonly between: string; readonly after: string } {
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  assert.ok(from >= 0 && to > from, 'docs/reliability.md has no place for the table');
  return {
    before: page.slice(0, from).trimEnd() + '\n',
    between: page.slice(from + begin.length, to),
    after: page.slice(to + end.length + 1),
  };
}

function rowsOf({ operations, cells }: Table): readonly string[] {
  return [...cells].map(([spec, seen]) =>
    row([`\`${spec}\``, ...operations.map(operation => cellText(seen.get(operation)))]),
  );
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function cellText(seen: Seen | Reason | undefined): string {
  // It failed before it was seen.
  if (seen === undefined) return '?';
  if (typeof seen === 'string') return `(${letters.get(seen) ?? ''})`;
  const { passing, lasting } = seen;
  return passing === lasting ? lasting : `${passing}, ${lasting}`;
}
