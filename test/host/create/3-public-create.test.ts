import assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { replying, type Asked, type Replies } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const open = { exposed_ports: [3000], allow_unauthenticated_access: true };

const named = z.looseObject({ id: z.optional(z.string()), sandbox_id: z.optional(z.string()) });
const listing = z.looseObject({ sandboxes: z.array(named) });
const copies = z.looseObject({ sandboxes: z.array(z.unknown()) });

/** Whether a list asks for how long something is to be public. */
const isOpening = (title: string): boolean => /Access to ports$|^Public Access/.test(title);

/** Presses Enter everywhere, except where it is asked for how long something is to be public. */
function entering(answer: string | { readonly typed: string } | undefined, button?: string): Replies {
  return {
    list: ({ title, items }) => {
      if (!isOpening(title)) return items[0];
      if (typeof answer !== 'string') return answer;
      const item = items.find(({ label }) => label.includes(answer));
      assert.ok(item, `${answer} among ${items.map(({ label }) => label).join(', ')}`);
      return item;
    },
    modal: () => button,
  };
}

async function run(replies: Replies, id: string, ...args: readonly unknown[]) {
  let result: unknown;
  const asked = await replying(replies, async () => {
    result = await commands.executeCommand(id, ...args);
  });
  return { result, asked, openings: asked.filter(({ text }) => isOpening(text)).length };
}

function modals(asked: readonly Asked[]): readonly Asked[] {
  return asked.filter(({ kind }) => kind === 'modal');
}

async function access(idOrName: unknown) {
  const { exposed_ports: ports, allow_unauthenticated_access: isPublic } = await emulator.get(
    String(idOrName),
  );
  return { ports, isPublic };
}

/** Waits for longer than two tries that fail take with their pauses. */
async function closed(id: string): Promise<void> {
  await waitFor('it to be closed', async () => !(await access(id)).isPublic, 40_000);
}

async function count(route: string): Promise<number> {
  return (await emulator.counters()).routes[route] ?? 0;
}

async function publicSandbox(name: string): Promise<string> {
  const { id } = await emulator.create({ name, timeout_secs: 3600, ...open });
  await waitFor('it to run', async () => (await emulator.get(id)).status === 'running');
  await commands.executeCommand(commandIds.refresh);
  return id;
}

async function setPreset(preset: unknown): Promise<void> {
  const presets = preset === undefined ? undefined : { opened: preset };
  await workspace.getConfiguration('tensorlake').update('presets', presets, true);
}

describe('nothing becomes public without a question', () => {
  before(async () => await signIn());
  after(async () => await setPreset(undefined));

  it('Create Again leaves public access out, and says so', async () => {
    const id = await publicSandbox('opened-once');
    await emulator.terminate(id);
    await commands.executeCommand(commandIds.refresh);
    const { result, asked, openings } = await run({}, commandIds.createAgain, { sandboxId: id });
    assert.deepEqual(await access(result), { ports: [3000], isPublic: false });
    assert.equal(openings, 0);
    const details = asked.flatMap(({ items }) => items.map(({ detail = '' }) => detail));
    assert.ok(
      details.some(detail => detail.includes('It was public; this one is not.')),
      details.join(),
    );
  });

  describe('with a preset', () => {
    const preset = { name: 'from-opened', exposedPorts: [8080], allowUnauthenticatedAccess: true };

    it('that says so: private is the first answer', async () => {
      await setPreset(preset);
      const { result, asked, openings } = await run({}, commandIds.createFromPreset, 'opened');
      assert.deepEqual(await access(result), { ports: [8080], isPublic: false });
      assert.deepEqual([openings, modals(asked).length], [1, 0]);
    });

    it('that says so: no answer creates nothing', async () => {
      await setPreset({ ...preset, name: 'never-opened' });
      const before = await count('POST /sandboxes');
      let pages = 0;
      const replies: Replies = {
        list: ({ title, items }) => (isOpening(title) || ++pages > 1 ? undefined : items[0]),
      };
      const { result, openings } = await run(replies, commandIds.createFromPreset, 'opened');
      assert.deepEqual([result, openings, await count('POST /sandboxes')], [undefined, 1, before]);
      // It comes back to the page that it was asked on.
      assert.equal(pages, 2);
    });

    it('that says so: it names what opens, and closes when its time is up', async () => {
      await setPreset({ ...preset, name: 'opened-for-a-time' });
      const replies = entering({ typed: '2s' }, 'Make Public');
      const { result, asked } = await run(replies, commandIds.createFromPreset, 'opened');
      const [question] = modals(asked);
      assert.equal(question?.text, 'Make opened-for-a-time public?');
      assert.match(question.detail, /Port 8080[^]*Anyone on the internet[^]*closes by itself after/);
      assert.equal((await access(result)).isPublic, true);
      await closed(String(result));
    });

    it('Last Settings leave out what it opened', async () => {
      const { result, openings } = await run({}, commandIds.createFromLast);
      assert.deepEqual(await access(result), { ports: [8080], isPublic: false });
      assert.equal((await emulator.get(String(result))).name, 'opened-for-a-time-2');
      assert.equal(openings, 0);
    });

    it('asks once, though the first try is refused', async () => {
      await setPreset({ ...preset, name: 'opened-at-last' });
      await emulator.addFault({
        fault: 'plain-text',
        status: 400,
        text: 'not now',
        route: '/sandboxes',
        method: 'POST',
        next: 1,
      });
      const replies = entering('For 1 h', 'Make Public');
      const { result, openings, asked } = await run(replies, commandIds.createFromPreset, 'opened');
      await emulator.clearFaults();
      assert.equal((await access(result)).isPublic, true);
      assert.deepEqual([openings, modals(asked).length], [1, 1]);
    });
  });

  describe('with a request of a key binding', () => {
    const wanted = { exposedPorts: [8080], allowUnauthenticatedAccess: true };

    it('creates nothing when the user backs out, or does not agree', async () => {
      const before = await count('POST /sandboxes');
      for (const replies of [entering(undefined), entering('Until I close it')]) {
        const { result, openings } = await run(replies, commandIds.create, { name: 'bound', ...wanted });
        assert.deepEqual([result, openings], [undefined, 1]);
      }
      assert.equal(await count('POST /sandboxes'), before);
    });

    it('opens all of several for the time that the user agreed to', async () => {
      const replies = entering({ typed: '3s' }, 'Make Public');
      const { result, asked } = await run(replies, commandIds.create, { name: 'bound', count: 2, ...wanted });
      assert.ok(Array.isArray(result) && result.length === 2);
      assert.equal(modals(asked)[0]?.text, 'Make 2 new sandboxes public?');
      for (const id of result) assert.equal((await access(id)).isPublic, true);
      for (const id of result) await closed(String(id));
    });
  });

  describe('by a restore', () => {
    let snapshotId = '';
    before(async () => {
      const id = await publicSandbox('opened-source');
      await commands.executeCommand(commandIds.snapshot, id, undefined, 'filesystem');
      snapshotId = (await emulator.snapshots()).find(({ sandbox_id }) => sandbox_id === id)?.id ?? '';
      assert.notEqual(snapshotId, '');
    });

    it('of a public sandbox: no port is exposed', async () => {
      for (const command of [commandIds.restore, commandIds.restoreSnapshot]) {
        const { result, openings } = await run({}, command, { snapshotId });
        assert.deepEqual(await access(result), { ports: [], isPublic: false });
        assert.equal(openings, 0);
      }
      const { result } = await run({}, commandIds.create, { snapshotId, name: 'restored-by-key' });
      assert.deepEqual(await access(result), { ports: [], isPublic: false });
    });

    it('of a public sandbox: what is chosen is sent', async () => {
      const { result } = await run({}, commandIds.create, { snapshotId, exposedPorts: [5000] });
      assert.deepEqual(await access(result), { ports: [5000], isPublic: false });
    });
  });

  describe('by a copy of a public sandbox', () => {
    it('is asked, and backing out copies nothing', async () => {
      const id = await publicSandbox('opened-kept');
      const before = await count('POST /sandboxes/{id}/copy');
      const { openings } = await run(entering(undefined), commandIds.duplicate, id, undefined, 1);
      assert.deepEqual([openings, await count('POST /sandboxes/{id}/copy')], [1, before]);
    });

    it('a private copy is closed as soon as it is there', async () => {
      const id = await publicSandbox('opened-copied');
      const { result } = await run(entering('Private'), commandIds.duplicate, id, undefined, 2);
      assert.ok(Array.isArray(result) && result.length === 2);
      for (const copy of result) await closed(String(copy));
      assert.deepEqual(await access(id), { ports: [3000], isPublic: true });
    });

    it('asks by what the sandbox is now, not by what the list says', async () => {
      const { id } = await emulator.create({ name: 'opened-meanwhile', exposed_ports: [3000] });
      await waitFor('it to run', async () => (await emulator.get(id)).status === 'running');
      await commands.executeCommand(commandIds.refresh);
      await emulator.patch(id, { allow_unauthenticated_access: true });
      const { openings } = await run(entering(undefined), commandIds.duplicate, id, undefined, 1);
      assert.equal(openings, 1);
    });
  });

  describe('by a claim from a public pool', () => {
    const pool = { max_containers: 4, exposed_ports: [7000], allow_unauthenticated_access: true };

    it('is asked, and backing out claims nothing', async () => {
      const poolId = await emulator.createPool(pool);
      const before = await count('POST /sandbox-pools/{id}/sandboxes');
      const { openings } = await run(entering(undefined), commandIds.claim, { kind: 'pool', poolId });
      assert.deepEqual([openings, await count('POST /sandbox-pools/{id}/sandboxes')], [1, before]);
    });

    it('a private one is closed as soon as it is there, a public one when its time is up', async () => {
      const poolId = await emulator.createPool(pool);
      const isPrivate = await run(entering('Private'), commandIds.claim, { kind: 'pool', poolId });
      await closed(String(isPrivate.result));
      const forTime = await run(entering({ typed: '3s' }, 'Make Public'), commandIds.claim, {
        kind: 'pool',
        poolId,
      });
      assert.equal((await access(forTime.result)).isPublic, true);
      await closed(String(forTime.result));
    });
  });

  describe('with a service that is slow to know what it made, or is not heard', () => {
    let relay: Relay;
    let known = new Set<string>();
    /** What is asked about sandboxes that the service does not know yet. */
    let asked: string[] = [];
    let isKnown = (): boolean => true;
    let verdict: Verdict = 'pass';
    let pool: Verdict = 'pass';
    let posts = 0;
    before(async () => {
      relay = await Relay.start((method, path) => {
        if (method === 'POST') {
          posts += 1;
          return verdict;
        }
        if (/\/sandbox-pools\/[^/]+$/.test(path)) return pool;
        const [, id] = /\/sandboxes\/([^/?]+)$/.exec(path) ?? [];
        if (id !== undefined && !known.has(id)) {
          asked.push(method);
          return isKnown() ? 'pass' : { status: 404, body: '{"message":"no such sandbox"}' };
        }
        return isKnown() || !/\/sandboxes(\?|$)/.test(path) ? 'pass' : { change: withoutNew };
      });
    });
    beforeEach(async () => {
      verdict = 'pass';
      pool = 'pass';
      isKnown = () => true;
      const listings = relay.listingCount;
      await signIn(relay.url);
      await waitFor('the extension to use the relay', () => relay.listingCount > listings);
    });
    after(async () => {
      await signIn();
      await relay.stop();
    });

    const withoutNew = ({ status, body }: { readonly status: number; readonly body: string }) => {
      const page = listing.parse(JSON.parse(body));
      const sandboxes = page.sandboxes.filter(({ id, sandbox_id }) => known.has(id ?? sandbox_id ?? ''));
      return { status, body: JSON.stringify({ ...page, sandboxes }) };
    };

    /** From here on it does not know what it makes until `isOver`. */
    async function forgetful(isOver: () => boolean): Promise<void> {
      known = new Set((await emulator.list()).map(({ id }) => id));
      asked = [];
      isKnown = isOver;
    }

    async function openPool(): Promise<string> {
      return await emulator.createPool({ ...open, max_containers: 4 });
    }

    const wanted = { exposedPorts: [8080], allowUnauthenticatedAccess: true };
    /** Whether closing was tried, and the sandbox then looked for in vain: this is the second look since. */
    const isTried = (): boolean =>
      asked.includes('PATCH') &&
      asked.slice(asked.indexOf('PATCH')).filter(each => each === 'GET').length >= 2;

    it('closes a private claim once it is known', async () => {
      const poolId = await openPool();
      await forgetful(isTried);
      const { result } = await run(entering('Private'), commandIds.claim, { kind: 'pool', poolId });
      await closed(String(result));
    });

    it('closes what was created at its time, though the account changed before it was known', async () => {
      await forgetful(() => false);
      const name = 'opened-and-left';
      const creating = run(entering({ typed: '5s' }, 'Make Public'), commandIds.create, { name, ...wanted });
      await waitFor('it to be looked for', () => asked.includes('GET'));
      await signIn();
      await creating;
      assert.equal((await access(name)).isPublic, true);
      isKnown = () => true;
      await signIn(relay.url);
      await closed(name);
    });

    it('closes private copies once they are known', async () => {
      const id = await publicSandbox('opened-copied-early');
      await forgetful(isTried);
      const { result } = await run(entering('Private'), commandIds.duplicate, id, undefined, 1);
      assert.ok(Array.isArray(result) && result.length === 1, JSON.stringify(result));
      await closed(String(result[0]));
      assert.equal((await access(id)).isPublic, true);
    });

    for (const [what, send, warning] of [
      [
        'a create',
        () => Promise.resolve([commandIds.create, { name: 'opened-unheard', ...wanted }]),
        /If it is there it is public, and does not close by itself/,
      ],
      [
        'a claim',
        async () => [commandIds.claim, { kind: 'pool', poolId: await openPool() }],
        /If it is there it is public, and does not close by itself/,
      ],
      [
        'a copy',
        async () => [commandIds.duplicate, await publicSandbox('opened-copied-unheard'), undefined, 1],
        /Copies are as public as opened-copied-unheard/,
      ],
    ] as readonly (readonly [string, () => Promise<readonly [string, ...unknown[]]>, RegExp])[])
      it(`says what ${what} leaves public whose account changes before its answer`, async () => {
        const [command, ...args] = await send();
        const sent = posts;
        verdict = 'keepAnswer';
        await replying(entering({ typed: '1h' }, 'Make Public'), async told => {
          const running = Promise.resolve(commands.executeCommand(command, ...args));
          await waitFor('the request', () => posts > sent);
          await signIn();
          await running.catch(() => undefined);
          await waitFor('a warning', () => told.some(({ text }) => warning.test(text)));
        });
      });

    it('says of copies that the answer does not name that they are public', async () => {
      const id = await publicSandbox('opened-unnamed');
      verdict = {
        change: ({ status, body }) => {
          const answer = copies.parse(JSON.parse(body));
          return { status, body: JSON.stringify({ ...answer, sandboxes: answer.sandboxes.slice(1) }) };
        },
      };
      await replying(entering({ typed: '1h' }, 'Make Public'), async told => {
        await commands.executeCommand(commandIds.duplicate, id, undefined, 2);
        await waitFor('a warning', () =>
          told.some(({ text }) => /only 1 of 2 copies\. Copies are as public as opened-unnamed/.test(text)),
        );
      });
    });

    it('asks about a pool that cannot be read as about a public one', async () => {
      const poolId = await openPool();
      pool = { status: 403, body: '{"message":"not you"}' };
      const before = await count('POST /sandbox-pools/{id}/sandboxes');
      const { openings } = await run(entering(undefined), commandIds.claim, { kind: 'pool', poolId });
      assert.deepEqual([openings, await count('POST /sandbox-pools/{id}/sandboxes')], [1, before]);
    });
  });
});
