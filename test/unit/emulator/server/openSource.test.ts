import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startEmulator } from '../../../../emulator/server';
import { linesOf, recorded } from '../../../server/report';
import { runChecks } from '../../../server/run';
import { projectRoot } from '../../../support/projectRoot';

describe('emulator: --open-source', () => {
  it('says what was recorded of the open-source server', async function () {
    this.timeout(60_000);
    const emulator = await startEmulator({ ages: ['openSource'], speed: 20 });
    try {
      assert.deepEqual(await runChecks({ api: emulator.url, key: '' }), recorded().server);
    } finally {
      await emulator.stop();
    }
  });

  it('is compared with it in docs/reliability.md', () => {
    const page = readFileSync(path.join(projectRoot, 'docs', 'reliability.md'), 'utf8').split('\n');
    assert.deepEqual(
      linesOf(recorded()).filter(line => !page.includes(line)),
      [],
    );
  });
});
