import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rewriteFile } from '../../../../src/remote/ssh/rewriteFile';
import { sshSections, withSshEntry } from '../../../../src/remote/ssh/model/sshConfig';

describe('rewriting a file of the user', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tl-config-'));
    file = join(folder, 'config');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps the changes that several windows make at the same moment', async () => {
    writeFileSync(file, '# mine\n');
    const ids = Array.from({ length: 8 }, (_, index) => `sbx${index}`);
    await Promise.all(
      ids.map(id =>
        rewriteFile(file, config =>
          withSshEntry(config, {
            alias: `tl-${id}`,
            hostName: 'h',
            sandboxId: id,
            identityFile: '~/.ssh/id',
          }),
        ),
      ),
    );
    const config = readFileSync(file, 'latin1');
    assert.deepEqual(
      sshSections(config)
        ?.map(({ sandboxId }) => sandboxId)
        .sort(),
      ids,
    );
    assert.ok(config.endsWith('# mine\n'));
    assert.deepEqual(readdirSync(folder), ['config']);
  });

  it('keeps what another program writes meanwhile', async () => {
    writeFileSync(file, 'a\n');
    const seen: string[] = [];
    const after = await rewriteFile(file, before => {
      seen.push(before);
      if (seen.length === 1) writeFileSync(file, 'b\n');
      return `${before}c\n`;
    });
    assert.deepEqual([seen, after, readFileSync(file, 'latin1')], [['a\n', 'b\n'], 'b\nc\n', 'b\nc\n']);
  });

  it('takes the place of a window that ended in the middle', async () => {
    const draft = `${file}.tensorlake-draft`;
    writeFileSync(draft, 'half');
    utimesSync(draft, 1, 1);
    assert.equal(await rewriteFile(file, () => 'whole'), 'whole');
    assert.deepEqual(readdirSync(folder), ['config']);
  });

  it('leaves nothing behind where nothing changes, or the change fails', async () => {
    assert.equal(await rewriteFile(file, () => undefined), undefined);
    await assert.rejects(
      rewriteFile(file, () => {
        throw new Error('no');
      }),
      /no/,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it('keeps mode and link', async () => {
    const target = join(folder, 'dotfile');
    writeFileSync(target, 'a');
    chmodSync(target, 0o640);
    symlinkSync('dotfile', file);
    await rewriteFile(file, before => `${before}b`);
    assert.equal(readFileSync(target, 'latin1'), 'ab');
    assert.equal(statSync(target).mode & 0o777, 0o640);
  });
});
