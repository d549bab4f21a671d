import assert from 'node:assert/strict';
import { CatalogPresence } from '../../../../src/app/lists/catalogPresence';
import { CatalogStore } from '../../../../src/core/catalog/catalogStore';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { SandboxStore } from '../../../../src/core/list/store';
import { sandbox } from '../../../support/sandboxBuilder';
import { waitFor } from '../../../support/waitFor';

/** What a project has, or how reading it fails. */
interface Project {
  readonly pools?: number | Error;
  readonly images?: readonly string[] | Error;
}

/** A connection to a project, which counts the requests for its catalog. */
class FakeConnection {
  readonly ended = new AbortController();
  readonly signal = this.ended.signal;
  requests = 0;
  readonly pools = {
    withoutRetries: () => ({
      list: () => this.answer(this.project.pools ?? 0, count => ({ pools: Array.from({ length: count }) })),
    }),
  };
  readonly catalog = {
    images: () =>
      this.answer(this.project.images ?? [], names => ({ entries: names.map(name => ({ name })) })),
  };

  constructor(private readonly project: Project) {}

  private answer<T, R>(value: T | Error, read: (value: T) => R): Promise<R> {
    this.requests += 1;
    return value instanceof Error ? Promise.reject(value) : Promise.resolve(read(value));
  }
}

/** What a window knows; `presence` is made at the first listing, as in the extension. */
function openWindow(project: Project) {
  const sandboxes = new SandboxStore();
  const catalog = new CatalogStore();
  const connections = { current: new FakeConnection(project) as FakeConnection | undefined };
  const told: boolean[] = [];
  let listings = 0;
  const list = (): void => {
    listings += 1;
    sandboxes.applyListing([sandbox({ id: `box-${listings}` })], listings, listings, 0);
  };
  list();
  const tell = (isShown: boolean): void => void told.push(isShown);
  const presence = new CatalogPresence({ sandboxes, connections, catalog, logger: silentLogger, tell });
  return { sandboxes, catalog, connections, told, list, presence };
}

async function toldLast(told: readonly boolean[], isShown: boolean): Promise<void> {
  await waitFor('it to be told', () => told.at(-1) === isShown);
}

const denied = new Error('403');

describe('whether a project has pools and images', () => {
  it('is asked once after the first listing, and not at the listings that follow', async () => {
    const { connections, told, list } = openWindow({ pools: 1 });
    await toldLast(told, true);
    for (let count = 0; count < 5; count++) list();
    assert.equal(connections.current?.requests, 2);
    assert.deepEqual(told, [true]);
  });

  for (const [name, project, isShown] of [
    ['a pool', { pools: 1 }, true],
    ['an image of its own', { images: ['vision-models'] }, true],
    ['nothing', {}, false],
    ['managed images only, which every project has', { images: ['tensorlake/ubuntu-minimal'] }, false],
    ['a pool, and may not list images', { pools: 1, images: denied }, true],
    ['an image, and may not list pools', { pools: denied, images: ['vision-models'] }, true],
  ] as const)
    it(`is ${isShown ? 'so' : 'not so'} for one with ${name}`, async () => {
      const { told } = openWindow(project);
      await toldLast(told, isShown);
    });

  it('is not told where it cannot be read, and asked again on a refresh only', async () => {
    const { connections, told, list, presence } = openWindow({ pools: denied, images: denied });
    await waitFor('the requests', () => connections.current?.requests === 2);
    list();
    assert.deepEqual([connections.current?.requests, told], [2, []]);
    presence.ask();
    await waitFor('the requests', () => connections.current?.requests === 4);
  });

  it('is asked again when the user refreshes', async () => {
    const window = openWindow({});
    await toldLast(window.told, false);
    window.presence.ask();
    await waitFor('the requests', () => window.connections.current?.requests === 4);
  });

  it('is not so for another account until its own list is there', async () => {
    const { sandboxes, connections, told, list } = openWindow({ pools: 1 });
    await toldLast(told, true);
    const other = new FakeConnection({ pools: 2 });
    connections.current = other;
    sandboxes.reset({ kind: 'loading' });
    assert.deepEqual([told.at(-1), other.requests], [false, 0]);
    list();
    await toldLast(told, true);
    assert.equal(other.requests, 2);
  });

  it('is not so after a sign-out, even if an answer comes then', async () => {
    const { sandboxes, connections, told } = openWindow({ pools: 1 });
    connections.current = undefined;
    sandboxes.reset({ kind: 'signedOut' });
    await new Promise(resolve => setImmediate(resolve));
    assert.ok(!told.includes(true));
  });

  it('follows what the view itself reads', async () => {
    const { catalog, told } = openWindow({});
    await toldLast(told, false);
    catalog.apply(
      { ok: [], isCut: false, badRows: 0 },
      { ok: [{ name: 'mine', isManaged: false }], isCut: false, badRows: 0 },
      1,
    );
    assert.equal(told.at(-1), true);
    catalog.apply(
      { ok: [], isCut: false, badRows: 0 },
      { ok: [{ name: 'ubuntu', isManaged: true }], isCut: false, badRows: 0 },
      2,
    );
    assert.equal(told.at(-1), false);
  });
});
