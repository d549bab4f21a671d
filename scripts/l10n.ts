import { writeFileSync } from 'node:fs';
import { bundlePath, extractStrings } from './l10nStrings';

/** Writes the bundle of runtime strings. A unit test fails when the bundle is out of date. */
async function main(): Promise<void> {
  writeFileSync(bundlePath, await extractStrings());
}

void main();
