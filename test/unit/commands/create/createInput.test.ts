import assert from 'node:assert/strict';
import { createInputOf, isCreateInput, readCreateInput } from '../../../../src/commands/create/createInput';

const everything = {
  name: 'web',
  count: 2,
  image: 'team/node',
  templateId: 'tpl',
  cpus: 2,
  memoryMb: 4096,
  diskMb: 20_480,
  gpus: [{ model: 'H100', count: 2 }],
  timeoutSecs: 0,
  maxPendingSecs: 60,
  entrypoint: ['npm', 'start'],
  secretNames: ['TOKEN'],
  network: { allowInternetAccess: false, allowOut: ['a.example'], denyOut: ['10.0.0.0/8'] },
  exposedPorts: [8080],
  allowUnauthenticatedAccess: true,
  fileSystems: [
    { fileSystemId: 'fs', mountPath: '/data', readOnly: true, prefetch: false, snapshotId: 'snap' },
  ],
};

function draftOfInput(value: unknown) {
  const read = readCreateInput(value);
  assert.ok('draft' in read, JSON.stringify(read));
  return read.draft;
}

function problemsOfInput(value: unknown) {
  const read = readCreateInput(value);
  assert.ok('problems' in read, JSON.stringify(read));
  return read.problems;
}

describe('create input', () => {
  it('writes every field so that it is read back unchanged', () => {
    const draft = draftOfInput(everything);
    assert.equal(draft.count, 2);
    assert.deepEqual(draft.request.resources, {
      cpus: 2,
      memoryMb: 4096,
      diskMb: 20_480,
      gpus: [{ model: 'H100', count: 2 }],
    });
    assert.deepEqual(createInputOf(draft), everything);
    assert.deepEqual(draftOfInput(createInputOf(draft)), draft);
  });

  it('also accepts resources in their own field', () => {
    const { resources } = draftOfInput({ resources: { cpus: 2, memoryMb: 2048 }, memoryMb: 4096 }).request;
    assert.deepEqual(resources, { cpus: 2, memoryMb: 4096 });
  });

  it('fills in optional fields', () => {
    const { request } = draftOfInput({
      gpus: [{ model: 'A10' }],
      network: { denyOut: ['1.2.3.4'] },
      fileSystems: [{ fileSystemId: 'fs', mountPath: '/m' }],
    });
    assert.deepEqual(request.resources?.gpus, [{ model: 'A10', count: 1 }]);
    assert.deepEqual(request.network, { allowInternetAccess: true, allowOut: [], denyOut: ['1.2.3.4'] });
    assert.deepEqual(request.fileSystems, [
      { fileSystemId: 'fs', mountPath: '/m', readOnly: false, prefetch: false },
    ]);
  });

  it('omits the sizes of a restore', () => {
    assert.deepEqual(draftOfInput({ snapshotId: 's' }).request, { snapshotId: 's' });
  });

  it('reports every invalid field', () => {
    assert.deepEqual(problemsOfInput({ cpus: '2', gpus: [{ model: 'A10', count: 'x' }], nmae: 'web' }), [
      { path: 'cpus', kind: 'type', expected: 'number' },
      { path: 'gpus[0].count', kind: 'type', expected: 'number' },
      { path: 'nmae', kind: 'unknown' },
    ]);
    assert.deepEqual(problemsOfInput({ network: { allow: [] } }), [
      { path: 'network.allow', kind: 'unknown' },
    ]);
    assert.deepEqual(problemsOfInput('text'), [{ path: '', kind: 'type', expected: 'object' }]);
  });

  it('rejects unreasonable counts', () => {
    for (const count of [0, -1, 51, 1.5, Number.NaN, '2', null])
      assert.equal(problemsOfInput({ count })[0]?.path, 'count', String(count));
  });

  it('rejects null and invalid numbers', () => {
    for (const value of [
      { name: null },
      { cpus: Number.NaN },
      { exposedPorts: ['80'] },
      { secretNames: [1] },
    ])
      assert.equal(problemsOfInput(value).length, 1, JSON.stringify(value));
  });

  it('distinguishes an input from other arguments of a command', () => {
    assert.ok(isCreateInput({ name: 'web' }));
    assert.ok(isCreateInput({ resources: {} }));
    for (const value of [undefined, null, 'web', 7, {}, { sandboxId: 'x' }, [1]])
      assert.equal(isCreateInput(value), false, JSON.stringify(value));
  });
});
