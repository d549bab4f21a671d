import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Canary, canaryKey } from '../../support/canary/canary';

describe('the search for keys', () => {
  it('reports the file that contains a key, in any encoding, and fails once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tl-canary-'));
    try {
      mkdirSync(join(folder, 'logs'));
      const key = canaryKey();
      const spellings = [key, Buffer.from(key).toString('base64'), Buffer.from(key, 'utf16le')];
      for (const [index, spelling] of spellings.entries())
        writeFileSync(
          join(folder, 'logs', `${index}.log`),
          Buffer.concat([Buffer.from('sent '), Buffer.from(spelling)]),
        );
      const canary = new Canary(key);
      canary.searchFiles(folder);
      assert.throws(
        () => canary.verify(),
        ({ message }: Error) =>
          ['0.log', '1.log', '2.log'].every(name => message.includes(name)) && !message.includes(key),
      );
      canary.verify();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('searches the arguments of processes, and not their environment', function () {
    if (process.platform === 'win32') this.skip();
    const shown = canaryKey();
    const hidden = canaryKey();
    const wait = ['-e', 'setTimeout(() => undefined, 60_000)'];
    const child = spawn(process.execPath, [...wait, shown], { env: { TENSORLAKE_API_KEY: hidden } });
    try {
      const canary = new Canary(shown, hidden);
      canary.searchProcesses();
      assert.throws(() => canary.verify(), new RegExp(`arguments of process ${child.pid}`));
      const other = new Canary(hidden);
      other.searchProcesses();
      other.verify();
    } finally {
      child.kill();
    }
  });

  it('finds nothing without a key', () => {
    const canary = new Canary(canaryKey());
    canary.searchFiles(join(tmpdir(), 'there-is-no-such-folder'));
    canary.searchText('a text', 'tl_apiKey_…');
    canary.verify();
  });
});
