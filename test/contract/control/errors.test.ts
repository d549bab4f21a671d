import assert from 'node:assert/strict';
import { RemoteAPIError, Sandbox, SandboxError, SandboxException, SandboxNotFoundError } from 'tensorlake';
import { contract } from '../support';

const unknownId = 'zzzzzzzzzzzzzzzzzzzzz';

describe('SDK contract: errors', () => {
  const sdk = contract({ forbiddenKeys: ['tl_apiKey_forbidden'], plan: { maxMemoryMb: 4096 } });

  it('of an unknown sandbox are SandboxNotFoundError', async () => {
    const { client } = sdk();
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['get', () => client.get(unknownId)],
      ['update', () => client.update(unknownId, { name: 'other' })],
      ['delete', () => client.delete(unknownId)],
      ['suspend', () => client.suspend(unknownId, { wait: false })],
      ['resume', () => client.resume(unknownId, { wait: false })],
      ['snapshot', () => client.snapshot(unknownId)],
      ['copy', () => client.copy(unknownId)],
    ];
    for (const [name, call] of calls) {
      await assert.rejects(call, (error: unknown) => {
        assert.ok(error instanceof SandboxNotFoundError, `${name}: ${String(error)}`);
        assert.equal(error.sandboxId, unknownId);
        assert.ok(error instanceof SandboxError && error instanceof SandboxException);
        return true;
      });
    }
  });

  it('of an archived sandbox that does not exist tell so too', async () => {
    await assert.rejects(
      sdk().client.getArchived(unknownId),
      (error: unknown) => error instanceof SandboxError,
    );
  });

  it('of a wrong key are 401, of one without permission 403', async () => {
    for (const [apiKey, code] of [
      ['tl_apiKey_unknown', 401],
      ['tl_apiKey_forbidden', 403],
    ] as const) {
      await assert.rejects(sdk().clientOf(apiKey).list(), (error: unknown) => {
        assert.ok(error instanceof RemoteAPIError, String(error));
        assert.equal(error.statusCode, code);
        return true;
      });
    }
  });

  it('carry the words of the server', async () => {
    await assert.rejects(sdk().create({ memoryMb: 8192 }), (error: unknown) => {
      assert.ok(error instanceof RemoteAPIError);
      assert.equal(error.statusCode, 400);
      assert.match(error.responseMessage, /Per-sandbox RAM limit exceeded \(max 4096 MB\)/);
      return true;
    });
  });

  it('of names are 400 for a bad one and 409 for one in use', async () => {
    const status = (code: number) => (error: unknown) =>
      error instanceof RemoteAPIError && error.statusCode === code;
    await sdk().create({ name: 'taken' });
    await assert.rejects(sdk().create({ name: 'taken' }), status(409));
    for (const name of ['Upper', '1st', 'end-', 'a'.repeat(64), 'abcdefghij0123456789x']) {
      await assert.rejects(sdk().create({ name }), status(400), name);
    }
  });

  it('of another project are those of an unknown sandbox', async () => {
    const { sandboxId } = await sdk().create();
    await assert.rejects(sdk().clientOf('tl_apiKey_unknown').get(sandboxId), RemoteAPIError);
  });

  it('of the inside carry status and words', async () => {
    const box = await sdk().create();
    await assert.rejects(box.readFile('/nowhere'), (error: unknown) => {
      assert.ok(error instanceof RemoteAPIError);
      assert.equal(error.statusCode, 404);
      assert.match(error.responseMessage, /File not found: \/nowhere/);
      return true;
    });
    await box.terminate();
    const late = await Sandbox.connect({ ...sdk().at, sandboxId: box.sandboxId });
    await assert.rejects(late.run('true'));
  });

  it('of a server that is not there name its address', async () => {
    const nowhere = { apiUrl: 'http://127.0.0.1:1', apiKey: sdk().emulator.apiKey };
    await assert.rejects(
      Sandbox.list(nowhere),
      (error: unknown) => error instanceof SandboxError && error.message.includes('http://127.0.0.1:1/'),
    );
  });
});
