import assert from 'node:assert/strict';
import {
  createBody,
  readCreateAnswer,
  readCreateOutcome,
  readCopyOutcome,
} from '../../../../../src/api/control/sandboxes/createSchema';
import { readKeyIdentity } from '../../../../../src/api/control/account/accounts';
import { updateBody } from '../../../../../src/api/control/sandboxes/updateSchema';
import { ApiError } from '../../../../../src/core/kernel/errors';

describe('createBody', () => {
  it('always sends CPUs and memory for a fresh sandbox', () => {
    assert.deepEqual(createBody({}), { resources: { cpus: 1, memory_mb: 1024 } });
    assert.deepEqual(createBody({ resources: { cpus: 1.5 } })['resources'], { cpus: 1.5, memory_mb: 1536 });
  });

  it('leaves resources to the snapshot unless overridden', () => {
    assert.equal('resources' in createBody({ snapshotId: 's' }), false);
    assert.deepEqual(createBody({ snapshotId: 's', resources: { diskMb: 20_480 } })['resources'], {
      disk_mb: 20_480,
    });
  });

  it('sends empty ports for a restore unless some were chosen, because it would inherit them', () => {
    assert.deepEqual(createBody({ snapshotId: 's' }), {
      snapshot_id: 's',
      exposed_ports: [],
      allow_unauthenticated_access: false,
    });
    assert.deepEqual(
      createBody({ snapshotId: 's', exposedPorts: [8080], allowUnauthenticatedAccess: true }),
      { snapshot_id: 's', exposed_ports: [8080], allow_unauthenticated_access: true },
    );
    assert.equal('exposed_ports' in createBody({}), false);
  });

  it('names every field as the API does and omits empty ones', () => {
    assert.deepEqual(
      createBody({
        name: 'n',
        image: 'i',
        templateId: 't',
        resources: { cpus: 2, memoryMb: 4096, diskMb: 10_240, gpus: [{ model: 'A10', count: 1 }] },
        secretNames: ['s'],
        timeoutSecs: 0,
        entrypoint: ['a'],
        network: { allowInternetAccess: false, allowOut: [], denyOut: [] },
        exposedPorts: [],
        allowUnauthenticatedAccess: false,
        fileSystems: [
          { fileSystemId: 'f', mountPath: '/m', readOnly: true, prefetch: false, snapshotId: 'p' },
        ],
        wait: false,
        maxPendingSecs: 0,
      }),
      {
        name: 'n',
        image: 'i',
        template_id: 't',
        resources: { cpus: 2, memory_mb: 4096, disk_mb: 10_240, gpus: [{ count: 1, model: 'A10' }] },
        secret_names: ['s'],
        timeout_secs: 0,
        entrypoint: ['a'],
        network: { allow_internet_access: false, allow_out: [], deny_out: [] },
        allow_unauthenticated_access: false,
        file_systems: [{ file_system_id: 'f', mount_path: '/m', read_only: true, snapshot_id: 'p' }],
        wait: false,
        max_pending_secs: 0,
      },
    );
    assert.equal('wait' in createBody({ wait: true }), false);
  });
});

describe('readCreateOutcome', () => {
  it('reads a running, a pending and an acknowledged sandbox', () => {
    const running = readCreateOutcome(
      { sandbox_id: 'a', status: 'running', name: null, routing_hint: 'h' },
      200,
    );
    assert.deepEqual([running.kind, running.sandboxId, running.name], ['accepted', 'a', undefined]);
    assert.doesNotMatch(JSON.stringify(running), /"h"/);
    const queued = readCreateOutcome({ sandboxId: 'a', state: 'pending', pending_reason: 'scheduling' }, 202);
    assert.ok(queued.kind === 'accepted');
    assert.deepEqual(
      [queued.state, queued.pendingReason, queued.waitTimedOut],
      ['pending', 'scheduling', false],
    );
  });

  it('reads a wait that timed out as a pending sandbox', () => {
    for (const [body, status] of [
      [{ sandbox_id: 'a', status: 'timeout' }, 504],
      [{ sandbox_id: 'a', status: 'timeout' }, 200],
      [{ sandbox_id: 'a' }, 504],
    ] as const) {
      const outcome = readCreateOutcome(body, status);
      assert.ok(outcome.kind === 'accepted');
      assert.deepEqual([outcome.state, outcome.waitTimedOut], ['pending', true]);
    }
  });

  it('reads a failed start with its reason', () => {
    const failed = readCreateOutcome(
      {
        sandbox_id: 'a',
        status: 'failed',
        reason: 'ConfigurationError',
        error_details: { detail: 'bad image' },
      },
      422,
    );
    assert.deepEqual(
      { ...failed },
      {
        kind: 'failed',
        sandboxId: 'a',
        rawState: 'failed',
        name: undefined,
        reason: 'ConfigurationError',
        errorDetails: 'bad image',
      },
    );
    const odd = readCreateOutcome(
      { sandbox_id: 'a', status: 'pending', termination_reason: 'no_capacity' },
      422,
    );
    assert.ok(odd.kind === 'failed');
    assert.equal(odd.reason, 'no_capacity');
  });

  it('rejects a body without a sandbox id', () => {
    assert.equal(readCreateAnswer({ message: 'no' }), undefined);
    assert.throws(
      () => readCreateOutcome([], 200),
      error => ApiError.is(error, 'schema'),
    );
  });
});

describe('readCopyOutcome', () => {
  it('reads the outcome of each copy', () => {
    const { copies, unreadable } = readCopyOutcome({
      source_sandbox_id: 's',
      sandboxes: [
        { sandbox_id: 'a', status: 'running' },
        { sandbox_id: 'b', status: 'failed', reason: 'r' },
        {},
      ],
    });
    assert.deepEqual(
      copies.map(({ kind }) => kind),
      ['accepted', 'failed'],
    );
    assert.equal(unreadable, 1);
    assert.throws(
      () => readCopyOutcome({}),
      error => ApiError.is(error, 'schema'),
    );
  });
});

describe('updateBody', () => {
  it('distinguishes keep, clear and replace', () => {
    assert.deepEqual(updateBody({ name: 'n' }), { name: 'n' });
    assert.deepEqual(updateBody({ network: null }), { network: null });
    assert.deepEqual(updateBody({ exposedPorts: [], allowUnauthenticatedAccess: false }), {
      exposed_ports: [],
      allow_unauthenticated_access: false,
    });
    assert.deepEqual(updateBody({ resources: { cpus: 2 } }), { resources: { cpus: 2 } });
  });

  it('refuses what servers refuse', () => {
    assert.throws(
      () => updateBody({}),
      error => ApiError.is(error, 'invalid'),
    );
    assert.throws(
      () => updateBody({ name: 'n', resources: {} }),
      error => ApiError.is(error, 'invalid'),
    );
  });
});

describe('readKeyIdentity', () => {
  it('requires only an id', () => {
    assert.deepEqual(readKeyIdentity({ id: 'k', organizationId: 'o', projectId: '' }), {
      id: 'k',
      organizationId: 'o',
      projectId: undefined,
    });
    assert.throws(
      () => readKeyIdentity({ projectId: 'p' }),
      error => ApiError.is(error, 'schema'),
    );
  });
});
