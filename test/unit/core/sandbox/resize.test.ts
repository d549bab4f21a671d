import assert from 'node:assert/strict';
import { isResizable } from '../../../../src/core/sandbox/capabilities';
import {
  resizeDifference,
  resizeState,
  resizeViolations,
  sizeOf,
  sizeRange,
} from '../../../../src/core/sandbox/resize';
import type { ResourceResize } from '../../../../src/core/sandbox/sandbox';
import { sandbox } from '../../../support/sandboxBuilder';

const current = { cpus: 2, memoryMb: 4096, diskMb: 20_480 };

function resizing(overrides: Partial<ResourceResize> = {}): ReturnType<typeof sandbox> {
  return sandbox({ resourceResize: { generation: 3, status: 'pending', ...overrides } });
}

describe('a live resize', () => {
  it('is possible for runtimes that support it, and for unknown ones', () => {
    assert.equal(isResizable(sandbox()), true);
    assert.equal(isResizable(sandbox({ runtime: 'cloud-hypervisor' })), true);
    assert.equal(isResizable(sandbox({ runtime: 'cloud_hypervisor' })), true);
    assert.equal(isResizable(sandbox({ runtime: 'Firecracker' })), false);
    assert.equal(isResizable(sandbox({ runtime: 'gvisor' })), false);
  });

  it('sends only what differs', () => {
    assert.deepEqual(resizeDifference(current, { ...current, cpus: 4 }), { cpus: 4 });
    assert.deepEqual(resizeDifference(current, current), {});
    assert.deepEqual(resizeDifference({}, { memoryMb: 2048 }), { memoryMb: 2048 });
  });

  it('leaves out GPUs', () => {
    assert.deepEqual(sizeOf({ ...current, gpus: [{ model: 'A10', count: 1 }] }), current);
    assert.deepEqual(sizeOf({ gpus: [] }), {});
  });

  it('accepts whole CPUs, memory in the range of its CPUs, and a larger disk', () => {
    const rules = (wanted: Partial<typeof current>): readonly string[] =>
      resizeViolations(current, { ...current, ...wanted }).map(({ field, rule }) => `${field} ${rule}`);
    assert.deepEqual(rules({}), []);
    assert.deepEqual(rules({ cpus: 4 }), []);
    assert.deepEqual(rules({ cpus: 1.5 }), ['cpus integer']);
    assert.deepEqual(rules({ cpus: 0 }), ['cpus min']);
    assert.deepEqual(rules({ cpus: Number.NaN }), ['cpus number']);
    assert.deepEqual(rules({ cpus: 8 }), ['memoryMb min']);
    assert.deepEqual(rules({ memoryMb: 20_000 }), ['memoryMb max']);
    assert.deepEqual(rules({ diskMb: 10_240 }), ['diskMb min']);
    assert.deepEqual(rules({ diskMb: 200_000 }), ['diskMb max']);
    assert.deepEqual(rules({ diskMb: 30_720 }), []);
  });

  it('accepts unchanged values outside the rules', () => {
    const odd = { cpus: 0.5, memoryMb: 256, diskMb: 1024 };
    assert.deepEqual(resizeViolations(odd, odd), []);
  });

  it('returns the allowed ranges', () => {
    assert.deepEqual(sizeRange(current, { ...current, cpus: 4 }, 'memoryMb'), { min: 4096, max: 32_768 });
    assert.deepEqual(sizeRange(current, current, 'diskMb'), { min: 20_480, max: 102_400 });
    assert.deepEqual(sizeRange({}, {}, 'diskMb'), { min: 10_240, max: 102_400 });
    assert.equal(sizeRange(current, current, 'cpus').min, 1);
  });

  it('is followed to the end of its own generation', () => {
    assert.equal(resizeState(resizing(), 3), 'pending');
    assert.equal(resizeState(resizing({ status: 'Succeeded' }), 3), 'succeeded');
    assert.equal(resizeState(resizing({ status: 'failed' }), 3), 'failed');
    assert.equal(resizeState(resizing({ generation: 4, status: 'succeeded' }), 3), 'superseded');
    assert.equal(resizeState(resizing({ generation: 2, status: 'succeeded' }), 3), 'pending');
    assert.equal(resizeState(sandbox(), 3), 'pending');
  });

  it('is interrupted when the sandbox stops running', () => {
    const suspended = { ...resizing(), state: 'suspended' as const };
    assert.equal(resizeState(suspended, 3), 'interrupted');
    assert.equal(resizeState({ ...resizing({ status: 'succeeded' }), state: 'suspended' }, 3), 'succeeded');
  });
});
