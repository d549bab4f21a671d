import assert from 'node:assert/strict';
import { timings, withEmulator } from '../harness';
import { Box, inBox, members, suspend, waking } from './harness';

const health = '/api/v1/health';

describe('data plane: gate', () => {
  it(
    'allows access by state',
    withEmulator({}, async client => {
      const pending = new Box(client, await client.queue());
      assert.equal(await pending.code(503, 'GET', health), 'SANDBOX_NOT_READY');
      client.clock.advance(timings.boot);
      await pending.json(200, 'GET', health);
      await client.expect(200, 'DELETE', `/sandboxes/${pending.id}`);
      assert.equal(await pending.code(404, 'GET', health), 'SANDBOX_NOT_FOUND');
      assert.equal(await new Box(client, 'nobody').code(404, 'GET', health), 'SANDBOX_NOT_FOUND');
      const box = new Box(client, await client.create({ name: 'box' }));
      await client.expect(202, 'POST', '/sandboxes/box/suspend');
      assert.equal(await box.code(503, 'GET', health), 'SANDBOX_NOT_RUNNING');
      assert.deepEqual(await box.refusedSocket('/api/v1/tunnels/tcp?port=1'), [503, 'SANDBOX_NOT_RUNNING']);
    }),
  );

  it(
    'requires the key of the owning project',
    withEmulator({ apiKeys: ['one', 'two'], forbiddenKeys: ['no'] }, async client => {
      const box = new Box(client, await client.create({ name: 'box' }));
      await box.with({ authorization: '' }).json(401, 'GET', health);
      await box.with({ authorization: 'Bearer three' }).code(401, 'GET', health);
      await box.with({ authorization: 'Bearer no' }).code(403, 'GET', health);
      assert.equal(
        await box.with({ authorization: 'Bearer two' }).code(404, 'GET', health),
        'SANDBOX_NOT_FOUND',
      );
      await box.with({ 'x-tensorlake-sandbox-id': 'box' }).json(200, 'GET', health);
    }),
  );

  it(
    'answers that nothing listens for a while after a boot, but not after a resume',
    inBox(
      async box => {
        assert.equal(await box.code(502, 'GET', health), 'CONNECTION_REFUSED');
        box.client.clock.advance(2_000);
        await box.json(200, 'GET', health);
        await suspend(box);
        await waking(box, () => box.json(200, 'GET', health));
      },
      { dataPlane: { readyAfterBootMs: 2_000 } },
    ),
  );

  it(
    'reports information about the daemon',
    inBox(async box => {
      assert.deepEqual(await box.json(200, 'GET', health), { healthy: true });
      await box.start({ command: 'sleep', args: ['100'] });
      await box.sh('true');
      box.client.clock.advance(2_500);
      const { emulator_view, ...info } = members(await box.json(200, 'GET', '/api/v1/info'));
      assert.deepEqual(info, { version: '0.1.0', uptime_secs: 2, running_processes: 1, total_processes: 2 });
      assert.equal(emulator_view, await box.client.emulator.viewMode());
      const off = { enabled: false, pid: null, host_key_fingerprint: null };
      assert.deepEqual(await box.json(200, 'GET', '/api/v1/ssh/status'), off);
      const on = members(
        await box.json(200, 'POST', '/api/v1/ssh/enable', { proxy_pubkey: 'ssh-ed25519 AAAA' }),
      );
      assert.equal(on['enabled'], true);
      assert.match(String(on['host_key_fingerprint']), /^SHA256:/);
      assert.deepEqual(await box.json(200, 'POST', '/api/v1/ssh/disable'), off);
    }),
  );

  it(
    'assigns another address at each resume with the switch, and drops the old one',
    inBox(
      async box => {
        const first = (await box.client.sandbox(box.id)).sandbox_url ?? '';
        await suspend(box);
        await waking(box, () => box.json(200, 'GET', health));
        const second = (await box.client.sandbox(box.id)).sandbox_url ?? '';
        assert.notEqual(second, first);
        assert.match(second, new RegExp(`^http://${box.id}\\..*localhost:\\d+$`));
        const at = (url: string) =>
          box.refusedSocket('/api/v1/pty/x/ws', { host: new URL(url).host, 'x-tensorlake-sandbox-id': '' });
        assert.deepEqual(await at(first), [404, 'SANDBOX_NOT_FOUND']);
        assert.deepEqual(await at(second), [404, 'SESSION_NOT_FOUND']);
      },
      { dialect: { address: 'moves' } },
    ),
  );
});
