import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { parseEndpoint } from '../../../src/core/account/endpoint';
import { Emitter } from '../../../src/core/kernel/event';
import { silentLogger } from '../../../src/core/kernel/logger';
import { SandboxStore } from '../../../src/core/list/store';
import { systemClock } from '../../../src/host/editor/clock';
import { Network } from '../../../src/host/session/network';
import { openServices } from '../../../src/host/session/openServices';
import { PublicAccessCloser } from '../../../src/app/publicAccess/publicAccessCloser';
import { PublicDeadlines } from '../../../src/host/storage/publicDeadlines';
import { commandIds } from '../../../src/manifest';
import { FakeMemento } from '../../support/storage/fakeMemento';
import { sandbox } from '../../support/sandboxBuilder';
import { waitFor } from '../../support/waitFor';
import { messagesOf, replying } from '../support/answers';
import { apiKey, apiUrl, emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const wideOpen = { exposed_ports: [3000], allow_unauthenticated_access: true };

async function running(name: string): Promise<string> {
  const { id } = await emulator.create({ name, timeout_secs: 3600, ...wideOpen });
  await waitFor('it to run', async () => (await emulator.get(id)).status === 'running');
  await commands.executeCommand(commandIds.refresh);
  return id;
}

async function isPublic(id: string): Promise<boolean> {
  return (await emulator.get(id))['allow_unauthenticated_access'] === true;
}

async function closed(id: string): Promise<void> {
  await waitFor('it to be closed', async () => !(await isPublic(id)));
}

async function setPublic(id: string, isOn: boolean, span?: unknown): Promise<void> {
  await commands.executeCommand(commandIds.setPublicAccess, id, undefined, isOn, span);
}

describe('public access for a time', () => {
  before(async () => await signIn());

  it('closes by itself, and the ports stay exposed', async () => {
    const id = await running('public-a-second');
    await setPublic(id, true, 1);
    await closed(id);
    assert.deepEqual((await emulator.get(id))['exposed_ports'], [3000]);
  });

  it('takes no time that it cannot read, and changes nothing then', async () => {
    const id = await running('public-nonsense');
    const patches = async () => (await emulator.counters()).routes['PATCH /sandboxes/{id}'] ?? 0;
    const before = await patches();
    for (const span of ['soon', -1, '31d', {}]) await setPublic(id, true, span);
    assert.deepEqual([await isPublic(id), await patches()], [true, before]);
  });

  it('wakes nothing: a suspended sandbox is closed and stays suspended', async () => {
    const id = await running('public-asleep');
    const requests = await emulator.insideDuring(async () => {
      await emulator.suspend(id);
      await waitFor('it to be suspended', async () => (await emulator.get(id)).status === 'suspended');
      await commands.executeCommand(commandIds.refresh);
      await setPublic(id, true, '1s');
      await closed(id);
      assert.equal((await emulator.get(id)).status, 'suspended');
    });
    assert.deepEqual(requests, []);
  });

  it('ends for copies when it does for what they are copies of', async () => {
    const id = await running('public-copied');
    await setPublic(id, true, 4);
    let ids: unknown;
    await replying(
      {
        list: ({ items }) => items.find(({ label }) => label.includes('As long as public-copied')),
        modal: () => 'Make Public',
      },
      async () => (ids = await commands.executeCommand(commandIds.duplicate, id, undefined, 1)),
    );
    assert.ok(Array.isArray(ids) && typeof ids[0] === 'string');
    assert.equal(await isPublic(ids[0]), true);
    await closed(ids[0]);
  });

  it('has no end any more once somebody changed public access by hand', async () => {
    const byHand = await running('public-by-hand');
    const lastPort = await running('public-last-port');
    const forever = await running('public-forever');
    const witness = await running('public-witness');
    for (const id of [byHand, lastPort, forever]) await setPublic(id, true, 2);
    await setPublic(byHand, false);
    await commands.executeCommand(commandIds.editPorts, lastPort, undefined, []);
    await setPublic(forever, true);
    for (const id of [byHand, lastPort]) {
      assert.equal(await isPublic(id), false);
      await emulator.patch(id, wideOpen);
    }
    await setPublic(witness, true, 3);
    await closed(witness);
    for (const id of [byHand, lastPort, forever]) assert.equal(await isPublic(id), true);
  });

  it('forgets its end when it was closed elsewhere', async () => {
    const id = await running('public-elsewhere');
    const witness = await running('public-witness-2');
    await setPublic(id, true, 2);
    await emulator.patch(id, { allow_unauthenticated_access: false });
    const stateRequests = async () => (await emulator.counters()).routes['GET /sandboxes/{id}'] ?? 0;
    const before = await stateRequests();
    await commands.executeCommand(commandIds.refresh);
    await waitFor('the service to be asked about it', async () => (await stateRequests()) > before);
    await emulator.patch(id, wideOpen);
    await setPublic(witness, true, 3);
    await closed(witness);
    assert.equal(await isPublic(id), true);
  });

  describe('when a gateway answers in place of the service', () => {
    afterEach(async () => await emulator.clearFaults());

    const route = '/sandboxes/{id}';
    /** Read from the list, since a fault may wait for the next request about one sandbox. */
    const closedInList = async (name: string): Promise<void> => {
      await waitFor(
        'it to be closed',
        async () => (await emulator.find(name))?.['allow_unauthenticated_access'] === false,
        40_000,
      );
    };

    it('is closed after one passing refusal, and nobody is alarmed', async () => {
      const id = await running('public-gateway-401');
      await emulator.addFault({ fault: 'html', status: 401, method: 'PATCH', route, next: 1 });
      const messages = await messagesOf(async () => {
        await setPublic(id, true, 1);
        await closedInList('public-gateway-401');
      });
      assert.equal(await emulator.faultsLeft(), 0);
      assert.deepEqual(messages, []);
    });

    it('is closed after a passing 404 too, since the list has the sandbox', async () => {
      const id = await running('public-gateway-404');
      await setPublic(id, true, 2);
      for (const method of ['PATCH', 'GET'])
        await emulator.addFault({ fault: 'plain-text', status: 404, method, route, next: 1 });
      await closedInList('public-gateway-404');
      assert.equal(await emulator.faultsLeft(), 0);
    });

    it('tells once that it could not, and closes when it can', async () => {
      const id = await running('public-refused');
      await emulator.addFault({ fault: 'plain-text', status: 403, method: 'PATCH', route, next: 2 });
      const asked = await replying({}, async () => {
        await setPublic(id, true, 1);
        await closedInList('public-refused');
      });
      assert.deepEqual(
        asked.map(({ kind, text }) => [kind, /^[^:]*/.exec(text)?.[0]]),
        [['message', 'public-refused stays public']],
      );
    });
  });

  describe('with answers that go astray', () => {
    let relay: Relay;
    let verdict: Verdict = 'pass';
    let patches = 0;
    before(async () => {
      relay = await Relay.start(method => {
        if (method !== 'PATCH') return 'pass';
        patches += 1;
        return verdict;
      });
    });
    beforeEach(async () => {
      verdict = 'pass';
      await signIn(relay.url);
      await waitFor('the extension to use the relay', () => relay.listingCount > 0);
    });
    after(async () => {
      await signIn();
      await relay.stop();
    });

    for (const [name, close] of [
      ['public-close-cut-off', async (id: string) => await setPublic(id, false)],
      [
        'public-ports-cut-off',
        async (id: string) => await commands.executeCommand(commandIds.editPorts, id, undefined, []),
      ],
    ] as const)
      it(`keeps its end when the session ends before the answer: ${name}`, async () => {
        const id = await running(name);
        verdict = 'keepRequest';
        await setPublic(id, true, 3);
        patches = 0;
        const closing = close(id);
        await waitFor('the request', () => patches > 0);
        await signIn();
        await closing;
        assert.equal(await isPublic(id), true);
        verdict = 'pass';
        await signIn(relay.url);
        await closed(id);
      });

    it('has the end that was chosen with a new port, though the answer is lost', async () => {
      const id = await running('public-port-lost');
      verdict = { status: 502, body: '{"message":"gone astray"}' };
      const asked = await replying(
        {
          box: () => '3000 8080',
          list: ({ title, items }) => (title.startsWith('Public Access') ? { typed: '2s' } : items[0]),
          modal: () => 'Open',
        },
        async () => await commands.executeCommand(commandIds.editPorts, id),
      );
      assert.match(asked.map(({ text }) => text).join(' | '), /gone astray/);
      verdict = 'pass';
      await waitFor('it to be closed', async () => !(await isPublic(id)), 40_000);
    });

    it('has no end when the port that it was chosen with was refused', async () => {
      const id = await running('public-port-refused');
      const witness = await running('public-witness-3');
      verdict = { status: 400, body: '{"message":"not this port"}' };
      const asked = await replying(
        {
          box: () => '3000 8080',
          list: ({ title, items }) => (title.startsWith('Public Access') ? { typed: '4s' } : items[0]),
          modal: () => 'Open',
        },
        async () => await commands.executeCommand(commandIds.editPorts, id),
      );
      assert.match(asked.map(({ text }) => text).join(' | '), /not this port/);
      verdict = 'pass';
      await setPublic(witness, true, 5);
      await closed(witness);
      assert.equal(await isPublic(id), true);
    });
  });

  describe('in another window', () => {
    const endpoint = parseEndpoint(apiUrl);
    assert.ok('ok' in endpoint);
    const session = {
      endpoint: endpoint.ok,
      fingerprint: 'f'.repeat(64),
      profile: { id: 'default', name: 'default' },
      credential: () => Promise.resolve(apiKey),
    };
    const abort = new AbortController();
    const services = openServices(session, { logger: silentLogger, version: '0', network: new Network() });
    after(() => {
      abort.abort();
      services.dispose();
    });

    function open(memento: FakeMemento, logger = silentLogger) {
      const deadlines = new PublicDeadlines(memento, systemClock);
      const store = new SandboxStore();
      store.reset({ kind: 'loading' });
      const options = { publicDeadlines: deadlines, store, clock: systemClock, logger };
      const sessions = new Emitter<typeof session>();
      const connection = {
        sandboxes: services.sandboxes,
        signal: abort.signal,
        poller: { applyUpdate: () => undefined, refresh: () => Promise.resolve() },
      };
      const closer = new PublicAccessCloser({
        ...options,
        sessions: { onDidChange: sessions.event },
        connections: { require: () => Promise.resolve(connection) },
        isInFront: () => true,
      });
      sessions.fire(session);
      return { deadlines, closer };
    }

    it('is closed where none was open at its time', async () => {
      const id = await running('public-overdue');
      const memento = new FakeMemento();
      const first = open(memento);
      const closesAtMs = Date.now() + 300;
      await first.deadlines.set(session, [sandbox({ id })], closesAtMs);
      first.closer.dispose();
      await waitFor('its time', () => Date.now() > closesAtMs);
      assert.equal(await isPublic(id), true);
      const second = open(memento);
      await closed(id);
      await waitFor('it to be forgotten', () => memento.kept.size === 0);
      second.closer.dispose();
    });

    it('is closed after a passing 404 though the list was not read yet', async () => {
      const name = 'public-unlisted-404';
      const id = await running(name);
      const memento = new FakeMemento();
      for (const method of ['PATCH', 'GET'])
        await emulator.addFault({
          fault: 'plain-text',
          status: 404,
          method,
          route: '/sandboxes/{id}',
          next: 1,
        });
      const { deadlines, closer } = open(memento);
      await deadlines.set(session, [sandbox({ id })], Date.now());
      await waitFor(
        'it to be closed',
        async () => (await emulator.find(name))?.['allow_unauthenticated_access'] === false,
        40_000,
      );
      assert.equal(await emulator.faultsLeft(), 0);
      closer.dispose();
    });

    it('is not closed again and again when it cannot be forgotten', async () => {
      const id = await running('public-unforgettable');
      const memento = new FakeMemento();
      const warnings: string[] = [];
      const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
      const { deadlines, closer } = open(memento, logger);
      await deadlines.set(session, [sandbox({ id })], Date.now() + 200);
      const patches = async () => (await emulator.counters()).routes['PATCH /sandboxes/{id}'] ?? 0;
      const before = await patches();
      memento.update = () => Promise.reject(new Error('disk full'));
      await closed(id);
      await waitFor('a line in the log', () => warnings.length > 0);
      // A listener learns that the change is undone before the closer does, which may close it once more.
      assert.ok((await patches()) - before <= 2);
      assert.match(warnings.join(), /could not be forgotten: Error: disk full/);
      closer.dispose();
    });
  });
});
