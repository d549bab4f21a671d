import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Called by the editor inside its extension host: runs the suites that lie beside this file. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 60_000, color: false, forbidOnly: true });
  const without = (process.env['TENSORLAKE_TEST_WITHOUT'] ?? '').split(' ');
  for (const file of readdirSync(__dirname).sort())
    if (file.endsWith('.test.js') && !without.includes(file.replace(/\.test\.js$/, '')))
      mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
