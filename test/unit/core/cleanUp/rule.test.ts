import assert from 'node:assert/strict';
import { matchRule, parseRule, type LastTraffic } from '../../../../src/core/cleanUp/rule';
import type { Row } from '../../../../src/core/list/rows';
import { row as rowOf, sandbox } from '../../../support/sandboxBuilder';
import { processorMs } from '../../../support/processorTime';

const dayMs = 86_400_000;
const nowMs = 100 * dayMs;

function row(name: string | undefined, ageDays: number, more: Partial<Row['sandbox']> = {}): Row {
  return rowOf({ id: `id-${name ?? 'none'}`, name, createdAtMs: nowMs - ageDays * dayMs, ...more });
}

const rows = [
  row('tmp-1', 10),
  row('tmp-2', 1),
  row('api-dev', 30),
  row('docs', 8, { state: 'suspended' }),
  row(undefined, 2),
  row('over', 50, { state: 'terminated' }),
  { ...row('busy', 50), action: 'suspend' as const },
];

const idleDays: Readonly<Record<string, number>> = { 'tmp-1': 9, 'tmp-2': 0, 'api-dev': 1, docs: 8 };

function matched(text: string): readonly string[] {
  const parsed = parseRule(text);
  assert.ok(parsed.kind === 'rule', text);
  const trafficOf = ({ sandbox: { name = '' } }: Row): LastTraffic => ({
    atMs: nowMs - (idleDays[name] ?? 2) * dayMs,
    isSeen: true,
  });
  return matchRule(rows, parsed.rule, nowMs, trafficOf).map(each => each.sandbox.name ?? 'none');
}

describe('a rule of what is cleaned up', () => {
  const cases: readonly (readonly [text: string, names: readonly string[]])[] = [
    ['', ['tmp-1', 'tmp-2', 'api-dev', 'docs', 'none']],
    ['older:7d', ['tmp-1', 'api-dev', 'docs']],
    ['older:10d', ['tmp-1', 'api-dev']],
    ['OLDER:1D', ['tmp-1', 'tmp-2', 'api-dev', 'docs', 'none']],
    ['idle:1d', ['tmp-1', 'api-dev', 'docs', 'none']],
    ['idle:7d older:9d', ['tmp-1']],
    ['state:suspended', ['docs']],
    ['state:suspended older:30d', []],
    ['name:tmp-*', ['tmp-1', 'tmp-2']],
    ['name:*-*', ['tmp-1', 'tmp-2', 'api-dev']],
    ['name:*', ['tmp-1', 'tmp-2', 'api-dev', 'docs', 'none']],
    ['name:*1', ['tmp-1']],
    ['name:Tmp*2', ['tmp-2']],
    ['name:tmp-1*1', []],
    ['name:*p*e*', ['api-dev']],
    ['name:tmp', ['tmp-1', 'tmp-2']],
    ['tmp older:5d', ['tmp-1']],
  ];
  for (const [text, names] of cases)
    it(`"${text}" names ${names.join(', ') || 'nothing'}`, () => assert.deepEqual(matched(text), names));

  for (const text of ['older:', 'older:soon', 'idle:1x', 'tmp older:-1d'])
    it(`"${text}" has no time span`, () => assert.equal(parseRule(text).kind, 'badSpan'));

  it('names nothing by age that has no time of creation', () => {
    const parsed = parseRule('older:1d');
    assert.ok(parsed.kind === 'rule');
    const timeless = { ...row('new', 0), sandbox: sandbox({ createdAtMs: undefined }) };
    assert.deepEqual(
      matchRule([timeless], parsed.rule, nowMs, () => ({ atMs: 0, isSeen: false })),
      [],
    );
  });

  it('takes linear time for a pattern of asterisks', () => {
    const parsed = parseRule(`name:${'*a'.repeat(2_000)}b`);
    assert.ok(parsed.kind === 'rule');
    const took = processorMs(() =>
      matchRule([row('a'.repeat(100_000), 1)], parsed.rule, nowMs, () => ({ atMs: 0, isSeen: false })),
    );
    assert.ok(took < 500, `${took} ms`);
  });
});
