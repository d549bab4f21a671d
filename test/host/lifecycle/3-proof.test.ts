import assert from 'node:assert/strict';
import { commands, env } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { answering, replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const loginPage: Verdict = { status: 200, body: '<html><title>Sign in</title></html>' };
const errorBody: Verdict = { status: 200, body: '{"error":"no","code":"NOT_NOW"}' };
const nothing: Verdict = { status: 204, body: '' };

const confirm = (question: string): Promise<string> =>
  Promise.resolve(question.startsWith('Delete') ? 'Delete' : 'Terminate');

describe('an answer proves nothing', () => {
  let relay: Relay;
  /** By a part of the path of what is asked for. */
  const verdicts = new Map<string, Verdict>();

  before(async () => {
    relay = await Relay.start((method, path) => {
      if (method === 'GET') return [...verdicts].find(([part]) => part === `GET ${path}`)?.[1] ?? 'pass';
      return [...verdicts].find(([part]) => path.includes(part))?.[1] ?? 'pass';
    });
    await signIn(relay.url);
    await waitFor('the extension to use the relay', () => relay.listingCount > 0);
  });
  afterEach(() => verdicts.clear());
  after(async () => {
    await signIn();
    await relay.stop();
  });

  async function running(name: string): Promise<string> {
    const { id } = await emulator.create({ name, timeout_secs: 3600 });
    await waitFor(`${name} to run`, async () => (await emulator.get(id)).status === 'running');
    return id;
  }

  async function suspended(name: string): Promise<string> {
    const id = await running(name);
    await emulator.suspend(id);
    await waitFor(`${name} to be suspended`, async () => (await emulator.get(id)).status === 'suspended');
    return id;
  }

  async function run(command: string, id: string): Promise<void> {
    await commands.executeCommand(command, id);
  }

  it('that something was suspended, resumed or terminated: after ten seconds the row goes back', async () => {
    const cases: readonly (readonly [string, string, Verdict, string])[] = [
      [commandIds.suspend, await running('proof-suspend-login'), loginPage, 'running'],
      [commandIds.suspend, await running('proof-suspend-error'), errorBody, 'running'],
      [commandIds.suspend, await running('proof-suspend-nothing'), nothing, 'running'],
      [commandIds.resume, await suspended('proof-resume-login'), loginPage, 'suspended'],
      [commandIds.resume, await suspended('proof-resume-nothing'), nothing, 'suspended'],
      [commandIds.terminate, await running('proof-end-login'), loginPage, 'running'],
      [commandIds.terminate, await running('proof-end-error'), errorBody, 'running'],
      [commandIds.terminate, await running('proof-end-nothing'), nothing, 'running'],
    ];
    await commands.executeCommand(commandIds.refresh);
    for (const [, id, verdict] of cases) verdicts.set(id, verdict);
    const messages = await answering(
      confirm,
      async () => await Promise.all(cases.map(async ([command, id]) => await run(command, id))),
    );
    for (const [, id, , state] of cases) {
      const { name, status } = await emulator.get(id);
      assert.equal(status, state, String(name));
      assert.match(messages.join('\n'), new RegExp(`${name}: .*nothing happened: it is still ${state}`, 'i'));
    }
    verdicts.clear();
    // A row with an action under way would be left out.
    await answering(
      confirm,
      async () => await Promise.all(cases.map(async ([command, id]) => await run(command, id))),
    );
    for (const [command, id] of cases) {
      const { status } = await emulator.get(id);
      assert.notEqual(status, command === commandIds.resume ? 'suspended' : 'running', id);
    }
  });

  it('of what is done: a sandbox that gets there counts, whatever the answer', async () => {
    const id = await running('proof-odd-answer');
    await commands.executeCommand(commandIds.refresh);
    verdicts.set(id, { change: () => loginPage });
    const messages = await answering(confirm, async () => await run(commandIds.suspend, id));
    assert.deepEqual(messages, []);
    assert.equal((await emulator.get(id)).status, 'suspended');
  });

  it('nor does a lost one, that nothing was done: the name that was given first may be there', async () => {
    const { id } = await emulator.create({ timeout_secs: 3600 });
    await waitFor('it to run', async () => (await emulator.get(id)).status === 'running');
    await commands.executeCommand(commandIds.refresh);
    verdicts.set(id, { status: 502, body: '{"message":"gone astray"}' });
    const asked = await replying({ box: () => 'proof-named' }, async () => await run(commandIds.suspend, id));
    const messages = asked.filter(({ kind }) => kind === 'message').map(({ text }) => text);
    assert.match(messages.join('\n'), /gone astray.* It may be named proof-named now/);
  });

  it('nor does a lost one, that nothing was done: what was mounted shows', async () => {
    const [fileSystemId] = await emulator.fileSystems();
    const id = await running('proof-mount');
    await commands.executeCommand(commandIds.refresh);
    const mountPath = '/mnt/proof';
    verdicts.set(id, 'loseAnswer');
    const attach = async (): Promise<void> =>
      await commands.executeCommand(commandIds.attachFileSystem, id, undefined, { fileSystemId, mountPath });
    assert.deepEqual(await answering(confirm, attach), []);
    assert.match(JSON.stringify((await emulator.get(id))['file_systems']), /\/mnt\/proof/);
    verdicts.set(id, { status: 502, body: '{"message":"gone astray"}' });
    const detach = async (): Promise<void> =>
      await commands.executeCommand(commandIds.detachFileSystem, id, undefined, mountPath);
    const messages = await answering(confirm, detach);
    assert.match(messages.join('\n'), /^proof-mount: .*gone astray.* may have been done all the same/);
  });

  it('that a snapshot was deleted', async () => {
    const id = await running('proof-snapshot');
    await commands.executeCommand(commandIds.snapshot, id, undefined, 'filesystem');
    const taken = (await emulator.snapshots()).find(({ sandbox_id }) => sandbox_id === id);
    assert.ok(taken);
    for (const verdict of [loginPage, nothing]) {
      verdicts.set(`/snapshots/${taken.id}`, verdict);
      const messages = await answering(confirm, async () => await run(commandIds.deleteSnapshot, taken.id));
      assert.match(messages.join('\n'), /proof-snapshot: .*nothing happened: it is still there/);
    }
    verdicts.clear();
    const messages = await answering(confirm, async () => await run(commandIds.deleteSnapshot, taken.id));
    assert.equal(messages.length, 1);
    assert.equal(
      (await emulator.snapshots()).find(({ sandbox_id }) => sandbox_id === id),
      undefined,
    );
  });

  for (const [what, body] of [
    ['null in place of its list', '{"sandboxes":null}'],
    ['no row that can be read', '{"sandboxes":[null,{},{"id":17}]}'],
  ] as const)
    it(`that there is no sandbox: a listing with ${what} leaves the rows as they were`, async () => {
      const id = await running(`proof-listed-${body.length}`);
      await commands.executeCommand(commandIds.refresh);
      for (const path of ['/sandboxes', '/v1/namespaces/default/sandboxes'])
        verdicts.set(`GET ${path}`, { status: 200, body });
      verdicts.set(`GET /v1/namespaces/default/sandboxes/${id}`, { status: 404, body: '' });
      const before = relay.listingCount;
      await commands.executeCommand(commandIds.refresh);
      assert.ok(relay.listingCount > before);
      await env.clipboard.writeText('');
      await run(commandIds.copyName, id);
      assert.equal(await env.clipboard.readText(), `proof-listed-${body.length}`);
    });
});
