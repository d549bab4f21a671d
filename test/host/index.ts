import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Called by the editor inside its extension host: runs the suites that lie beside this file. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 30_000, color: false, forbidOnly: true });
  for (const file of readdirSync(__dirname).sort())
    if (file.endsWith('.test.js')) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
