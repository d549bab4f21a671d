import assert from 'node:assert/strict';
import { droppedOf } from '../../../../src/core/create/dropped';
import type { CreateSandboxRequest } from '../../../../src/core/create/createRequest';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { sandbox } from '../../../support/sandboxBuilder';

const openSource = { name: undefined, server: 'openSource' } as const;

function fields(request: CreateSandboxRequest, made: Partial<Sandbox>): readonly string[] {
  return droppedOf(request, sandbox(made)).map(({ field }) => field);
}

describe('what a server dropped of a create', () => {
  it('is the name and the sizes that the sandbox does not have', () => {
    const request = { name: 'web', resources: { cpus: 2, memoryMb: 4_096, diskMb: 20_480 } };
    const resources = { cpus: 2, memoryMb: 4_096, diskMb: 1_024, gpus: [] };
    assert.deepEqual(droppedOf(request, sandbox({ name: undefined, resources })), [
      { field: 'name' },
      { field: 'diskMb', asked: 20_480, got: 1_024 },
    ]);
  });

  it('is nothing where all is there, where nothing was asked for, and where more came', () => {
    const resources = { cpus: 2, memoryMb: 4_096, diskMb: 20_480, gpus: [{ model: 'A10', count: 1 }] };
    const request = { name: 'web', resources, timeoutSecs: 600, exposedPorts: [80] };
    assert.deepEqual(fields(request, { name: 'web', resources, exposedPorts: [80] }), []);
    assert.deepEqual(fields({}, openSource), []);
    assert.deepEqual(
      fields({ resources: { cpus: 1, memoryMb: 512, diskMb: 1_024 }, timeoutSecs: 0 }, openSource),
      [],
    );
  });

  it('is no rounding of the memory, and nothing that is not reported', () => {
    const rounded = { cpus: 1, memoryMb: 1_024, gpus: [] };
    assert.deepEqual(fields({ resources: { memoryMb: 1_100, diskMb: 20_480 } }, { resources: rounded }), []);
    assert.deepEqual(
      fields(
        { exposedPorts: [80], secretNames: ['a'], maxPendingSecs: 5, templateId: 't', network: closed },
        {},
      ),
      [],
    );
  });

  it('is no GPU that the service does not report yet, and no other spelling', () => {
    const resources = { cpus: 1, memoryMb: 1_024, gpus: [] };
    const gpus = [{ model: 'A10', count: 2 }];
    assert.deepEqual(fields({ resources: { gpus } }, { resources }), []);
    assert.deepEqual(fields({ resources: { gpus } }, { ...openSource, resources }), ['gpus']);
    const fewer = { ...resources, gpus: [{ model: 'A10', count: 1 }] };
    assert.deepEqual(fields({ resources: { gpus } }, { resources: fewer }), ['gpus']);
    const allowing = (entry: string) => ({ allowInternetAccess: false, allowOut: [entry], denyOut: [] });
    assert.deepEqual(
      fields({ network: allowing('API.Example.com') }, { networkPolicy: allowing('api.example.com') }),
      [],
    );
    const mount = { fileSystemId: 'fs', readOnly: false, prefetch: false };
    assert.deepEqual(
      fields(
        { fileSystems: [{ ...mount, mountPath: '/data/' }] },
        { fileSystems: [{ ...mount, mountPath: '/data' }], raw: { file_systems: [] } },
      ),
      [],
    );
  });

  it('is a timeout that is shorter', () => {
    assert.deepEqual(droppedOf({ timeoutSecs: 3_600 }, sandbox({ timeoutSecs: 600 })), [
      { field: 'timeoutSecs', asked: 3_600, got: 600 },
    ]);
  });

  it('is a restriction of the network that does not hold, and none that does', () => {
    const open = { allowInternetAccess: true, allowOut: [], denyOut: [] };
    assert.deepEqual(fields({ network: closed }, { networkPolicy: open }), ['network']);
    assert.deepEqual(fields({ network: closed }, { networkPolicy: closed }), []);
    assert.deepEqual(fields({ network: open }, { networkPolicy: closed }), []);
    const denying = { ...open, denyOut: ['10.0.0.0/8'] };
    assert.deepEqual(fields({ network: denying }, { networkPolicy: open }), ['network']);
    assert.deepEqual(fields({ network: closed }, openSource), ['network']);
  });

  it('is what a row reports as absent: ports, public access, mounts', () => {
    const mount = { fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false };
    const raw = { exposed_ports: [], allow_unauthenticated_access: false, file_systems: [] };
    const request = { exposedPorts: [80], allowUnauthenticatedAccess: true, fileSystems: [mount] };
    assert.deepEqual(fields(request, { raw }), ['exposedPorts', 'allowUnauthenticatedAccess', 'fileSystems']);
    assert.deepEqual(
      fields(request, { raw, exposedPorts: [80], allowUnauthenticatedAccess: true, fileSystems: [mount] }),
      [],
    );
  });

  it('is what the open-source server never takes', () => {
    const request = {
      name: 'web',
      secretNames: ['token'],
      resources: { gpus: [{ model: 'A10', count: 1 }] },
      maxPendingSecs: 0,
      fileSystems: [{ fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false }],
      templateId: 't',
    };
    assert.deepEqual(fields(request, openSource), [
      'name',
      'secretNames',
      'gpus',
      'maxPendingSecs',
      'fileSystems',
      'templateId',
    ]);
    assert.deepEqual(fields({ secretNames: [] }, openSource), []);
  });
});

const closed = { allowInternetAccess: false, allowOut: [], denyOut: [] };
