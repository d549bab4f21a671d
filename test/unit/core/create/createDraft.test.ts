import assert from 'node:assert/strict';
import {
  createFields,
  draftOf,
  draftViolations,
  freeName,
  freshDefaults,
  leastDiskMb,
  lockedFields,
  numberedNames,
  requestLike,
  requestsOf,
  withCpus,
  withoutPublicAccess,
  withSnapshot,
} from '../../../../src/core/create/createDraft';
import { sandbox } from '../../../support/sandboxBuilder';
import type { SandboxSnapshot } from '../../../../src/core/snapshots/snapshot';

const memory: SandboxSnapshot = { id: 'snap-m', status: 'completed', type: 'memory', raw: {} };
const filesystem: SandboxSnapshot = {
  id: 'snap-f',
  status: 'completed',
  type: 'filesystem',
  rootfsDiskBytes: 20 * 1024 ** 3,
  raw: {},
};
const nothingTaken = () => false;
/** Without members that are undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('create drafts', () => {
  it('give a fresh sandbox CPUs and memory that fit, and leave a restore unchanged', () => {
    assert.deepEqual(draftOf({}).request.resources, { cpus: 1, memoryMb: 1024 });
    assert.deepEqual(draftOf({ resources: { cpus: 4 } }).request.resources, { cpus: 4, memoryMb: 4096 });
    assert.deepEqual(draftOf({ resources: { memoryMb: 2048, diskMb: 20_480 } }).request.resources, {
      cpus: 1,
      memoryMb: 2048,
      diskMb: 20_480,
    });
    assert.equal(draftOf({ snapshotId: 'x' }).request.resources, undefined);
    assert.deepEqual(draftViolations(draftOf(freshDefaults), nothingTaken), []);
  });

  it('carry the sizes and GPUs of a sandbox over to one like it', () => {
    const sizes = { cpus: 4, memoryMb: 8192, diskMb: 20_480 };
    const gpus = [{ model: 'H100', count: 2 }];
    assert.deepEqual(requestLike(sandbox({ resources: { ...sizes, gpus } })).resources, { ...sizes, gpus });
    assert.deepEqual(requestLike(sandbox({ resources: { ...sizes, gpus: [] } })).resources, sizes);
  });

  it('never copy public access to another sandbox, but keep its ports', () => {
    const source = sandbox({ exposedPorts: [8080], allowUnauthenticatedAccess: true });
    const like = requestLike(source);
    assert.equal(like.allowUnauthenticatedAccess, undefined);
    assert.deepEqual(like.exposedPorts, [8080]);
    const request = { name: 'a', exposedPorts: [8080] };
    assert.deepEqual(plain(withoutPublicAccess({ ...request, allowUnauthenticatedAccess: true })), request);
  });

  it('adjust the memory to the range of the CPUs and no further', () => {
    const start = { resources: { cpus: 2, memoryMb: 4096, diskMb: 10_240 } };
    assert.deepEqual(withCpus(start, 8).resources, { cpus: 8, memoryMb: 8192, diskMb: 10_240 });
    assert.deepEqual(withCpus(start, 3).resources, { cpus: 3, memoryMb: 4096, diskMb: 10_240 });
    assert.equal(withCpus({ resources: { cpus: 8, memoryMb: 65_536 } }, 1).resources?.memoryMb, 8192);
    assert.deepEqual(withCpus({ snapshotId: 'x' }, 2).resources, { cpus: 2 });
    assert.deepEqual(plain(withCpus(start, undefined).resources), { memoryMb: 4096, diskMb: 10_240 });
  });

  it('know what each kind of snapshot fixes', () => {
    const lockedBy = (snapshot?: SandboxSnapshot) =>
      createFields.filter(field =>
        lockedFields(draftOf({ snapshotId: 'x' }, snapshot && { snapshot })).has(field),
      );
    assert.deepEqual(lockedBy(memory), [
      'image',
      'entrypoint',
      'secretNames',
      'cpus',
      'memoryMb',
      'diskMb',
      'gpus',
    ]);
    assert.deepEqual(lockedBy(filesystem), ['image']);
    assert.deepEqual(lockedBy({ ...filesystem, type: 'holographic' }), ['image']);
    assert.deepEqual(lockedBy(), ['image']);
    assert.equal(lockedFields(draftOf({})).size, 0);
  });

  it('drop what a snapshot fixes, and get fresh sizes back without it', () => {
    const start = draftOf(
      { name: 'web', image: 'i', entrypoint: ['e'], secretNames: ['S'], timeoutSecs: 60 },
      { count: 3 },
    );
    assert.deepEqual(plain(withSnapshot(start, memory)), {
      request: { name: 'web', timeoutSecs: 60, snapshotId: 'snap-m' },
      count: 3,
      snapshot: memory,
    });
    const cold = withSnapshot(start, filesystem);
    assert.deepEqual(plain(cold.request), {
      name: 'web',
      timeoutSecs: 60,
      entrypoint: ['e'],
      secretNames: ['S'],
      snapshotId: 'snap-f',
    });
    const fresh = withSnapshot(cold, undefined);
    assert.equal(fresh.snapshot, undefined);
    assert.equal(fresh.count, 3);
    assert.equal(fresh.request.snapshotId, undefined);
    assert.deepEqual(fresh.request.resources, { cpus: 1, memoryMb: 1024 });
  });

  it('let the disk of a restore only grow', () => {
    assert.equal(leastDiskMb(filesystem), 20_480);
    assert.equal(leastDiskMb(undefined), 10_240);
    assert.equal(leastDiskMb({ ...filesystem, rootfsDiskBytes: 1 }), 10_240);
    const smaller = draftOf(
      { snapshotId: 'snap-f', resources: { diskMb: 10_240 } },
      { snapshot: filesystem },
    );
    assert.deepEqual(draftViolations(smaller, nothingTaken), [
      { field: 'diskMb', rule: 'min', min: 20_480, actual: 10_240 },
    ]);
    const rulesOfDisk = (diskMb: number): string[] =>
      draftViolations(
        draftOf({ snapshotId: 'snap-f', resources: { diskMb } }, { snapshot: filesystem }),
        nothingTaken,
      ).map(({ rule }) => rule);
    assert.deepEqual([20_480, 20_481].map(rulesOfDisk), [[], []]);
    // What no disk may have is said once.
    assert.deepEqual(rulesOfDisk(1), ['min']);
  });

  it('number the names of several sandboxes, and skip names in use', () => {
    assert.deepEqual(numberedNames('web', 1, nothingTaken), ['web']);
    assert.deepEqual(
      numberedNames('web', 3, name => name === 'web-2'),
      ['web-1', 'web-3', 'web-4'],
    );
  });

  it('find a free name similar to one in use', () => {
    const taken = new Set(['api', 'api-2']);
    const isTaken = (name: string): boolean => taken.has(name);
    assert.equal(freeName('web', isTaken), 'web');
    assert.equal(freeName('api', isTaken), 'api-3');
    assert.equal(freeName('api-2', isTaken), 'api-3');
    // Only a number at the end is one that was given for this.
    assert.equal(
      freeName('v-10-api', name => name === 'v-10-api'),
      'v-10-api-2',
    );
    assert.equal(
      freeName('api-12', name => name === 'api-12'),
      'api-2',
    );
    const long = 'a'.repeat(63);
    const next = freeName(long, name => name === long);
    assert.equal(next.length, 63);
    assert.ok(next.endsWith('-2'));
  });

  it('become one request for each sandbox, with wait: false', () => {
    const named = requestsOf(draftOf({ name: 'web', timeoutSecs: 5 }, { count: 2 }), nothingTaken);
    assert.deepEqual(
      named.map(({ name, wait, timeoutSecs }) => [name, wait, timeoutSecs]),
      [
        ['web-1', false, 5],
        ['web-2', false, 5],
      ],
    );
    const ephemeral = requestsOf(draftOf({}, { count: 2 }), nothingTaken);
    assert.deepEqual(
      ephemeral.map(({ name }) => name),
      [undefined, undefined],
    );
  });

  it('reject a name that is too long with its number', () => {
    const draft = draftOf({ name: 'a'.repeat(62) }, { count: 2 });
    assert.deepEqual(
      draftViolations(draft, nothingTaken).map(({ field }) => field),
      ['name'],
    );
    assert.deepEqual(draftViolations({ ...draft, count: 1 }, nothingTaken), []);
    // The tenth has a number that is longer than the second's.
    const many = draftOf({ name: 'a'.repeat(61) }, { count: 10 });
    assert.equal(draftViolations(many, nothingTaken).length, 1);
    assert.deepEqual(draftViolations({ ...many, count: 9 }, nothingTaken), []);
    assert.equal(draftViolations(draftOf({ name: 'A' }), nothingTaken).length, 1);
  });
});
