import assert from 'node:assert/strict';
import { ableTo, heldResources, stillAgreed } from '../../../../src/core/cleanUp/plan';
import type { Row } from '../../../../src/core/list/rows';
import { row as rowOf, sandbox } from '../../../support/sandboxBuilder';

const row = (id: string, more: Partial<Row['sandbox']> = {}): Row => rowOf({ id, ...more });
const suspended = { state: 'suspended' } as const;
const ids = (rows: readonly Row[]): readonly string[] => rows.map(each => each.sandbox.id);

describe('what can be cleaned up', () => {
  const rows = [
    row('running'),
    row('nameless', { name: undefined }),
    row('asleep', suspended),
    row('waiting', { state: 'pending' }),
    row('over', { state: 'terminated' }),
    { ...row('busy'), action: 'snapshot' as const },
  ];

  it('is suspended where it runs and has a name', () =>
    assert.deepEqual(ids(ableTo(rows, 'suspend')), ['running']));

  it('is kept in a snapshot where it runs', () =>
    assert.deepEqual(ids(ableTo(rows, 'snapshotAndTerminate')), ['running', 'nameless']));

  it('is terminated unless it has ended or something is being done to it', () =>
    assert.deepEqual(ids(ableTo(rows, 'terminate')), ['running', 'nameless', 'asleep', 'waiting']));
});

describe('what was agreed to', () => {
  const agreed = [row('a'), row('b'), row('c'), row('d'), row('e')];
  const now = new Map<string, Row>([
    ['a', row('a', { image: 'other' })],
    ['b', row('b', suspended)],
    ['c', { ...row('c'), action: 'resize' }],
    ['e', row('e')],
  ]);

  it('is left alone when it is in another state, under an action, gone, or in use', () =>
    assert.deepEqual(ids(stillAgreed(agreed, now, new Set(['e']))), ['a']));

  it('is taken as it is now', () => assert.equal(stillAgreed(agreed, now, new Set())[0], now.get('a')));
});

describe('what is freed', () => {
  it('is the machines of those that hold one', () =>
    assert.deepEqual(
      heldResources([
        sandbox({ resources: { cpus: 2, memoryMb: 1024, gpus: [{ model: 'A100', count: 1 }] } }),
        sandbox({ resources: { cpus: 0.5, gpus: [{ model: 'A100', count: 2 }] }, state: 'snapshotting' }),
        sandbox({ resources: { cpus: 8, memoryMb: 8, gpus: [] }, ...suspended }),
      ]),
      { cpus: 2.5, memoryMb: 1024, gpus: [{ model: 'A100', count: 3 }] },
    ));

  it('is nothing where the service says nothing', () =>
    assert.deepEqual(heldResources([sandbox({ resources: { gpus: [] } })]), { gpus: [] }));
});
