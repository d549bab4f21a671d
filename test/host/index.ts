import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Entry point in the extension host: runs the suites below this folder in the order of their numbers. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 60_000, color: false, forbidOnly: true });
  const without = (process.env['TENSORLAKE_TEST_WITHOUT'] ?? '').split(' ');
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.js'))
    .sort((a, b) => basename(a).localeCompare(basename(b)));
  for (const file of files)
    if (!without.includes(file.replace(/\.test\.js$/, '').replaceAll('\\', '/')))
      mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
