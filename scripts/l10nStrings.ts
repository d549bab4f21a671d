import { getL10nJson } from '@vscode/l10n-dev';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');

/** The file with the runtime strings for translators. */
export const bundlePath = join(root, 'l10n', 'bundle.l10n.json');

/** The strings that src passes to `l10n.t`, as the contents of the bundle file. */
export async function extractStrings(): Promise<string> {
  const source = join(root, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );
  const contents = files.sort().map(file => readFileSync(join(source, file), 'utf8'));
  const strings = await getL10nJson(contents.map(text => ({ extension: '.ts' as const, contents: text })));
  const sorted = Object.entries(strings).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}
