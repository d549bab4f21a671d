import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  readSandbox,
  readSandboxRow,
  readSandboxRows,
} from '../../../../../src/api/control/sandboxes/sandboxSchema';
import { rowBounds } from '../../../../../src/core/kernel/rowBounds';
import { ApiError } from '../../../../../src/core/kernel/errors';
import type { Sandbox } from '../../../../../src/core/sandbox/sandbox';

function read(row: unknown): Sandbox {
  const sandbox = readSandboxRow(row);
  if (typeof sandbox === 'string') assert.fail(sandbox);
  return sandbox;
}

const example = {
  id: '4aaf6w9e5i6kvhg2frb05',
  namespace: 'project_x',
  name: 'my-env',
  status: 'running',
  image: 'tensorlake/ubuntu-minimal',
  created_at: 1_772_600_000_000,
  terminated_at: null,
  resources: { cpus: 1.5, memory_mb: 2048, disk_mb: 10_240, gpus: [{ count: 2, model: 'A10' }] },
  timeout_secs: 600,
  entrypoint: ['sleep', '1'],
  network_policy: { allow_out: ['example.com'] },
  allow_unauthenticated_access: true,
  exposed_ports: [8080],
  ingress_endpoint: 'https://sandbox.gcp-use4.tensorlake.ai',
  sandbox_url: 'https://x.sandbox.gcp-use4.tensorlake.ai',
  routing_hint: 'hmac',
  error_details: [{ message: 'a' }, 'b\nc'],
  file_systems: [{ file_system_id: 'fs', mount_path: '/data' }, { mount_path: '/lost' }, 7],
  resource_resize: { generation: 3, status: 'pending', requested: { cpus: 4 }, error_message: null },
};

describe('readSandboxRow', () => {
  it('maps every field', () => {
    const sandbox = read(example);
    assert.equal(sandbox.id, example.id);
    assert.equal(sandbox.name, 'my-env');
    assert.equal(sandbox.state, 'running');
    assert.equal(sandbox.createdAtMs, 1_772_600_000_000);
    assert.equal(sandbox.terminatedAtMs, undefined);
    assert.deepEqual(sandbox.resources, {
      cpus: 1.5,
      memoryMb: 2048,
      diskMb: 10_240,
      gpus: [{ model: 'A10', count: 2 }],
    });
    assert.deepEqual(sandbox.networkPolicy, {
      allowInternetAccess: true,
      allowOut: ['example.com'],
      denyOut: [],
    });
    assert.deepEqual(sandbox.fileSystems, [
      { fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false, snapshotId: undefined },
    ]);
    assert.equal(sandbox.errorDetails, 'a; b c');
    assert.equal(sandbox.resourceResize?.generation, 3);
    assert.equal(sandbox.resourceResize.requested?.cpus, 4);
    assert.equal(sandbox.allowUnauthenticatedAccess, true);
  });

  it('drops the routing hint, also from the raw object, and does not modify its input', () => {
    assert.doesNotMatch(JSON.stringify(read(example)), /hmac/);
    assert.doesNotMatch(JSON.stringify(read({ id: 'a', routingHint: 'hmac' })), /hmac/);
    assert.equal(example.routing_hint, 'hmac');
    assert.equal(read(example).raw['sandbox_url'], example.sandbox_url);
  });

  it('reads aliases and older spellings', () => {
    const sandbox = read({
      sandboxId: 'a',
      state: 'PENDING',
      resources: { ephemeral_disk_mb: 5, gpu_configs: [{ count: 1, model: 'T4' }] },
      network: { allow_internet_access: false },
      allow_unauthenticated_proxy_access: true,
      exposedPorts: [1, 70_000, 'x', 2.5],
      sandboxUrl: 'https://x',
      createdAt: '2026-03-04T04:53:20Z',
    });
    assert.deepEqual(
      [sandbox.id, sandbox.state, sandbox.rawState, sandbox.resources.diskMb, sandbox.resources.gpus.length],
      ['a', 'pending', 'PENDING', 5, 1],
    );
    assert.equal(sandbox.networkPolicy?.allowInternetAccess, false);
    assert.equal(sandbox.allowUnauthenticatedAccess, true);
    assert.deepEqual(sandbox.exposedPorts, [1]);
    assert.equal(sandbox.sandboxUrl, 'https://x');
    assert.equal(sandbox.createdAtMs, 1_772_600_000_000);
  });

  it('treats null, empty, absent and mistyped optional fields alike', () => {
    const bare = read({ id: 'a', status: 'running' });
    const keys = Object.keys(example).filter(key => key !== 'id' && key !== 'status');
    for (const value of [null, '', { nested: {} }, -7]) {
      const row = { ...Object.fromEntries(keys.map(key => [key, value])), id: 'a', status: 'running' };
      const sandbox = read(row);
      assert.deepEqual(
        { ...sandbox, raw: {}, errorDetails: '' },
        expectedOf(bare, value),
        JSON.stringify(value),
      );
    }
  });

  /** The expected sandbox: a field that holds any object where an object is expected is read as an empty one. */
  function expectedOf(bare: Sandbox, value: unknown): unknown {
    const isJsonObject = typeof value === 'object' && value !== null;
    const networkPolicy = isJsonObject ? { allowInternetAccess: true, allowOut: [], denyOut: [] } : undefined;
    const resources = isJsonObject
      ? { cpus: undefined, memoryMb: undefined, diskMb: undefined, gpus: [] }
      : bare.resources;
    // What is in the place of the list of ports may be ports.
    const unreadPorts = value === null || value === '' ? undefined : 1;
    return { ...bare, networkPolicy, resources, unreadPorts, raw: {}, errorDetails: '' };
  }

  it('reads numbers and booleans that are text', () => {
    const sandbox = read({
      id: 'a',
      resources: { cpus: '1.5', memory_mb: '2048', gpus: [{ model: 'A10', count: '2' }] },
      timeout_secs: '600',
      allow_unauthenticated_access: 'true',
      network_policy: { allow_internet_access: 'False' },
      exposed_ports: ['8080', 9000, '9000'],
      file_systems: [{ file_system_id: 'fs', mount_path: '/data', read_only: 'true' }],
      created_at: '1772600000000',
    });
    assert.deepEqual(sandbox.resources, {
      cpus: 1.5,
      memoryMb: 2048,
      diskMb: undefined,
      gpus: [{ model: 'A10', count: 2 }],
    });
    assert.equal(sandbox.timeoutSecs, 600);
    assert.equal(sandbox.allowUnauthenticatedAccess, true);
    assert.equal(sandbox.networkPolicy?.allowInternetAccess, false);
    assert.deepEqual([sandbox.exposedPorts, sandbox.unreadPorts], [[8080, 9000], undefined]);
    assert.equal(sandbox.fileSystems[0]?.readOnly, true);
    assert.equal(sandbox.createdAtMs, 1_772_600_000_000);
  });

  it('counts the ports and rules that it cannot read, so that no change drops them unseen', () => {
    const cases: readonly (readonly [
      value: unknown,
      ports: readonly number[],
      unread: number | undefined,
    ])[] = [
      [null, [], undefined],
      [[], [], undefined],
      [[8080, { port: 9000 }, '0x50', 70_000], [8080], 3],
      ['8080', [], 1],
      [{ 8080: true }, [], 1],
      [Array.from({ length: 60_000 }, (_, index) => index + 1), firstPorts(rowBounds.entries), 1],
    ];
    for (const [value, ports, unread] of cases) {
      const sandbox = read({ id: 'a', exposed_ports: value });
      assert.deepEqual([sandbox.exposedPorts, sandbox.unreadPorts], [ports, unread]);
    }
    const rules = (deny: unknown): number | undefined =>
      read({ id: 'a', network_policy: { allow_out: ['a.com'], deny_out: deny } }).unreadRules;
    assert.deepEqual(
      [rules(null), rules(['b.com']), rules([{ cidr: '10.0.0.0/8' }, 'b.com']), rules('b.com')],
      [undefined, undefined, 1, 1],
    );
    assert.equal(rules(Array.from({ length: 5000 }, (_, index) => `${index}.com`)), 1);
  });

  function firstPorts(count: number): readonly number[] {
    return Array.from({ length: count }, (_, index) => index + 1);
  }

  it('keeps an unknown state and its raw name', () => {
    assert.deepEqual(
      [read({ id: 'a', status: 'Warming' }).state, read({ id: 'a' }).state],
      ['unknown', 'unknown'],
    );
    assert.equal(read({ id: 'a', status: 'Warming' }).rawState, 'Warming');
  });

  it('reads hostile rows without an error', () => {
    const polluted: unknown = JSON.parse(
      '{"id":"a","__proto__":{"name":"evil"},"routing_hint":"x","toString":1}',
    );
    assert.equal(read(polluted).name, undefined);
    assert.equal(Object.getPrototypeOf(read(polluted).raw), Object.prototype);
    const depth = 50_000;
    const deep: unknown = JSON.parse(`{"id":"a","error_details":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    assert.equal(read(deep).id, 'a');
    const text = '\u0000\u202e<script>\n' + 'x'.repeat(1_000_000);
    assert.equal(read({ id: 'a', name: text }).name?.length, rowBounds.characters);
    assert.equal(readSandboxRow({ id: text }), 'noId');
    assert.ok((read({ id: 'a', error_details: text }).errorDetails ?? '').length <= 2000);
  });

  it('never throws, for any JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...Object.keys(example)), fc.jsonValue()),
        (value, row) => {
          readSandboxRow(value);
          const sandbox = readSandboxRow({ ...row, id: 'a' });
          assert.ok(typeof sandbox !== 'string');
          assert.equal(sandbox.id, 'a');
        },
      ),
    );
  });

  it('leaves out one bad row and no other', async () => {
    const { sandboxes, badRows, badRowList } = await readSandboxRows([
      { id: 'a' },
      null,
      { id: '' },
      { id: 7 },
      [],
      { id: 'b' },
    ]);
    assert.deepEqual(
      sandboxes.map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(badRows, 4);
    assert.deepEqual(badRowList, [
      { index: 1, reason: 'notObject' },
      { index: 2, reason: 'noId' },
      { index: 3, reason: 'noId' },
      { index: 4, reason: 'notObject' },
    ]);
    assert.throws(
      () => readSandbox({}),
      error => ApiError.is(error, 'schema'),
    );
  });
});
