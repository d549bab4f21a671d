import assert from 'node:assert/strict';
import { CloneOutput } from '../../../../../src/remote/clone/model/cloneScript';

describe('the output of a clone', () => {
  it('says which folder is made, and how far it is', () => {
    const output = new CloneOutput();
    const seen = [
      'tensorlake-clone-folder /home/tl-user/r',
      "Cloning into '/home/tl-user/r.cloning'...",
      'remote: Counting objects: 100% (12/12), done.',
      'Receiving objects:  50% (6/12), 1.00 MiB | 2.00 MiB/s',
      'Receiving objects: 100% (12/12), done.',
      'Updating files: 999% (1/1)',
    ].map(line => output.read(line)?.percent);
    assert.equal(output.folder, '/home/tl-user/r');
    assert.deepEqual(seen, [undefined, undefined, 3, 42, 75, 100]);
  });

  for (const line of [
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    "fatal: Authentication failed for 'https://gitlab.com/o/r.git/'",
    'remote: HTTP Basic: Access denied',
    "fatal: unable to access 'https://h/o/r/': The requested URL returned error: 403",
  ])
    it(`wants credentials: ${line}`, () => {
      const output = new CloneOutput();
      output.read(line);
      assert.ok(output.wantsCredentials);
      assert.equal(output.reason, line);
    });

  it('wants none where it failed otherwise, and says why in the words of git', () => {
    const output = new CloneOutput();
    for (const line of ["Cloning into 'r'...", 'warning: Could not find', 'fatal: Remote branch x not found'])
      output.read(line);
    assert.ok(!output.wantsCredentials);
    assert.equal(output.reason, 'fatal: Remote branch x not found');
  });

  it('keeps little of much', () => {
    const output = new CloneOutput();
    for (let at = 0; at < 10_000; at += 1) output.read(`error: ${'x'.repeat(10_000)}`);
    assert.ok(output.reason.length < 2_100);
  });
});
