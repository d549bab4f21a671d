import assert from 'node:assert/strict';
import { faultNames } from '../../emulator/faults/table';
import { settle } from '../support/fakeClock';
import { type Seen, seeCell, usualOf } from './cell';
import { controlOperations } from './controlOperations';
import { dataOperations, prepareFolder } from './dataOperations';
import { faultCases } from './faultCases';
import { type Reason, type Usual, whyApart } from './meeting';
import { checkTable, writeTable } from './report';
import { World } from './world';

const operations = [...controlOperations, ...dataOperations];
const isShort = process.env['FAULTS'] === 'short';
const cases = isShort ? faultCases.filter(fault => fault.isShort === true) : faultCases;

/** Every fault of the emulator with every operation (docs/reliability.md, "Faults and operations"). */
describe('Faults and operations', () => {
  let world: World;
  const usual = new Map<string, Usual>();
  const cells = new Map<string, Map<string, Seen | Reason>>(cases.map(({ spec }) => [spec, new Map()]));

  before(async () => {
    world = await World.start();
    await prepareFolder(world);
  });
  after(() => world.stop());

  for (const operation of operations)
    describe(operation.name, () => {
      it('works without a fault', async () => {
        usual.set(operation.name, await usualOf(world, operation));
        await settle();
      });

      for (const fault of cases)
        it(fault.spec, async () => {
          const sentAndGot = usual.get(operation.name);
          assert.ok(sentAndGot);
          const seen =
            whyApart(fault, operation, sentAndGot) ?? (await seeCell(world, operation, fault, isShort));
          cells.get(fault.spec)?.set(operation.name, seen);
          await settle();
        });
    });

  // In a block of its own, which comes after the others.
  describe('the table', () => {
    it('names every fault of the emulator', () => {
      const named = new Set(faultCases.map(({ spec }) => spec.replace(/:.*$/, '')));
      assert.deepEqual(
        faultNames.filter(name => !named.has(name)),
        [],
      );
    });

    it('is as docs/reliability.md says', () => {
      const table = { operations: operations.map(({ name }) => name), cells };
      if (process.env['FAULTS'] === 'write') writeTable(table);
      else checkTable(table);
    });
  });
});
