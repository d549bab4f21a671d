import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Canary } from '../support/canary/canary';
import { apiKey } from './support/emulatorClient';
import { recordOutput } from './support/outputRecorder';

/** Entry point in the extension host: runs the suites below this folder in the order of their numbers. */
export async function run(): Promise<void> {
  const lines = recordOutput();
  const mocha = new Mocha({ timeout: 60_000, color: false, forbidOnly: true });
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.js'))
    .sort((a, b) => basename(a).localeCompare(basename(b)));
  for (const file of files) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
  searchOutput(lines);
}

/** @throws Error when the key is in a line of an output channel, or none was recorded */
function searchOutput(lines: readonly string[]): void {
  if (!lines.some(line => /GET \S*\/sandboxes 200/.test(line))) throw new Error('The log was not recorded');
  const canary = new Canary(apiKey);
  for (const line of lines) canary.searchText('an output channel', line);
  canary.verify();
}
