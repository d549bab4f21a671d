import assert from 'node:assert/strict';
import { RemoteAPIError, SandboxNotFoundError } from 'tensorlake';
import { contract } from '../support';

/** How the SDK handles servers that fail or have another version (API reference sections 4.2 and 6). */
describe('SDK contract: faults', () => {
  const sdk = contract();
  afterEach(() => sdk().emulator.faults.clear());

  for (const code of ['502', '503', '504']) {
    it(`is not kept from reading by a passing ${code}`, async () => {
      const { client, emulator } = sdk();
      const { sandboxId } = await sdk().create();
      emulator.faults.add({ fault: code, next: '2' });
      assert.equal((await client.get(sandboxId)).sandboxId, sandboxId);
    });
  }

  it('reads errors in plain text', async () => {
    sdk().emulator.faults.add({ fault: 'plain-text' });
    await assert.rejects(sdk().client.get('zzzzzzzzzzzzzzzzzzzzz'), SandboxNotFoundError);
    await assert.rejects(
      sdk().create({ name: 'Not A Name' }),
      (error: unknown) => error instanceof RemoteAPIError && !error.responseMessage.startsWith('{'),
    );
  });

  it('shows the network policy of a server that calls it network', async () => {
    const { client, emulator } = sdk();
    const { sandboxId } = await sdk().create({ allowInternetAccess: false, denyOut: ['10.0.0.0/8'] });
    assert.equal((await client.get(sandboxId)).network, undefined);
    emulator.faults.add({ fault: 'legacy-network' });
    const { network } = await client.get(sandboxId);
    assert.deepEqual(network, { allowInternetAccess: false, allowOut: [], denyOut: ['10.0.0.0/8'] });
  });

  it('shows the disk of a server that calls it ephemeral', async () => {
    const { client, emulator } = sdk();
    const { sandboxId } = await sdk().create({ diskMb: 20_480 });
    emulator.faults.add({ fault: 'legacy-disk' });
    assert.equal((await client.get(sandboxId)).resources.ephemeralDiskMb, 20_480);
  });
});
