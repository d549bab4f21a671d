import assert from 'node:assert/strict';
import { ConsentMemory, needsConsent, type AskedFile } from '../../../../../src/remote/files/model/consent';
import { FakeMemento } from '../../../../support/storage/fakeMemento';

const stranger: AskedFile = {
  isOpened: false,
  isInFolder: false,
  isBesideFolder: false,
  isInTab: false,
  isSandboxOpened: false,
  isTrusted: false,
};
const inFolder = { isInFolder: true, isBesideFolder: true };

describe('what a workspace may read of sandboxes', () => {
  const rows: readonly (readonly [what: string, file: Partial<AskedFile>, isAsked: boolean])[] = [
    ['a folder of an untrusted workspace', inFolder, true],
    ['a folder of a trusted workspace', { ...inFolder, isTrusted: true }, true],
    [
      'a tab in a folder, restored with the window',
      { ...inFolder, isInTab: true, isSandboxOpened: true },
      true,
    ],
    ['a file in a folder that the user opened', { ...inFolder, isOpened: true }, false],
    ['a file beside a folder', { isBesideFolder: true, isTrusted: true }, true],
    [
      'a sibling of what the user opened beside a folder',
      { isBesideFolder: true, isSandboxOpened: true },
      true,
    ],
    ['a tab beside a folder', { isBesideFolder: true, isInTab: true }, false],
    ['an unknown address in an untrusted workspace, such as one of a JSON schema', {}, true],
    ['the same in a trusted one', { isTrusted: true }, false],
    ['a path that belongs to an open file, such as its folder', { isSandboxOpened: true }, false],
  ];
  for (const [what, file, isAsked] of rows)
    it(`${isAsked ? 'is asked about' : 'is read at once'}: ${what}`, () => {
      assert.equal(needsConsent({ ...stranger, ...file }), isAsked);
    });
});

describe('ConsentMemory', () => {
  let workspace: FakeMemento;
  let global: FakeMemento;
  let nowMs: number;
  const open = (ofWorkspace = workspace): ConsentMemory =>
    new ConsentMemory(ofWorkspace, global, () => nowMs);

  beforeEach(() => {
    workspace = new FakeMemento();
    global = new FakeMemento();
    nowMs = 1_000_000;
  });

  it('remembers consent in a trusted workspace when it is opened again, for no other sandbox', async () => {
    await open().keep(['a'], true, true);
    await open().keep(['b'], true, true);
    assert.deepEqual(
      ['a', 'b', 'c'].map(id => open().answerFor(id, true)),
      [true, true, undefined],
    );
  });

  it('asks in an untrusted workspace each time it is opened, after any earlier answer', async () => {
    const memory = open();
    await memory.keep(['a'], true, false);
    assert.equal(memory.answerFor('a', false), true);
    assert.equal(open().answerFor('a', false), undefined);
    assert.equal(workspace.kept.size, 0);
    await memory.keep(['a'], true, true);
    assert.equal(open().answerFor('a', false), undefined);
  });

  it('remembers a refusal until the window closes, or the user asks for the question again', async () => {
    const memory = open();
    await memory.keep(['a'], false, true);
    assert.equal(memory.answerFor('a', true), false);
    assert.equal(open().answerFor('a', true), undefined);
    memory.retract('a');
    assert.equal(memory.answerFor('a', true), undefined);
  });

  it('passes the consent of Open Folder in Workspace to the window that it opens, once and for a short time', async () => {
    const folder = 'tensorlake-sandbox://a/workspace';
    await open().handOver(folder);
    assert.equal(await open(new FakeMemento()).takeOver(['tensorlake-sandbox://a/']), undefined);
    assert.equal(await open(new FakeMemento()).takeOver(['file:///x', folder]), folder);
    assert.equal(await open().takeOver([folder]), undefined);
    await open().handOver(folder);
    nowMs += 6 * 60_000;
    assert.equal(await open().takeOver([folder]), undefined);
    assert.equal(global.kept.size, 0);
  });

  it('ignores invalid stored answers', async () => {
    for (const kept of ['a', [1], { a: true }, null, [['a', true]]]) {
      await workspace.update('tensorlake.files.allowed', kept);
      await global.update('tensorlake.files.adding', kept);
      assert.equal(open().answerFor('a', true), undefined);
      assert.equal(await open().takeOver(['a']), undefined);
    }
  });
});
