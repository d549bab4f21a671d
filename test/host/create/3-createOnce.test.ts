import assert from 'node:assert/strict';
import { commands } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { cancelling, messagesOf, replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const listing = z.looseObject({ sandboxes: z.array(z.looseObject({ name: z.nullish(z.string()) })) });

/** Requests that make something, by how they end. */
const makers = /\/(sandboxes|snapshot|copy)(\?.*)?$/;

describe('what makes something is asked for once', () => {
  let relay: Relay;
  /** For the next request that makes something, and for the others. */
  let verdict: Verdict = 'pass';
  let others: (method: string, path: string) => Verdict = () => 'pass';
  let made: string[] = [];

  before(async () => {
    relay = await Relay.start((method, path) => {
      if (method !== 'POST' || !makers.test(path)) return others(method, path);
      made.push(path);
      return verdict;
    });
    await signIn(relay.url);
    await waitFor('the extension to use the relay', () => relay.listingCount > 0);
  });
  beforeEach(() => {
    verdict = 'pass';
    others = () => 'pass';
    made = [];
  });
  after(async () => {
    await signIn();
    await relay.stop();
  });

  async function create(wanted: Readonly<Record<string, unknown>>): Promise<unknown> {
    return await commands.executeCommand(commandIds.create, wanted);
  }

  /** What a command returns, and what it says. */
  async function told(act: () => PromiseLike<unknown>): Promise<{ result: unknown; messages: string }> {
    let result: unknown;
    const messages = await messagesOf(async () => (result = await act()));
    return { result, messages: messages.join(' | ') };
  }

  async function running(name: string): Promise<string> {
    const { id } = await emulator.create({ name, timeout_secs: 3600 });
    await waitFor(`${name} to run`, async () => (await emulator.get(id)).status === 'running');
    await commands.executeCommand(commandIds.refresh);
    return id;
  }

  async function count(): Promise<number> {
    return (await emulator.list()).length;
  }

  for (const code of ['SANDBOX_NOT_READY', 'CONNECTION_REFUSED'])
    it(`though the answer is a 503 that says ${code}`, async () => {
      const before = await count();
      verdict = { change: () => ({ status: 503, body: JSON.stringify({ error: 'no', code }) }) };
      const name = `once-${code.toLowerCase().replaceAll('_', '-')}`;
      const id = await create({ name });
      assert.equal((await emulator.get(name)).id, id);
      assert.deepEqual([made.length, await count()], [1, before + 1]);
    });

  it('and looked for again and again when the answer is lost', async () => {
    verdict = 'loseAnswer';
    let listings = 0;
    others = (method, path) => {
      if (method !== 'GET' || !/\/sandboxes(\?|$)/.test(path)) return 'pass';
      listings += 1;
      const isLate = listings > 2;
      return {
        change: ({ status, body }) => ({ status, body: isLate ? body : without('listed-late', body) }),
      };
    };
    const id = await create({ name: 'listed-late' });
    assert.equal((await emulator.get('listed-late')).id, id);
    assert.equal(made.length, 1);
  });

  it('and may be there when nothing is found, which is not called a failure', async () => {
    verdict = { status: 502, body: '<html><title>Bad Gateway</title>' };
    const { result, messages } = await told(() => create({ name: 'maybe-made' }));
    assert.equal(result, undefined);
    assert.match(messages, /^maybe-made: .*Bad Gateway.* may have been done all the same/);
    assert.doesNotMatch(messages, /Could not|failed/);
    assert.equal(made.length, 1);
  });

  it('and says of what was to be public that nothing would close it', async () => {
    verdict = { status: 502, body: '<html><title>Bad Gateway</title>' };
    const wanted = { name: 'maybe-public', exposedPorts: [3000], allowUnauthenticatedAccess: true };
    const asked = await replying({ list: () => ({ typed: '1h' }), modal: () => 'Make Public' }, () =>
      create(wanted),
    );
    assert.equal(made.length, 1);
    const messages = asked.filter(({ kind }) => kind === 'message').map(({ text }) => text);
    assert.match(messages.join(' | '), /may have been done all the same.* If it is there it is public/);
  });

  it('and may be there when the answer is a page of a login', async () => {
    verdict = { status: 200, body: '<html><title>Sign in</title>' };
    const { messages } = await told(() => create({ name: 'maybe-login' }));
    assert.match(messages, /may have been done all the same/);
    assert.equal(made.length, 1);
  });

  it('and ends the wizard, which would send it again', async () => {
    verdict = { status: 502, body: '{"message":"gone astray"}' };
    const { messages } = await told(async () => {
      let isDone = false;
      const run = Promise.resolve(commands.executeCommand(commandIds.create)).finally(() => (isDone = true));
      const press = async (): Promise<boolean> => {
        if (!isDone) await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return isDone;
      };
      await waitFor('the wizard to end', press, 40_000);
      await run;
    });
    assert.match(messages, /^ephemeral: .*gone astray.* may have been done all the same/);
    assert.equal(made.length, 1);
  });

  it('and is not believed when the answer names a sandbox that was there', async () => {
    const old = await running('was-there');
    verdict = { status: 200, body: JSON.stringify({ sandbox_id: old, status: 'running' }) };
    const { result, messages } = await told(() => create({ name: 'is-new' }));
    assert.equal(result, undefined);
    assert.match(messages, new RegExp(`answered with ${old}, which existed before`));
    await commands.executeCommand(commandIds.copyName, old);
    assert.equal((await emulator.get(old)).name, 'was-there');
  });

  it('and is told of when the service never lists what it answered with', async () => {
    const id = 'neverneverneverneve21';
    verdict = { status: 200, body: JSON.stringify({ sandbox_id: id, status: 'running', name: 'never' }) };
    const { result, messages } = await told(() => create({ name: 'never' }));
    assert.equal(result, undefined);
    assert.match(messages, new RegExp(`answered with the id ${id}, but does not know it`));
  });

  it('and can be cancelled when it hangs: found when it was created', async () => {
    verdict = 'keepAnswer';
    let id: unknown;
    let messages: readonly string[] = [];
    const titles = await cancelling(
      () => made.length === 1,
      async () => (messages = await messagesOf(async () => (id = await create({ name: 'hangs-made' })))),
    );
    assert.match(titles.join(), /^Creating hangs-made… If you cancel, it may be done all the same/);
    assert.equal((await emulator.get('hangs-made')).id, id);
    assert.match(messages.join(), /hangs-made was created before it could be cancelled/);
  });

  it('and can be cancelled when it hangs: may be there when it is not found', async () => {
    verdict = 'keepRequest';
    let messages: readonly string[] = [];
    await cancelling(
      () => made.length === 1,
      async () => (messages = await messagesOf(() => create({ name: 'hangs-lost' }))),
    );
    assert.match(messages.join(), /^hangs-lost: Cancelled before .* may have been done all the same/);
    assert.equal(made.length, 1);
  });

  it('which holds for a restore', async () => {
    const source = await running('once-source');
    await commands.executeCommand(commandIds.snapshot, source, undefined, 'filesystem');
    const taken = (await emulator.snapshots()).find(({ sandbox_id }) => sandbox_id === source);
    made = [];
    verdict = 'loseAnswer';
    const id = await create({ name: 'once-restored', snapshotId: taken?.id });
    assert.equal((await emulator.get('once-restored')).id, id);
    assert.equal(made.length, 1);
  });

  it('which holds for a snapshot', async () => {
    const source = await running('once-snapshot');
    verdict = 'loseAnswer';
    const { messages } = await told(() =>
      commands.executeCommand(commandIds.snapshot, source, undefined, 'filesystem'),
    );
    const taken = (await emulator.snapshots()).filter(({ sandbox_id }) => sandbox_id === source);
    assert.deepEqual([taken.length, made.length], [1, 1]);
    assert.match(messages, new RegExp(`is ready: ${taken[0]?.id}`));

    verdict = { status: 503, body: JSON.stringify({ message: 'busy', code: 'SANDBOX_NOT_READY' }) };
    const lost = await told(() =>
      commands.executeCommand(commandIds.snapshot, source, undefined, 'filesystem'),
    );
    assert.match(lost.messages, /once-snapshot: .*busy.* may have been done all the same/);
    assert.equal(made.length, 2);

    verdict = { status: 202, body: JSON.stringify({ snapshot_id: 'neverneverneverneve21' }) };
    const never = await told(() =>
      commands.executeCommand(commandIds.snapshot, source, undefined, 'filesystem'),
    );
    assert.match(never.messages, /answered with the id neverneverneverneve21, but does not know it/);

    verdict = { status: 202, body: JSON.stringify({ snapshot_id: taken[0]?.id }) };
    const old = await told(() =>
      commands.executeCommand(commandIds.snapshot, source, undefined, 'filesystem'),
    );
    assert.match(old.messages, /which existed before/);
  });

  it('which holds for copies', async () => {
    const source = await running('once-copied');
    verdict = 'loseAnswer';
    const lost = await told(() => commands.executeCommand(commandIds.duplicate, source, undefined, 2));
    assert.match(lost.messages, /may have been done all the same: 2 new ones are listed/);
    assert.doesNotMatch(lost.messages, /Could not/);
    assert.equal(made.length, 1);

    const copies = [
      { sandbox_id: source, status: 'running' },
      { sandbox_id: 'neverneverneverneve21', status: 'running' },
    ];
    verdict = { status: 200, body: JSON.stringify({ source_sandbox_id: source, sandboxes: copies }) };
    const odd = await told(() => commands.executeCommand(commandIds.duplicate, source, undefined, 2));
    assert.deepEqual(odd.result, []);
    assert.match(odd.messages, /did not say what became of the copies/);
  });

  it('which holds for a claim from a pool', async () => {
    const poolId = await emulator.createPool({ warm_containers: 0, max_containers: 4 });
    verdict = 'loseAnswer';
    const id = await commands.executeCommand(commandIds.claim, { kind: 'pool', poolId });
    assert.equal((await emulator.get(String(id)))['pool_id'], poolId);
    assert.equal(made.length, 1);

    verdict = { status: 503, body: '{"message":"busy","code":"SANDBOX_NOT_READY"}' };
    const lost = await told(() => commands.executeCommand(commandIds.claim, { kind: 'pool', poolId }));
    assert.match(lost.messages, /busy.* may have been done all the same/);
    assert.equal(made.length, 2);
  });
});

/** A listing without the sandbox of a name. */
function without(name: string, body: string): string {
  const page = listing.parse(JSON.parse(body));
  return JSON.stringify({ ...page, sandboxes: page.sandboxes.filter(each => each.name !== name) });
}
