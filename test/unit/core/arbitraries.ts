import fc from 'fast-check';
import type { Sandbox } from '../../../src/core/sandbox/sandbox';
import { knownStates, parseState } from '../../../src/core/sandbox/state';
import type { Row } from '../../../src/core/list/rows';
import { row } from '../../support/sandboxBuilder';

const timeArbitrary = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

/** Few names, times and states, so that equal ones are frequent; the states include unknown ones. */
const overridesArbitrary = fc
  .record({
    id: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }),
    name: fc.option(fc.constantFrom('api', 'docs', 'web'), { nil: undefined }),
    rawState: fc.constantFrom(...knownStates, 'Running', 'frozen', 'Frozen', 'archived', 'Zipped'),
    createdAtMs: timeArbitrary,
    terminatedAtMs: timeArbitrary,
    archivedAtMs: timeArbitrary,
  })
  .map((drawn): Partial<Sandbox> => ({ ...drawn, state: parseState(drawn.rawState) }));

/** Rows with different ids, in any order. */
export const rowsArbitrary: fc.Arbitrary<Row[]> = fc
  .uniqueArray(overridesArbitrary, { selector: ({ id }) => id, maxLength: 14 })
  .map(list => list.map(overrides => row(overrides)));
