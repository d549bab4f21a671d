import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isTransitional, knownStates, parseState } from '../../../../src/core/sandbox/state';

describe('state', () => {
  it('parses every known state in any case', () => {
    for (const state of knownStates) {
      assert.equal(parseState(state), state);
      assert.equal(parseState(state.toUpperCase()), state);
    }
  });

  it('parses any other word as unknown', () => {
    for (const word of ['', ' running', 'stopped', 'unknown', 'constructor', '__proto__'])
      assert.equal(parseState(word), 'unknown');
    fc.assert(
      fc.property(fc.string(), word => {
        const isKnown = knownStates.some(state => state === word.toLowerCase());
        assert.equal(parseState(word) === 'unknown', !isKnown);
      }),
    );
  });

  it('counts as transitions the states that the service leaves by itself', () => {
    assert.deepEqual(knownStates.filter(isTransitional), ['pending', 'snapshotting', 'suspending']);
    assert.equal(isTransitional('unknown'), false);
  });
});
