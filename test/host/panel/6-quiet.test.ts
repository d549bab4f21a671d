import assert from 'node:assert/strict';
import { emulator } from '../support/emulatorClient';

describe('background work', () => {
  it('never went through the sandbox proxy in the whole run, so it woke and billed nothing', async () => {
    assert.equal((await emulator.counters()).proxyRequests, 0);
  });
});
