import assert from 'node:assert/strict';
import { commands, window, type QuickPickItem } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { type Asked, type AskedPick, cancelling, instead, type Replies, replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

/** Answers the three questions: which rule, which of the sandboxes, what to do. */
function answers(
  rule: string,
  action: string,
  tick: (items: readonly QuickPickItem[]) => readonly QuickPickItem[] = items => items,
): Required<Pick<Replies, 'list'>> {
  let question = 0;
  const list = ({ items }: AskedPick): ReturnType<NonNullable<Replies['list']>> => {
    question += 1;
    if (question === 1) return { typed: rule };
    if (question === 2) return tick(items);
    return items.find(item => item.label.startsWith(action));
  };
  return { list };
}

async function cleanUp(replies: Replies): Promise<readonly Asked[]> {
  return await replying(replies, () => commands.executeCommand(commandIds.cleanUp));
}

/** Lets `meanwhile` happen while the time to cancel runs. */
async function atCountdown(
  meanwhile: () => PromiseLike<unknown>,
  act: () => Promise<readonly Asked[]>,
): Promise<readonly Asked[]> {
  const original = window.withProgress.bind(window);
  let happening: PromiseLike<unknown> | undefined;
  let asked: readonly Asked[] = [];
  const withProgress: typeof original = (options, task) => {
    if (options.title?.startsWith('About to')) happening = meanwhile();
    return original(options, task);
  };
  await instead({ withProgress }, async () => {
    asked = await act();
  });
  assert.ok(happening, 'nothing counted down');
  await happening;
  return asked;
}

async function stateOf(id: string): Promise<string> {
  return (await emulator.get(id)).status;
}

async function suspendRequests(): Promise<number> {
  return (await emulator.counters()).routes['POST /sandboxes/{id}/suspend'] ?? 0;
}

describe('cleaning up', () => {
  before(async () => await signIn());

  it('shows what a rule names and what it frees, and suspends what stayed ticked', async () => {
    const [one, other, third] = await Promise.all(
      ['sweep-1', 'sweep-2', 'sweep-3'].map(name => emulator.create({ name, timeout_secs: 0 })),
    );
    assert.ok(one && other && third);
    const asked = await cleanUp(
      answers('name:sweep-*', 'Suspend', items => items.filter(item => item.label !== 'sweep-2')),
    );
    const [rules, preview, actions] = asked;
    assert.ok(rules && preview && actions);
    assert.ok(
      rules.items.some(({ label }) => label.includes('from this computer') && label.includes('estimate')),
    );
    assert.deepEqual(preview.items.map(({ label }) => label).sort(), ['sweep-1', 'sweep-2', 'sweep-3']);
    assert.ok(preview.items.every(({ picked }) => picked === true));
    assert.match(preview.items[0]?.detail ?? '', /^Frees 1 CPU · 1 GB\. Not known to be used here\.$/);
    assert.match(actions.items[0]?.description ?? '', /2 sandboxes · frees 2 CPU · 2 GB/);
    assert.equal(await stateOf(one.id), 'suspended');
    assert.equal(await stateOf(other.id), 'running');
    assert.equal(await stateOf(third.id), 'suspended');
  });

  it('sends nothing when it is cancelled within the time that there is for it', async () => {
    const { id } = await emulator.create({ name: 'sweep-not' });
    const before = await suspendRequests();
    const titles = await cancelling(
      () => true,
      () => cleanUp(answers('name:sweep-not*', 'Suspend')),
    );
    assert.match(titles[0] ?? '', /^About to suspend sweep-not$/);
    assert.equal(await suspendRequests(), before);
    assert.equal(await stateOf(id), 'running');
  });

  it('sends nothing when it is stopped by the command that a key runs', async () => {
    const { id } = await emulator.create({ name: 'sweep-stop' });
    const before = await suspendRequests();
    await atCountdown(
      // In the turn after it has begun.
      () => Promise.resolve().then(() => commands.executeCommand(commandIds.stopCleanUp)),
      () => cleanUp(answers('name:sweep-stop*', 'Suspend')),
    );
    assert.equal(await suspendRequests(), before);
    assert.equal(await stateOf(id), 'running');
  });

  it('asks before anything is lost, and ends only what was agreed to', async () => {
    const { id } = await emulator.create({ name: 'sweep-end' });
    const refused = await cleanUp(answers('name:sweep-end*', 'Terminate'));
    assert.deepEqual(
      refused.filter(({ kind }) => kind === 'modal').map(({ text }) => text),
      ['Terminate sweep-end?'],
    );
    assert.equal(await stateOf(id), 'running');
    await cleanUp({ ...answers('name:sweep-end*', 'Terminate'), modal: () => 'Terminate' });
    await waitFor('its end', async () => (await stateOf(id)) === 'terminated');
  });

  it('takes a snapshot first where that was chosen', async () => {
    const { id } = await emulator.create({ name: 'sweep-keep' });
    const { list } = answers('name:sweep-keep*', 'Snapshot');
    let questions = 0;
    await cleanUp({
      // The fourth list asks for the kind of the snapshot.
      list: asked => ((questions += 1) > 3 ? asked.items[0] : list(asked)),
      modal: () => 'Snapshot, Then Terminate',
    });
    assert.equal(await stateOf(id), 'terminated');
    assert.ok((await emulator.snapshots()).some(each => each.sandbox_id === id));
  });

  it('leaves alone what changed after it was agreed to, and says so', async () => {
    const kept = await emulator.create({ name: 'sweep-a' });
    const gone = await emulator.create({ name: 'sweep-b' });
    const { list } = answers('state:running sweep-', 'Suspend', items =>
      items.filter(({ label }) => label === 'sweep-a' || label === 'sweep-b'),
    );
    const asked = await atCountdown(
      () => emulator.terminate(gone.id),
      () => cleanUp({ list }),
    );
    assert.equal(await stateOf(kept.id), 'suspended');
    assert.equal(await stateOf(gone.id), 'terminated');
    assert.ok(asked.some(({ text }) => text.startsWith('1 sandbox was left as it is')));
  });

  it('says what a word of a rule lacks, and when nothing matches', async () => {
    const bad = await cleanUp({ list: () => ({ typed: 'older:soon' }) });
    assert.match(bad.at(-1)?.text ?? '', /"older:soon" needs a time.*Nothing was done/);
    const none = await cleanUp({ list: () => ({ typed: 'name:*nobody-has-this*' }) });
    assert.match(none.at(-1)?.text ?? '', /No sandbox matches/);
  });
});
