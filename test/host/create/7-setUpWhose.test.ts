import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, window, workspace } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { type Asked, cancelling, replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const sandbox = z.looseObject({ name: z.nullish(z.string()), status: z.string() });
const listing = z.looseObject({ sandboxes: z.array(sandbox) });

const settings = () => workspace.getConfiguration('tensorlake.create');
const tabs = (): readonly string[] => window.terminals.map(({ name }) => name).sort();
/** What is said, but for the end of sandboxes of earlier cases, whose terminals were open. */
const messages = (asked: readonly Asked[]): readonly string[] =>
  asked
    .filter(({ kind, text }) => kind === 'message' && !text.includes('in use here'))
    .map(({ text }) => text);

describe('what follows a creation, while not all goes well', () => {
  const made: string[] = [];
  let folder = '';
  let relay: Relay;
  /** For the requests that make something, in turn. */
  let verdicts: Verdict[] = [];
  let makers = 0;
  /** Names of sandboxes that seem to boot still. */
  let booting: readonly string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'made-here-'));
    relay = await Relay.start((method, path) => {
      if (method === 'POST' && /\/sandboxes$/.test(path)) {
        makers += 1;
        return verdicts.shift() ?? 'pass';
      }
      if (method !== 'GET' || booting.length === 0 || !/\/sandboxes(\/[^/]+)?(\?|$)/.test(path))
        return 'pass';
      return { change: ({ status, body }) => ({ status, body: held(body) }) };
    });
    await signIn(relay.url);
    await waitFor('the extension to use the relay', () => relay.listingCount > 0);
  });
  beforeEach(async () => {
    const script = join(folder, 'set-up.sh');
    writeFileSync(script, 'touch "$HOME/was-here"');
    await settings().update('setUp', script, true);
    await settings().update('then', 'terminal', true);
    makers = 0;
  });
  afterEach(async () => {
    verdicts = [];
    booting = [];
    await settings().update('setUp', undefined, true);
    await settings().update('then', undefined, true);
    for (const terminal of window.terminals) terminal.dispose();
    for (const id of made.splice(0)) await emulator.terminate(id);
    await waitFor('the terminals to close', () => window.terminals.length === 0);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await signIn();
    await relay.stop();
  });

  /** An answer in which some sandboxes are pending. */
  function held(body: string): string {
    const pending = (each: z.infer<typeof sandbox>) =>
      booting.includes(each.name ?? '') && each.status === 'running' ? { ...each, status: 'pending' } : each;
    const json: unknown = JSON.parse(body);
    const [list, one] = [listing.safeParse(json), sandbox.safeParse(json)];
    if (list.success) return JSON.stringify({ ...list.data, sandboxes: list.data.sandboxes.map(pending) });
    return one.success ? JSON.stringify(pending(one.data)) : body;
  }

  async function create(wanted: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
    const result: unknown = await commands.executeCommand(commandIds.create, wanted);
    const ids = [result].flat().map(String);
    made.push(...ids);
    return ids;
  }

  async function wasSetUp(id: string): Promise<boolean> {
    if ((await emulator.get(id)).status !== 'running') return false;
    return (await new Inside(id).sh('[ -e "$HOME/was-here" ] && echo y || echo n')) === 'y';
  }

  /** Waits until everything that follows another creation is over; what followed an earlier one has had its turn. */
  async function another(name: string): Promise<void> {
    await create({ name });
    await waitFor(`the terminal of ${name}`, () => tabs().includes(name));
  }

  for (const [kind, wanted] of [
    ['an unnamed one', {}],
    ['a named one', { name: 'set-up-guessed' }],
  ] as const)
    it(`leaves alone what may be somebody else's: ${kind}`, async () => {
      verdicts = ['loseAnswer'];
      const asked = await replying({}, async () => {
        const [id = ''] = await create(wanted);
        await another('set-up-sure');
        assert.equal(await wasSetUp(id), false);
      });
      assert.deepEqual(tabs(), ['set-up-sure', 'set-up.sh · set-up-sure']);
      assert.match(messages(asked).join(' | '), /^\S+ was found in the list .* neither set up nor opened\.$/);
    });

  it("leaves alone what may be somebody else's: one of a pool", async () => {
    const poolId = await emulator.createPool({ warm_containers: 0, max_containers: 2 });
    const losing = await Relay.start((method, path) =>
      method === 'POST' && path.includes(poolId) ? 'loseAnswer' : 'pass',
    );
    try {
      await signIn(losing.url);
      await waitFor('the extension to use it', () => losing.listingCount > 0);
      const asked = await replying({}, async () => {
        const id = String(await commands.executeCommand(commandIds.claim, { kind: 'pool', poolId }));
        made.push(id);
        await another('set-up-unclaimed');
        assert.equal(await wasSetUp(id), false);
      });
      assert.deepEqual(tabs(), ['set-up-unclaimed', 'set-up.sh · set-up-unclaimed']);
      assert.match(messages(asked).join(' | '), / was found in the list .* neither set up nor opened\./);
    } finally {
      await signIn(relay.url);
      await losing.stop();
    }
  });

  it('leaves alone, without a word of it, what the user cancelled', async () => {
    verdicts = ['keepAnswer'];
    const asked = await replying({}, async () => {
      await cancelling(
        () => makers === 1,
        async () => {
          const [id = ''] = await create({ name: 'set-up-unwanted' });
          await waitFor('it to be found', async () => (await emulator.get('set-up-unwanted')).id === id);
        },
      );
      await another('set-up-wanted');
      assert.equal(await wasSetUp(made[0] ?? ''), false);
    });
    assert.deepEqual(tabs(), ['set-up-wanted', 'set-up.sh · set-up-wanted']);
    assert.deepEqual(messages(asked), ['set-up-unwanted was created before it could be cancelled.']);
  });

  it('begins while the user is asked about another that the service refused', async () => {
    verdicts = ['pass', { status: 400, body: '{"message":"not you"}' }];
    const presets = workspace.getConfiguration('tensorlake');
    await presets.update('presets', { early: { name: 'set-up-early', count: 2 } }, true);
    try {
      let isDone = false;
      const run = Promise.resolve(commands.executeCommand(commandIds.createFromPreset, 'early'));
      void run.then(() => (isDone = true));
      await waitFor('the requests', async () => {
        if (makers < 2) await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return makers === 2;
      });
      const find = async () =>
        (await emulator.find('set-up-early-1')) ?? (await emulator.find('set-up-early-2'));
      const { id } = await waitFor('the one that was made', find);
      made.push(id);
      await waitFor('its set-up', async () => await wasSetUp(id));
      await waitFor('its terminal', () => tabs().length === 2);
      assert.equal(isDone, false);
      await waitFor('the question to close', async () => {
        await commands.executeCommand('workbench.action.closeQuickOpen');
        return isDone;
      });
      assert.equal(await run, id);
      assert.equal(tabs().length, 2);
    } finally {
      await presets.update('presets', undefined, true);
    }
  });

  it('keeps none waiting for one that does not run yet', async () => {
    booting = ['set-up-slow-2'];
    const [first = '', second = ''] = await create({ name: 'set-up-slow', count: 2 });
    await waitFor('the set-up of the first', async () => await wasSetUp(first));
    await waitFor('its terminal', () => tabs().includes('set-up-slow-1'));
    assert.equal(await wasSetUp(second), false);
    booting = [];
    await waitFor('the set-up of the second', async () => await wasSetUp(second));
    assert.deepEqual(tabs(), ['set-up-slow-1', 'set-up.sh · set-up-slow-1', 'set-up.sh · set-up-slow-2']);
  }).timeout(90_000);

  it('says nothing where the user ends it while it boots', async () => {
    booting = ['set-up-ended'];
    const asked = await replying({ modal: () => 'Terminate' }, async () => {
      const [id = ''] = await create({ name: 'set-up-ended' });
      await commands.executeCommand(commandIds.terminate, id);
      await waitFor('its end', async () => (await emulator.get(id)).status === 'terminated');
      await another('set-up-other');
    });
    assert.deepEqual(messages(asked), []);
    assert.deepEqual(tabs(), ['set-up-other', 'set-up.sh · set-up-other']);
  });
});
