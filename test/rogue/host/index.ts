import Mocha from 'mocha';
import { join } from 'node:path';

/** Entry point in the extension host. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ timeout: 120_000, color: false, forbidOnly: true });
  mocha.addFile(join(__dirname, 'attacks.test.js'));
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
