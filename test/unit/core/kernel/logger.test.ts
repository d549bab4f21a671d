import assert from 'node:assert/strict';
import { silentLogger } from '../../../../src/core/kernel/logger';

describe('silentLogger', () => {
  it('accepts every level and logs nothing', () => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const)
      assert.doesNotThrow(() => silentLogger[level]('message'));
  });
});
