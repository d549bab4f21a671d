import assert from 'node:assert/strict';
import { emulatorAccount } from '../../../scripts/account';
import { checkInside } from '../../../scripts/insideCheck';

describe('the account that npm start signs in to', () => {
  it('is an emulator with files, and commands that see them', async () => {
    const account = await emulatorAccount(12);
    try {
      assert.match(await checkInside(account), /^A command ran in /);
    } finally {
      await account.stop();
    }
  });

  it('is checked by a command in the emulator only', async () => {
    const cloud = { apiUrl: undefined, apiKey: 'key', description: '', stop: () => Promise.resolve() };
    await assert.rejects(checkInside(cloud), /Only the inside of emulated/);
  });
});
