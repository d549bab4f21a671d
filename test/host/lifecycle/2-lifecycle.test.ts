import assert from 'node:assert/strict';
import { commands, env } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

async function run(id: string, ...args: readonly unknown[]): Promise<unknown> {
  return await commands.executeCommand(id, ...args);
}

async function running(name?: string): Promise<string> {
  const { id } = await emulator.create({ timeout_secs: 3600, ...(name !== undefined && { name }) });
  await waitFor(`${id} to run`, async () => (await emulator.get(id)).status === 'running');
  return id;
}

describe('lifecycle commands', () => {
  before(async () => await signIn());

  it('suspend and resume follow the sandbox until it has settled', async () => {
    const id = await running('host-suspend');
    await run(commandIds.suspend, id);
    assert.equal((await emulator.get(id)).status, 'suspended');
    await run(commandIds.resume, id);
    assert.equal((await emulator.get(id)).status, 'running');
  });

  it('take a name, a row and several rows', async () => {
    const ids = [await running('host-many-a'), await running('host-many-b')];
    await run(commandIds.suspend, 'host-many-a');
    const resumeBoth = async (): Promise<unknown> =>
      await run(
        commandIds.resume,
        { kind: 'sandbox', sandboxId: ids[0] },
        ids.map(sandboxId => ({ kind: 'sandbox', sandboxId })),
      );
    await run(commandIds.suspend, 'host-many-b');
    const [asked] = await replying({}, resumeBoth);
    assert.equal(asked?.text, 'Resume 2 sandboxes?');
    assert.equal((await emulator.get('host-many-a')).status, 'suspended');
    await replying({ modal: () => 'Resume 2 Sandboxes' }, resumeBoth);
    assert.equal((await emulator.get('host-many-a')).status, 'running');
    assert.equal((await emulator.get('host-many-b')).status, 'running');
  });

  it('resume waits for a sandbox that is still being suspended', async () => {
    const id = await running('host-hasty');
    const suspended = run(commandIds.suspend, id);
    await waitFor('suspending', async () => (await emulator.get(id)).status !== 'running');
    await run(commandIds.refresh);
    await suspended;
    await run(commandIds.resume, id);
    assert.equal((await emulator.get(id)).status, 'running');
  });

  it('snapshot comes back when it can be restored from', async () => {
    const id = await running('host-snapshot');
    await run(commandIds.snapshot, id, undefined, 'memory');
    const taken = (await emulator.snapshots()).filter(each => each.sandbox_id === id);
    assert.equal(taken.length, 1);
    assert.equal(taken[0]?.snapshot_type, 'memory');
    assert.notEqual(taken[0].status, 'in_progress');
    assert.equal((await emulator.get(id)).status, 'running');
  });

  describe('suspend of ephemeral sandboxes', () => {
    it('gives no two of them the same name', async () => {
      const ids = [await running(), await running()];
      await run(commandIds.refresh);
      const wanted = ['host-same', 'host-same', 'host-other'];
      const asked = await replying(
        { box: () => wanted.shift() },
        async () =>
          await run(
            commandIds.suspend,
            { kind: 'sandbox', sandboxId: ids[0] },
            ids.map(sandboxId => ({ kind: 'sandbox', sandboxId })),
          ),
      );
      const states = await Promise.all(ids.map(async id => await emulator.get(id)));
      assert.deepEqual(
        states.map(({ name, status }) => [name, status]),
        [
          ['host-same', 'suspended'],
          ['host-other', 'suspended'],
        ],
      );
      const problems = asked.filter(({ kind, detail }) => kind === 'box' && detail !== '');
      assert.deepEqual(
        problems.map(({ detail }) => detail),
        ['Another sandbox has this name.'],
      );
    });

    it('tells of a name that was given before it failed', async () => {
      const id = await running();
      await run(commandIds.refresh);
      await emulator.addFault({
        fault: 'plain-text',
        status: 400,
        text: 'no room',
        method: 'POST',
        route: '/sandboxes/{id}/suspend',
      });
      const asked = await replying(
        { box: () => 'host-named-only' },
        async () => await run(commandIds.suspend, id),
      );
      await emulator.clearFaults();
      const sandbox = await emulator.get(id);
      assert.deepEqual([sandbox.name, sandbox.status], ['host-named-only', 'running']);
      const [message] = asked.filter(({ kind }) => kind === 'message');
      assert.match(message?.text ?? '', /no room.*It is named host-named-only now, so it suspends when idle/);
    });
  });

  it('terminate offers to suspend instead, where all of them can be', async () => {
    const id = await running('host-instead');
    await run(commandIds.refresh);
    const [asked] = await replying(
      { modal: () => 'Suspend Instead' },
      async () => await run(commandIds.terminate, id),
    );
    assert.equal(asked?.text, 'Terminate host-instead?');
    assert.equal((await emulator.get(id)).status, 'suspended');
    await replying({ modal: () => 'Terminate' }, async () => await run(commandIds.terminate, id));
    assert.equal((await emulator.get(id)).status, 'terminated');
  });

  it('what they do can be copied as a command', async () => {
    const id = await running('host-command');
    await run(commandIds.refresh);
    const copied = async (action: string, tool: string): Promise<string> => {
      await replying(
        {
          list: ({ items }) =>
            items.find(
              ({ label, description = '' }) => label.endsWith(action) && description.startsWith(tool),
            ),
        },
        async () => await run(commandIds.copyCommand, id),
      );
      return await env.clipboard.readText();
    };
    assert.match(await copied('Suspend', 'tl'), new RegExp(`^tl .*sbx suspend ${id}$`));
    assert.match(await copied('Create Snapshot', 'tl'), new RegExp(`^tl .*sbx checkpoint ${id}$`));
    const curl = await copied('Terminate', 'curl');
    assert.match(curl, new RegExp(`^curl -sS -X DELETE http://\\S+/sandboxes/${id} `));
    assert.match(curl, /Bearer \$TENSORLAKE_API_KEY"$/);
    assert.equal((await emulator.get(id)).status, 'running');
  });

  it('snapshot, then terminate says that what happens after the snapshot is lost', async () => {
    const id = await running('host-last-snapshot');
    for (const type of ['filesystem', 'memory']) {
      const asked = await replying(
        {},
        async () => await run(commandIds.snapshotAndTerminate, id, undefined, type),
      );
      const [question] = asked.filter(({ kind }) => kind === 'modal');
      assert.match(question?.detail ?? '', /what happens in it after the snapshot is taken is lost for good/);
    }
    assert.equal((await emulator.get(id)).status, 'running');
  });

  it('rename makes an ephemeral sandbox a named one with the same id', async () => {
    const id = await running();
    await run(commandIds.rename, id, undefined, 'host-renamed');
    assert.equal((await emulator.get('host-renamed')).id, id);
  });

  it('rename refuses a bad name and a taken one before any request', async () => {
    const id = await running('host-named');
    await run(commandIds.refresh);
    const before = (await emulator.counters()).routes['PATCH /sandboxes/{id}'];
    for (const name of ['Upper', '-x', 'x-', 'a'.repeat(64), 'abcdefghijklmnopqrstu', 'host-renamed'])
      await run(commandIds.rename, id, undefined, name);
    assert.equal((await emulator.counters()).routes['PATCH /sandboxes/{id}'], before);
    assert.equal((await emulator.get(id)).name, 'host-named');
  });

  it('copy puts id, name and address on the clipboard', async () => {
    const id = await running('host-copied');
    await run(commandIds.copyId, id);
    assert.equal(await env.clipboard.readText(), id);
    await run(commandIds.copyName, id);
    assert.equal(await env.clipboard.readText(), 'host-copied');
    await run(commandIds.copyUrl, id);
    assert.match(await env.clipboard.readText(), new RegExp(`^http://${id}\\.`));
  });

  it('say nothing and do nothing for a sandbox whose state does not allow it', async () => {
    const id = await running('host-running');
    const before = (await emulator.counters()).routes['POST /sandboxes/{id}/resume'];
    await run(commandIds.resume, id);
    assert.equal((await emulator.counters()).routes['POST /sandboxes/{id}/resume'], before);
  });

  it('survive arguments of any kind', async () => {
    for (const argument of [
      { sandboxId: 7 },
      ['x'],
      42,
      'no-such-sandbox',
      { sandboxId: '../../..' },
      Symbol.iterator,
    ])
      for (const id of [commandIds.suspend, commandIds.copyUrl])
        if (isSpecific(argument)) await run(id, argument);
  });
});

/** Whether an argument names a sandbox, so that the command opens no pick list, which nobody would answer. */
function isSpecific(argument: unknown): boolean {
  return typeof argument === 'string' || JSON.stringify(argument) === '{"sandboxId":"../../.."}';
}
