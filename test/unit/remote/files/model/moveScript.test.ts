import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyScript, missingCode, moveScript } from '../../../../../src/remote/files/model/scripts';

describe('moveScript and copyScript', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tl-move-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, script] of [
    ['moving', moveScript],
    ['copying', copyScript],
  ] as const)
    it(`tell a missing source from a missing folder of the target when ${name}`, () => {
      const run = (from: string, to: string): number | null => {
        const [a, b] = [join(folder, from), join(folder, to)];
        return spawnSync('/bin/sh', ['-c', script, 'sh', a, b, '0', join(folder, 'x'), join(folder, 'y')])
          .status;
      };
      assert.equal(run('none', 'target'), missingCode);
      writeFileSync(join(folder, 'source'), 'a');
      assert.equal(run('source', 'no/such/target'), 1);
      assert.equal(run('source', 'target'), 0);
      assert.ok(existsSync(join(folder, 'target')));
    });
});
