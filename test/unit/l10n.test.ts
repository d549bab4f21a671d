import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bundlePath, extractStrings } from '../../scripts/l10nStrings';

describe('runtime strings', () => {
  it('are all in the bundle for translators (npm run l10n writes it)', async () => {
    assert.equal(readFileSync(bundlePath, 'utf8'), await extractStrings());
  }).timeout(120_000);
});
