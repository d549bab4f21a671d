import { writeFileSync } from 'node:fs';
import { bundlePath, extractStrings } from './l10nStrings';

/** Writes the bundle of runtime strings. A unit test says when that was forgotten. */
async function main(): Promise<void> {
  writeFileSync(bundlePath, await extractStrings());
}

void main();
