import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../support/projectRoot';
import type { Column } from './run';

/** The columns of the report: the open-source server itself, and the emulator that stands in for it. */
type ColumnName = 'server' | 'emulator';

type Recorded = Readonly<Partial<Record<ColumnName, Column>>>;

const recordFile = path.join(projectRoot, 'test', 'server', 'recorded.json');
const page = path.join(projectRoot, 'docs', 'reliability.md');
const begin = '<!-- server: written by npm run test:server -- --write -->\n<!-- prettier-ignore-start -->';
const end = '<!-- prettier-ignore-end -->\n<!-- server: end -->';

/** What was found when the suite last ran on each. */
export function recorded(): Recorded {
  const parsed: unknown = JSON.parse(readFileSync(recordFile, 'utf8'));
  return isRecorded(parsed) ? parsed : {};
}

/** Keeps a column, and writes both into the page. */
export function record(name: ColumnName, column: Column): void {
  const all = { ...recorded(), [name]: column };
  writeFileSync(recordFile, `${JSON.stringify(all, undefined, 2)}\n`);
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error('docs/reliability.md has no place for the table');
  writeFileSync(page, [text.slice(0, from) + begin, '', ...linesOf(all), '', text.slice(to)].join('\n'));
}

/** The lines of the table, as they stand in the page. */
export function linesOf({ server = {}, emulator = {} }: Recorded): readonly string[] {
  const names = Object.keys(server);
  return [
    '| Asked | The open-source server | `--open-source` |',
    '| --- | --- | --- |',
    ...names.map(name => `| ${name} | ${cell(server[name])} | ${cell(emulator[name])} |`),
  ];
}

function cell(found = 'not asked'): string {
  return found.replaceAll('|', '\\|');
}

function isRecorded(value: unknown): value is Recorded {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (column: unknown) =>
        typeof column === 'object' &&
        column !== null &&
        Object.values(column).every(found => typeof found === 'string'),
    )
  );
}
