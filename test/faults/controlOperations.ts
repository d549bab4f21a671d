import assert from 'node:assert/strict';
import { ApiError } from '../../src/core/kernel/errors';
import { madeBy, type Lost, type Sent } from '../../src/core/create/lostCreate';
import { followMove, moves } from '../../src/core/list/moves';
import { startedBy } from '../../src/core/snapshots/startedSnapshot';
import { waitFor } from '../support/waitFor';
import { type Operation, type Trial, Unproven } from './operation';
import { never, small, type World } from './world';

/** A running sandbox with a name, which is terminated at the end. */
async function sandbox(
  world: World,
): Promise<{ readonly id: string; readonly dispose: () => Promise<void> }> {
  const { sandboxId: id } = await world.sandboxes.create({ name: world.name(), resources: small }, never);
  return { id, dispose: () => world.seen.terminate(id) };
}

async function stateOf({ seen }: World, id: string): Promise<string> {
  return (await seen.sandbox(id))?.status ?? 'terminated';
}

/** A request that moves a sandbox, followed until the service says that it had an effect. */
function moving(verb: keyof typeof moves): Operation {
  const { goal } = moves[verb];
  return {
    name: verb,
    plane: 'control',
    repeats: 'idempotent',
    effect: 'state',
    isProvenByState: true,
    prepare: async world => {
      const { id, dispose } = await sandbox(world);
      if (verb === 'resume') {
        await world.sandboxes.suspend(id, never);
        await waitFor('it to be suspended', async () => (await stateOf(world, id)) === 'suspended');
      }
      return {
        run: async () => {
          await world.sandboxes[verb](id, never);
          const { kind } = await followMove(world.poller, id, moves[verb]);
          if (kind !== 'settled') throw new Unproven(kind);
        },
        effects: async () => ((await stateOf(world, id)) === goal ? 1 : 0),
        dispose,
      };
    },
  };
}

/** What a request that makes a sandbox would have made, if its answer is lost. */
interface Making {
  /** Sends the request. */
  readonly make: () => Promise<void>;
  readonly lost: () => Lost;
  /** The sandbox that it begins with, if any. */
  readonly dispose?: () => Promise<void>;
}

async function making(world: World, { make, lost, dispose }: Making): Promise<Trial> {
  const { clock, store, poller, seen } = world;
  const idsNow = async (): Promise<readonly string[]> => (await seen.sandboxes()).map(({ id }) => id);
  const before = new Set(await idsNow());
  const made = async (): Promise<readonly string[]> => (await idsNow()).filter(id => !before.has(id));
  let sent: Sent = { known: before, atMs: clock.now() };
  return {
    run: () => {
      sent = { known: new Set(store.current.rows.keys()), atMs: clock.now() };
      return make();
    },
    effects: async () => (await made()).length,
    found: async () => {
      await poller.refresh();
      assert.equal(store.current.status.kind, 'fresh');
      const listed = [...store.current.rows.values()].map(row => row.sandbox);
      return madeBy(listed, sent, lost()).length;
    },
    dispose: async () => {
      for (const id of await made()) await seen.terminate(id);
      await dispose?.();
    },
  };
}

function creating(world: World, more: { readonly snapshotId?: string } = {}): Promise<Trial> {
  let name: string | undefined;
  return making(world, {
    make: async () => {
      name = world.name();
      const made = await world.sandboxes.create({ name, resources: small, ...more }, never);
      assert.equal(made.kind, 'accepted');
    },
    lost: () => ({ kind: 'create', name }),
  });
}

const creates = { plane: 'control', repeats: 'undelivered', effect: 'thing' } as const;
const reads = { plane: 'control', repeats: 'idempotent', effect: 'none' } as const;

/** What is asked of the control plane. */
export const controlOperations: readonly Operation[] = [
  {
    ...reads,
    name: 'list',
    repeats: 'never',
    prepare: world =>
      Promise.resolve({
        run: async () => {
          await world.poller.refresh();
          const { status } = world.store.current;
          if ('failure' in status) throw new ApiError(status.failure.kind, status.failure.message);
        },
      }),
  },
  {
    ...reads,
    name: 'get',
    prepare: world =>
      Promise.resolve({
        run: async () => assert.equal((await world.sandboxes.get(world.boxId, never)).id, world.boxId),
      }),
  },
  { ...creates, name: 'create', prepare: world => creating(world) },
  moving('suspend'),
  moving('resume'),
  moving('terminate'),
  {
    ...creates,
    name: 'snapshot',
    prepare: async world => {
      const { seen, snapshots, clock } = world;
      const { id, dispose } = await sandbox(world);
      const before = new Set(await seen.snapshots());
      let known = before;
      let atMs = clock.now();
      return {
        run: async () => {
          atMs = clock.now();
          const { snapshotId } = await snapshots.create(id, 'filesystem', never);
          assert.ok(!known.has(snapshotId));
        },
        effects: async () => (await seen.snapshots()).filter(each => !before.has(each)).length,
        found: async () => startedBy((await snapshots.list(never)).snapshots, id, { known, atMs }).length,
        ready: async () => {
          await waitFor('it to run again', async () => (await stateOf(world, id)) === 'running');
          known = new Set(await seen.snapshots());
        },
        dispose,
      };
    },
  },
  {
    ...creates,
    name: 'restore',
    prepare: async world => {
      const { id, dispose } = await sandbox(world);
      const { snapshotId } = await world.snapshots.create(id, 'filesystem', never);
      await waitFor('the snapshot to be stored', async () => {
        const { status } = await world.snapshots.get(snapshotId, never);
        return status === 'completed';
      });
      await dispose();
      return creating(world, { snapshotId });
    },
  },
  {
    ...creates,
    name: 'duplicate',
    prepare: async world => {
      const source = await sandbox(world);
      return making(world, {
        make: async () => {
          const { copies } = await world.sandboxes.copy(source.id, 1, never);
          assert.deepEqual(
            copies.map(({ kind }) => kind),
            ['accepted'],
          );
        },
        lost: () => ({ kind: 'copy' }),
        dispose: source.dispose,
      });
    },
  },
  {
    name: 'patch',
    plane: 'control',
    repeats: 'idempotent',
    effect: 'state',
    prepare: async world => {
      const { id, dispose } = await sandbox(world);
      return {
        run: async () => {
          const changed = await world.sandboxes.update(id, { exposedPorts: [8080] }, never);
          assert.ok(changed.exposedPorts.includes(8080));
        },
        effects: async () => (await world.seen.sandbox(id))?.exposed_ports?.length ?? 0,
        dispose,
      };
    },
  },
];
