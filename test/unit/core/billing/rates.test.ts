import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  estimateOf,
  estimateOfAll,
  isCosting,
  parseRates,
  type Rates,
} from '../../../../src/core/billing/rates';
import { sandbox } from '../../../support/sandboxBuilder';
import { rowsArbitrary } from '../arbitraries';

const setting = {
  currency: 'EUR',
  perCpuHour: 0.1,
  perGbMemoryHour: 0.02,
  perGbDiskHour: 0.001,
  perGpuHour: { H100: 3, A10G: 1 },
};

function ratesOf(value: unknown): Rates {
  const rates = parseRates(value);
  assert.ok(rates);
  return rates;
}

describe('parseRates', () => {
  it('reads what the user entered', () => {
    const rates = ratesOf(setting);
    assert.equal(rates.currency, 'EUR');
    assert.equal(rates.perCpuHour, 0.1);
    assert.deepEqual(
      [...rates.perGpuHour],
      [
        ['h100', 3],
        ['a10g', 1],
      ],
    );
  });

  it('returns undefined without a valid rate', () => {
    const empties = [
      undefined,
      null,
      {},
      [],
      'x',
      3,
      { currency: 'USD' },
      { perGpuHour: {} },
      { perGpuHour: 3 },
    ];
    for (const value of empties) assert.equal(parseRates(value), undefined);
    for (const rate of [-1, NaN, Infinity, '1', null])
      assert.equal(parseRates({ perCpuHour: rate }), undefined);
  });

  it('uses the default currency when none is set', () => {
    for (const currency of [undefined, '', '  ', 3, 'x'.repeat(9)])
      assert.equal(ratesOf({ perCpuHour: 0, currency }).currency, 'USD');
    assert.equal(ratesOf({ perCpuHour: 0, currency: ' Taler ' }).currency, 'Taler');
  });

  it('never throws, for any value in the settings file', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        parseRates(value);
      }),
    );
  });
});

describe('estimateOf', () => {
  const rates = ratesOf(setting);
  const size = { cpus: 2, memoryMb: 4096, diskMb: 10_240, gpus: [] };

  it('adds up the parts', () => {
    const { perHour, isPartial } = estimateOf(size, rates);
    assert.ok(Math.abs(perHour - (0.2 + 0.08 + 0.01)) < 1e-9);
    assert.equal(isPartial, false);
    const gpus = [{ count: 2, model: 'h100' }];
    assert.ok(Math.abs(estimateOf({ ...size, gpus }, rates).perHour - 6.29) < 1e-9);
  });

  it('is partial, and a lower bound, when a size or a rate is unknown', () => {
    const cases = [
      estimateOf({ ...size, cpus: undefined }, rates),
      estimateOf({ ...size, gpus: [{ count: 1, model: 'B200' }] }, rates),
      estimateOf(size, ratesOf({ perCpuHour: 1, perGbMemoryHour: 1 })),
    ];
    for (const { isPartial } of cases) assert.equal(isPartial, true);
    assert.equal(cases[2]?.perHour, 6);
  });

  it('treats a rate of zero as known', () => {
    const free = ratesOf({ perCpuHour: 1, perGbMemoryHour: 0, perGbDiskHour: 0 });
    assert.deepEqual(estimateOf({ cpus: 2, gpus: [] }, free), { perHour: 2, isPartial: false });
  });
});

describe('estimateOfAll', () => {
  it('counts only sandboxes in a state that costs', () => {
    const rates = ratesOf({ perCpuHour: 1, perGbMemoryHour: 0, perGbDiskHour: 0 });
    const all = (
      ['running', 'snapshotting', 'suspending', 'suspended', 'pending', 'terminated', 'unknown'] as const
    ).map(state => sandbox({ id: state, state }));
    assert.deepEqual(estimateOfAll(all, rates), { perHour: 3, isPartial: false });
    assert.deepEqual(estimateOfAll([], rates), { perHour: 0, isPartial: false });
  });

  it('is the sum of its parts, and more sandboxes never cost less', () => {
    const rate = fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined });
    const anyRates = fc.record({ perCpuHour: rate, perGbMemoryHour: rate, perGbDiskHour: rate });
    fc.assert(
      fc.property(rowsArbitrary, anyRates, (rows, entered) => {
        const rates = parseRates(entered);
        if (!rates) return;
        const all = rows.map(row => row.sandbox);
        const total = estimateOfAll(all, rates);
        const parts = all.filter(isCosting).map(({ resources }) => estimateOf(resources, rates));
        assert.ok(Math.abs(total.perHour - parts.reduce((sum, each) => sum + each.perHour, 0)) < 1e-6);
        assert.equal(
          total.isPartial,
          parts.some(each => each.isPartial),
        );
        assert.ok(estimateOfAll(all.slice(1), rates).perHour <= total.perHour + 1e-9);
      }),
    );
  });
});
