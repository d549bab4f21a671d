import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { RemoteAPIError, type Sandbox } from 'tensorlake';
import { bytes, contract, script, text } from '../support';

/** Checks the status of a rejected request. */
const status = (code: number) => (error: unknown) =>
  error instanceof RemoteAPIError && error.statusCode === code;

describe('SDK contract: files', () => {
  const sdk = contract();
  let box: Sandbox;

  before(async () => {
    box = await sdk().create({ name: 'files' });
  });

  it('writes and reads every byte, and creates parents', async () => {
    const content = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
    await box.writeFile('/workspace/a/b/c.bin', content);
    assert.deepEqual(new Uint8Array(await box.readFile('/workspace/a/b/c.bin')), content);
  });

  it('carries megabytes', async () => {
    const content = randomBytes(5_000_000);
    await box.writeFile('/workspace/large.bin', content);
    assert.ok(Buffer.from(await box.readFile('/workspace/large.bin')).equals(content));
    const { stdout } = await box.run('wc', { args: ['-c', '/workspace/large.bin'] });
    assert.equal(parseInt(stdout, 10), content.length);
  });

  it('replaces a file, also by an empty one', async () => {
    await box.writeFile('/workspace/replaced', bytes('long content'));
    await box.writeFile('/workspace/replaced', bytes('short'));
    assert.equal(text(await box.readFile('/workspace/replaced')), 'short');
    await box.writeFile('/workspace/replaced', bytes(''));
    assert.equal((await box.readFile('/workspace/replaced')).length, 0);
  });

  it('takes names with spaces, signs and other scripts', async () => {
    const path = '/workspace/ä & b+c %20?#/名前 .txt';
    await box.writeFile(path, bytes('named'));
    assert.equal(text(await box.readFile(path)), 'named');
    const { entries } = await box.listDirectory('/workspace/ä & b+c %20?#');
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['名前 .txt'],
    );
  });

  it('lists directories first, with sizes and times of files', async () => {
    const startedAt = Date.now();
    for (const name of ['b.txt', 'a.txt', '.hidden', 'sub/inner']) {
      await box.writeFile(`/workspace/listed/${name}`, bytes('12345'));
    }
    const { path, entries } = await box.listDirectory('/workspace/listed');
    assert.equal(path, '/workspace/listed');
    assert.deepEqual(
      entries.map(({ name, isDir, size }) => [name, isDir, size]),
      [
        ['sub', true, undefined],
        ['.hidden', false, 5],
        ['a.txt', false, 5],
        ['b.txt', false, 5],
      ],
    );
    for (const { modifiedAt } of entries) {
      assert.ok(Math.abs((modifiedAt?.getTime() ?? 0) - startedAt) < 60_000);
    }
  });

  it('shows commands the same files', async () => {
    await box.writeFile('/workspace/from-api', bytes('api'));
    const options = { workingDir: '/workspace', ...script('cat from-api; printf cmd > from-command') };
    assert.equal((await box.run('sh', options)).stdout.trim(), 'api');
    assert.equal(text(await box.readFile('/workspace/from-command')), 'cmd');
  });

  it('deletes a file, and then knows it no more', async () => {
    await box.writeFile('/workspace/gone', bytes('x'));
    await box.deleteFile('/workspace/gone');
    await assert.rejects(box.readFile('/workspace/gone'), status(404));
    await assert.rejects(box.deleteFile('/workspace/gone'), status(404));
  });

  it('refuses what is no file, no directory, or outside', async () => {
    await box.writeFile('/workspace/file', bytes('x'));
    await assert.rejects(box.readFile('/workspace'), status(400));
    await assert.rejects(box.listDirectory('/workspace/file'), status(400));
    await assert.rejects(box.listDirectory('/workspace/nowhere'), status(404));
    await assert.rejects(box.readFile('/workspace/../etc/passwd'), status(403));
    await assert.rejects(box.writeFile('/workspace', bytes('x')), status(500));
    await assert.rejects(box.deleteFile('/workspace'), status(500));
  });
});
