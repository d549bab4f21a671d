import assert from 'node:assert/strict';
import { provisionalCopy, provisionalSandbox } from '../../../../src/core/create/provisional';
import { sandbox } from '../../../support/sandboxBuilder';

describe('provisionalSandbox', () => {
  it('combines the request and the answer', () => {
    const network = { allowInternetAccess: false, allowOut: ['10.0.0.0/8'], denyOut: [] };
    const fileSystems = [{ fileSystemId: 'fs1', mountPath: '/data', readOnly: true, prefetch: false }];
    const made = provisionalSandbox(
      {
        name: 'api-dev',
        image: 'ubuntu',
        resources: { cpus: 2, memoryMb: 4096, diskMb: 20_480, gpus: [{ model: 'H100', count: 1 }] },
        timeoutSecs: 0,
        entrypoint: ['sh'],
        network,
        exposedPorts: [8080],
        allowUnauthenticatedAccess: true,
        fileSystems,
      },
      {
        sandboxId: 'x1',
        state: 'pending',
        rawState: 'Pending',
        pendingReason: 'no_resources_available',
        sandboxUrl: 'https://x1.example',
      },
      1234,
    );
    assert.deepEqual(made, {
      id: 'x1',
      name: 'api-dev',
      image: 'ubuntu',
      state: 'pending',
      rawState: 'Pending',
      resources: { cpus: 2, memoryMb: 4096, diskMb: 20_480, gpus: [{ model: 'H100', count: 1 }] },
      timeoutSecs: 0,
      createdAtMs: 1234,
      pendingReason: 'no_resources_available',
      sandboxUrl: 'https://x1.example',
      entrypoint: ['sh'],
      networkPolicy: network,
      exposedPorts: [8080],
      allowUnauthenticatedAccess: true,
      fileSystems,
      raw: { id: 'x1', status: 'Pending' },
    });
  });

  it('leaves out what is in neither the request nor the answer', () => {
    const made = provisionalSandbox({}, { sandboxId: 'x1', state: 'running', rawState: 'running' }, 1);
    assert.deepEqual(made, {
      id: 'x1',
      state: 'running',
      rawState: 'running',
      resources: { gpus: [] },
      createdAtMs: 1,
      exposedPorts: [],
      allowUnauthenticatedAccess: false,
      fileSystems: [],
      raw: { id: 'x1', status: 'running' },
    });
  });

  it('shows the state of the answer', () => {
    const made = provisionalSandbox({}, { sandboxId: 'x1', state: 'pending', rawState: 'accepted' }, 1);
    assert.equal(made.rawState, 'pending');
    assert.deepEqual(made.raw, { id: 'x1', status: 'pending' });
  });

  it('keeps the raw name of an unknown state', () => {
    const made = provisionalSandbox({}, { sandboxId: 'x1', state: 'unknown', rawState: 'warming' }, 1);
    assert.equal(made.rawState, 'warming');
  });
});

describe('provisionalCopy', () => {
  const answer = { sandboxId: 'x2', state: 'pending', rawState: 'pending' } as const;

  it('has all of its source but the name and what the service has said of it alone', () => {
    const shared = {
      image: 'ubuntu',
      resources: { cpus: 2, memoryMb: 4096, diskMb: 20_480, gpus: [{ model: 'H100', count: 1 }] },
      timeoutSecs: 0,
      entrypoint: ['sh'],
      networkPolicy: { allowInternetAccess: false, allowOut: ['10.0.0.0/8'], denyOut: [] },
      exposedPorts: [8080],
      allowUnauthenticatedAccess: true,
      fileSystems: [{ fileSystemId: 'fs1', mountPath: '/data', readOnly: true, prefetch: false }],
    };
    const source = sandbox({ ...shared, pendingReason: 'no_resources_available' });
    assert.deepEqual(provisionalCopy(source, answer, 1234), {
      ...shared,
      id: 'x2',
      state: 'pending',
      rawState: 'pending',
      createdAtMs: 1234,
      raw: { id: 'x2', status: 'pending' },
    });
  });

  it('leaves out what its source does not say', () => {
    const source = sandbox({ image: undefined, timeoutSecs: undefined });
    const { exposedPorts, fileSystems, resources } = source;
    assert.deepEqual(provisionalCopy(source, answer, 1), {
      id: 'x2',
      state: 'pending',
      rawState: 'pending',
      resources,
      createdAtMs: 1,
      exposedPorts,
      allowUnauthenticatedAccess: false,
      fileSystems,
      raw: { id: 'x2', status: 'pending' },
    });
  });
});
