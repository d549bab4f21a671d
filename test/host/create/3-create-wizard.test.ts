import assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { replying, type Asked } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

/** Runs a command that opens the wizard, and accepts every step with Enter. */
async function enterThrough(id: string, ...args: readonly unknown[]): Promise<unknown> {
  let isDone = false;
  const run = Promise.resolve(commands.executeCommand(id, ...args)).finally(() => (isDone = true));
  await waitFor(`${id} to end`, async () => {
    if (!isDone) await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return isDone;
  });
  return await run;
}

async function createRequests(): Promise<number> {
  return (await emulator.counters()).routes['POST /sandboxes'] ?? 0;
}

async function setPresets(presets: Readonly<Record<string, unknown>> | undefined): Promise<void> {
  await workspace.getConfiguration('tensorlake').update('presets', presets, true);
}

async function snapshotOf(name: string, type: string): Promise<string> {
  const source = await emulator.create({ name, resources: { cpus: 2, memory_mb: 3072 } });
  await waitFor('the source to run', async () => (await emulator.get(source.id)).status === 'running');
  await commands.executeCommand(commandIds.snapshot, source.id, undefined, type);
  const found = (await emulator.snapshots()).find(({ sandbox_id }) => sandbox_id === source.id);
  assert.ok(found);
  return found.id;
}

/** What the wizard calls the number of sandboxes. */
const countLabel = 'How many';

describe('creating everything', () => {
  before(async () => await signIn());
  after(async () => await setPresets(undefined));

  it('sends every field of a request', async () => {
    const [fileSystem] = await emulator.fileSystems();
    const wanted = {
      name: 'every-field',
      image: 'tensorlake/debian-minimal',
      templateId: 'template-1',
      resources: { cpus: 2, memoryMb: 4096, diskMb: 20_480, gpus: [{ model: 'A10', count: 1 }] },
      timeoutSecs: 1234,
      entrypoint: ['sleep', '1000'],
      network: { allowOut: ['api.example.com'], denyOut: ['10.0.0.0/8'] },
      exposedPorts: [8080, 3000],
      allowUnauthenticatedAccess: true,
      fileSystems: [{ fileSystemId: fileSystem, mountPath: '/mnt/data', readOnly: true }],
      maxPendingSecs: 300,
    };
    let id: unknown;
    await replying(
      {
        list: ({ items }) => items.find(({ label }) => label.includes('Until I close it')),
        modal: () => 'Make Public',
      },
      async () => (id = await commands.executeCommand(commandIds.create, wanted)),
    );
    const made = await emulator.get('every-field');
    assert.equal(made.id, id);
    assert.equal(made['image'], 'tensorlake/debian-minimal');
    assert.equal(made['template_id'], 'template-1');
    assert.deepEqual(made.resources, {
      cpus: 2,
      memory_mb: 4096,
      disk_mb: 20_480,
      gpus: [{ count: 1, model: 'A10' }],
    });
    assert.equal(made['timeout_secs'], 1234);
    assert.deepEqual(made['entrypoint'], ['sleep', '1000']);
    assert.deepEqual(made['network_policy'], {
      allow_internet_access: true,
      allow_out: ['api.example.com'],
      deny_out: ['10.0.0.0/8'],
    });
    assert.deepEqual(made['exposed_ports'], [8080, 3000]);
    assert.equal(made['allow_unauthenticated_access'], true);
    assert.deepEqual(made['file_systems'], [
      { file_system_id: fileSystem, mount_path: '/mnt/data', read_only: true },
    ]);
  });

  it('refuses members it does not know and values that break a rule, before any request', async () => {
    const before = await createRequests();
    for (const wanted of [
      { name: 'nope', timeoutSeconds: 5 },
      { name: 'nope', exposedPorts: [9501] },
      { name: 'nope', exposedPorts: '8080' },
      { name: 'nope', network: { allowOut: ['not a host'] } },
      { name: 'nope', fileSystems: [{ fileSystemId: 'f', mountPath: 'relative' }] },
      { name: 'nope', image: 'i', snapshotId: 's' },
      { name: 'nope', resources: { cpus: 1, memoryMb: 9000 } },
      { name: 'nope', count: 0 },
    ])
      assert.equal(
        await commands.executeCommand(commandIds.create, wanted),
        undefined,
        JSON.stringify(wanted),
      );
    assert.equal(await createRequests(), before);
  });

  it('creates several at once, numbered, and goes on counting', async () => {
    const first = await commands.executeCommand(commandIds.create, { name: 'fleet', count: 2 });
    assert.ok(Array.isArray(first));
    assert.equal(first.length, 2);
    await commands.executeCommand(commandIds.create, { name: 'fleet', count: 2 });
    for (const name of ['fleet-1', 'fleet-2', 'fleet-3', 'fleet-4'])
      assert.ok(await emulator.find(name), name);
    const ephemeral = await commands.executeCommand(commandIds.create, { count: 2, timeoutSecs: 300 });
    assert.ok(Array.isArray(ephemeral));
    assert.equal(new Set(ephemeral).size, 2);
  });

  it('creates a sandbox under the name that is typed into the first list, and under no other text', async () => {
    let id: unknown;
    const typing = async (typed: string): Promise<readonly Asked[]> =>
      await replying(
        { list: () => (typed === '' ? undefined : { typed }), box: () => undefined },
        async () => (id = await commands.executeCommand(commandIds.create)),
      );
    const [first, ...others] = await typing('typed-name');
    assert.equal((await emulator.get('typed-name')).id, id);
    assert.ok(first?.items.some(({ label }) => label === 'Review…'));
    assert.deepEqual(others, []);
    const before = await createRequests();
    // A name that is taken, and what is no name, lead to the box that says why.
    for (const text of ['typed-name', 'No Name'])
      assert.equal((await typing(text)).at(-1)?.text, 'New Sandbox: Name');
    assert.equal(await createRequests(), before);
  });

  it('fills in a preset, and remembers what was created', async () => {
    await setPresets({
      small: { name: 'from-preset', cpus: 2, memoryMb: 2048, exposedPorts: [5173], timeoutSecs: 900 },
    });
    const id = await enterThrough(commandIds.createFromPreset, 'small');
    const made = await emulator.get('from-preset');
    assert.equal(made.id, id);
    assert.equal(made.resources.memory_mb, 2048);
    assert.deepEqual(made['exposed_ports'], [5173]);

    const again = await enterThrough(commandIds.createFromLast);
    const second = await emulator.get(String(again));
    assert.equal(second.name, 'from-preset-2');
    assert.deepEqual(second['exposed_ports'], [5173]);
    assert.equal(second['timeout_secs'], 900);
  });

  it('refuses a preset that says what nobody understands, and one that is not there', async () => {
    await setPresets({ odd: { cpu: 2 }, text: 'x' });
    const before = await createRequests();
    for (const name of ['odd', 'text', 'missing'])
      assert.equal(await commands.executeCommand(commandIds.createFromPreset, name), undefined);
    assert.equal(await createRequests(), before);
  });

  it('creates an ended sandbox again, as far as the service tells', async () => {
    const { id } = await emulator.create({
      name: 'once-more',
      resources: { cpus: 2, memory_mb: 4096, disk_mb: 20_480 },
      image: 'tensorlake/ubuntu-systemd',
      exposed_ports: [9000],
      timeout_secs: 700,
      network: { allow_internet_access: false, allow_out: [], deny_out: [] },
    });
    await commands.executeCommand(commandIds.refresh);
    await emulator.terminate(id);
    await commands.executeCommand(commandIds.refresh);
    const again = await enterThrough(commandIds.createAgain, { sandboxId: id });
    assert.notEqual(again, id);
    const made = await emulator.get(String(again));
    assert.equal(made.name, 'once-more');
    assert.equal(made['image'], 'tensorlake/ubuntu-systemd');
    assert.deepEqual(made.resources, { cpus: 2, memory_mb: 4096, disk_mb: 20_480 });
    assert.deepEqual(made['exposed_ports'], [9000]);
    assert.equal(made['timeout_secs'], 700);
    assert.deepEqual(made['network_policy'], { allow_internet_access: false, allow_out: [], deny_out: [] });
  });

  for (const type of ['filesystem', 'memory'])
    it(`restores from a ${type} snapshot with the size it kept`, async () => {
      const snapshotId = await snapshotOf(`source-${type}`, type);
      const id = await enterThrough(commandIds.restore, { snapshotId });
      const made = await emulator.get(String(id));
      assert.equal(made.resources.cpus, 2);
      assert.equal(made.resources.memory_mb, 3072);
    });

  it('says when there is no such snapshot', async () => {
    const before = await createRequests();
    assert.equal(await commands.executeCommand(commandIds.restore, { snapshotId: 'none' }), undefined);
    assert.equal(await createRequests(), before);
  });

  describe('when the service refuses', () => {
    let verdicts: Verdict[] = [];
    let relay: Relay;
    before(async () => {
      relay = await Relay.start((method, path) =>
        method === 'POST' && path.endsWith('/sandboxes') ? (verdicts.shift() ?? 'pass') : 'pass',
      );
      await signIn(relay.url);
      await waitFor('the extension to use the relay', () => relay.listingCount > 0);
    });
    after(async () => {
      await signIn();
      await relay.stop();
    });

    for (const [reason, message] of [
      ['a reason of its own', 'image: not today'],
      ['a limit of the plan', 'Concurrent sandbox limit exceeded (max 2)'],
    ] as const)
      it(`for ${reason}, comes back with everything as it was`, async () => {
        const name = `second-try-${message.length}`;
        await setPresets({ retry: { name, memoryMb: 3072, exposedPorts: [7000] } });
        verdicts = [{ status: 400, body: JSON.stringify({ message }) }];
        await enterThrough(commandIds.createFromPreset, 'retry');
        const made = await emulator.get(name);
        assert.equal(made.resources.memory_mb, 3072);
        assert.deepEqual(made['exposed_ports'], [7000]);
      });

    it('creates those of several that it takes', async () => {
      verdicts = ['pass', { status: 400, body: '{"message":"no"}' }, 'pass'];
      await commands.executeCommand(commandIds.create, { name: 'some', count: 3 });
      const made = await Promise.all(['some-1', 'some-2', 'some-3'].map(name => emulator.find(name)));
      assert.equal(made.filter(sandbox => sandbox !== undefined).length, 2);
    });

    it('one and leaves open what became of another, ends: what was made must not be made twice', async () => {
      const preset = { name: 'mixed', count: 2 };
      await setPresets({ mixed: preset });
      verdicts = [
        { status: 400, body: '{"message":"not you"}' },
        { status: 502, body: '{"message":"gone astray"}' },
      ];
      const before = await createRequests();
      const asked = await replying({}, async () => {
        assert.equal(await commands.executeCommand(commandIds.createFromPreset, 'mixed'), undefined);
      });
      assert.equal(await createRequests(), before);
      const messages = asked.filter(({ kind }) => kind === 'message').map(({ text }) => text);
      assert.equal(messages.length, 1);
      assert.match(messages[0] ?? '', /^1 of 2 failed\. .*not you/);
      assert.match(messages[0] ?? '', /gone astray.* may have been done all the same/);
    });

    it('what was to be public, asks again before it opens more of it', async () => {
      const preset = { name: 'more-open', exposedPorts: [8080], allowUnauthenticatedAccess: true };
      await setPresets({ open: preset });
      verdicts = [{ status: 400, body: '{"message":"not now"}' }];
      let pages = 0;
      const asked = await replying(
        {
          list: ({ title, items }) => {
            if (/^Public Access|Access to ports$/.test(title)) return { typed: '1h' };
            const isSecond = items.some(({ detail = '' }) => detail.includes('not now')) && ++pages === 1;
            return isSecond ? items.find(({ label }) => label.endsWith(countLabel)) : items[0];
          },
          box: (title, value) => (title.endsWith(countLabel) ? '2' : value),
          modal: () => 'Make Public',
        },
        async () => await commands.executeCommand(commandIds.createFromPreset, 'open'),
      );
      assert.deepEqual(
        asked.filter(({ kind }) => kind === 'modal').map(({ text }) => text),
        ['Make more-open public?', 'Make 2 new sandboxes public?'],
      );
    });
  });
});
