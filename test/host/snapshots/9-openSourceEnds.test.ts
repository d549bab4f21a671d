import assert from 'node:assert/strict';
import { commands, type QuickPickItem } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf, replying, type Asked } from '../support/answers';
import { apiUrl } from '../support/emulatorClient';
import { openSource, signInOpenSource } from '../support/openSource';
import { signIn } from '../support/session';

const api = `${openSource.url}/v1/namespaces/default`;

const row = z.looseObject({ id: z.string(), status: z.string() });

async function rows(): Promise<readonly z.infer<typeof row>[]> {
  const response = await fetch(`${api}/sandboxes`);
  return z.object({ sandboxes: z.array(row) }).parse(await response.json()).sandboxes;
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await rows()).find(each => each.id === id)?.status;
}

/** Creates by the command, and returns the id with what was told. */
async function creating(input: object): Promise<readonly [id: string, told: readonly string[]]> {
  let id: unknown;
  const told = await messagesOf(async () => {
    id = await commands.executeCommand(commandIds.create, input);
  });
  assert.ok(typeof id === 'string', told.join());
  return [id, told];
}

async function running(): Promise<string> {
  const [id] = await creating({ timeoutSecs: 3600 });
  await waitFor('it to run', async () => (await stateOf(id)) === 'running');
  await commands.executeCommand(commandIds.refresh);
  return id;
}

function question(asked: readonly Asked[]): string {
  const modal = asked.find(({ kind }) => kind === 'modal');
  return `${modal?.text ?? 'no question'}\n${modal?.detail ?? ''}`;
}

describe('a server that ends a sandbox with its snapshot', () => {
  before(signInOpenSource);
  after(async () => await signIn(apiUrl));

  it('says once what it did not take of a create, and nothing where it took all', async () => {
    const [, told] = await creating({
      name: 'web',
      secretNames: ['token'],
      maxPendingSecs: 60,
      cpus: 2,
      memoryMb: 4096,
      diskMb: 20_480,
      timeoutSecs: 3600,
    });
    assert.deepEqual(told, [
      'The sandbox was created, but the server did not take everything: the name "web", Secrets, Longest wait for capacity.',
    ]);
    const [, nothing] = await creating({ cpus: 2, memoryMb: 4096, diskMb: 20_480, timeoutSecs: 3600 });
    assert.deepEqual(nothing, []);
  });

  it('calls the timeout a lifetime in the wizard', async () => {
    let items: readonly QuickPickItem[] = [];
    await replying(
      {
        list: asked => {
          items = asked.items;
          return undefined;
        },
      },
      () => commands.executeCommand(commandIds.create),
    );
    const lifetime = items.find(({ label }) => label.includes('Lifetime'));
    assert.equal(lifetime?.description, 'ends 10 min after its creation');
    assert.ok(
      !items.some(({ label, description = '' }) => /idle|ephemeral|minimal/i.test(label + description)),
    );
  });

  it('is asked about before a snapshot, and left alone when the user backs out', async () => {
    const id = await running();
    // There is one kind alone, about which nothing is asked.
    const asked = await replying({}, () => commands.executeCommand(commandIds.snapshot, id));
    assert.ok(!asked.some(({ kind }) => kind === 'list'));
    assert.match(question(asked), /^Take a snapshot of .*, which ends it\?/);
    assert.match(
      question(asked),
      /This server ends a sandbox with its snapshot, even when the snapshot fails\./,
    );
    assert.equal(await stateOf(id), 'running');
  });

  it('promises nothing else before Snapshot, Then Terminate', async () => {
    const id = await running();
    const asked = await replying({}, () =>
      commands.executeCommand(commandIds.snapshotAndTerminate, id, undefined, 'memory'),
    );
    assert.match(question(asked), /This server ends a sandbox with its snapshot/);
    assert.doesNotMatch(question(asked), /only when its snapshot is stored|keeps disk, memory/);
    assert.equal(await stateOf(id), 'running');
  });

  it('has the end explained by the snapshot', async () => {
    const id = await running();
    const asked = await replying({ modal: () => 'Snapshot and End' }, async shown => {
      await commands.executeCommand(commandIds.snapshot, id, undefined, 'filesystem');
      await waitFor('the snapshot', () => shown.some(({ text }) => /^Snapshot of .* is ready/.test(text)));
    });
    assert.ok(!asked.some(({ text }) => /has ended|Could not/.test(text)), JSON.stringify(asked));
    await waitFor('its end', async () => (await stateOf(id)) === 'terminated');
    await commands.executeCommand(commandIds.refresh);
    let described = '';
    await replying(
      {
        list: ({ items }) => {
          described = items.find(({ label }) => id.startsWith(label.replace('…', '')))?.description ?? '';
          return undefined;
        },
      },
      () => commands.executeCommand(commandIds.createAgain),
    );
    assert.match(described, /a snapshot was taken/);
  });
});
