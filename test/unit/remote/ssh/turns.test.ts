import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTurn } from '../../../../src/remote/ssh/turns';

describe('changes of the SSH configuration by several windows', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tl-config-'));
    file = join(folder, 'config');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function add(sandboxId: string): Promise<void> {
    await writeFile(file, `${await readFile(file, 'latin1')}${sandboxId}\n`);
  }

  it('are all kept when they come at the same moment', async () => {
    writeFileSync(file, '# mine\n');
    const ids = Array.from({ length: 8 }, (_, index) => `sbx${index}`);
    await Promise.all(ids.map(id => inTurn(file, () => add(id))));
    const [first, ...lines] = (await readFile(file, 'latin1')).trimEnd().split('\n');
    assert.equal(first, '# mine');
    assert.deepEqual(lines.sort(), ids);
    assert.deepEqual(readdirSync(folder), ['config']);
  });

  it('wait for no window that ended in the middle', async () => {
    const mark = `${file}.tensorlake-lock`;
    writeFileSync(mark, '');
    utimesSync(mark, 1, 1);
    assert.equal(await inTurn(file, () => Promise.resolve('done')), 'done');
    assert.equal(existsSync(mark), false);
  });

  it('end the turn where they fail', async () => {
    await assert.rejects(
      inTurn(file, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual(readdirSync(folder), []);
  });
});
