import assert from 'node:assert/strict';
import { startEmulator, type Emulator } from '../../../../../emulator/server';
import { Logins } from '../../../../../src/api/control/account/logins';
import { KnownSecrets } from '../../../../../src/api/http/errors/redact';
import { UndiciTransport } from '../../../../../src/api/http/undiciTransport';
import { logIn, type LoginOutcome } from '../../../../../src/core/account/deviceLogin';
import { systemTime } from '../../../../../src/api/http/times/systemTime';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { FakeTransport, clientWith, endpointAt, never, testKey, type Reply } from '../../http/fakeTransport';

const device = { name: 'Code (laptop)', os: 'linux', version: '1.2.3' };

function loginsWith(...replies: Reply[]) {
  const transport = new FakeTransport(...replies);
  const secrets = new KnownSecrets();
  const logs: string[] = [];
  const log = (text: string): void => void logs.push(text);
  const logger = { trace: log, debug: log, info: log, warn: log, error: log };
  const client = clientWith(transport, { secrets, logger });
  return { transport, secrets, logs, logins: new Logins(client, device) };
}

describe('Logins', () => {
  it('start a login as this editor on this machine, without a key', async () => {
    const { transport, logins } = loginsWith({ json: { device_code: 'dev-1', user_code: 'AB-CD' } });
    assert.deepEqual(await logins.start(never), { deviceCode: 'dev-1', userCode: 'AB-CD' });
    const { method, url, body, headers } = transport.last;
    assert.deepEqual([method, url.pathname], ['POST', '/platform/cli/login/start']);
    assert.deepEqual(JSON.parse(String(body)), {
      device_name: 'Code (laptop)',
      os: 'linux',
      client_version: '1.2.3',
    });
    assert.equal(headers['authorization'], undefined);
  });

  it('read the pace and the end that a server names', async () => {
    const { logins } = loginsWith({
      json: { device_code: 'd', user_code: 'u', interval: 7, expires_in: 600 },
    });
    const { intervalMs, validMs } = await logins.start(never);
    assert.deepEqual([intervalMs, validMs], [7000, 600_000]);
  });

  it('refuse codes that cannot be shown or sent', async () => {
    for (const json of [
      {},
      [],
      { device_code: 'd' },
      { device_code: 'd', user_code: 'two words' },
      { device_code: 'd\n', user_code: 'u' },
      { device_code: 'd', user_code: 'u'.repeat(1000) },
    ]) {
      const { logins } = loginsWith({ json });
      await assert.rejects(logins.start(never), error => ApiError.is(error, 'schema'), JSON.stringify(json));
    }
  });

  it('read every status that is known, and take another for undecided', async () => {
    for (const [status, expected] of [
      ['pending', 'pending'],
      ['authorization_pending', 'pending'],
      ['slow_down', 'slowDown'],
      ['approved', 'approved'],
      ['expired', 'expired'],
      ['failed', 'denied'],
      ['access_denied', 'denied'],
      ['thinking', 'pending'],
    ] as const) {
      const { transport, logins } = loginsWith({ json: { status } });
      assert.equal(await logins.poll('a b', never), expected);
      assert.equal(transport.last.url.href.split('/platform')[1], '/cli/login/poll?device_code=a%20b');
    }
  });

  it('leave the pace of polls to whoever polls: a failure is told at once', async () => {
    const { transport, logins } = loginsWith({ status: 503 });
    await assert.rejects(logins.poll('d', never), error => ApiError.is(error, 'server'));
    assert.equal(transport.requests.length, 1);
  });

  it('exchange a login for a token and its project, and keep both codes out of the log', async () => {
    const token = 'tl_pat_0123456789abcdefghij';
    const { logs, secrets, logins } = loginsWith(
      { json: { device_code: 'device-code-0123456789', user_code: 'AB-CD' } },
      { json: { access_token: token, organization_id: 'o', project_id: 'p' } },
    );
    const { deviceCode } = await logins.start(never);
    assert.deepEqual(await logins.exchange(deviceCode, never), {
      token,
      organizationId: 'o',
      projectId: 'p',
    });
    assert.deepEqual(
      logs.filter(line => line.includes(token) || line.includes(deviceCode)),
      [],
    );
    assert.doesNotMatch(secrets.redact(`x ${token} ${deviceCode}`), /0123456789/);
  });

  it('take a token that names no project, and one that is known already', async () => {
    for (const json of [
      { access_token: testKey },
      { access_token: testKey, organization_id: null, project_id: '' },
    ]) {
      const { logins, secrets } = loginsWith({ json });
      secrets.add(testKey, 'credential');
      assert.deepEqual(await logins.exchange('d', never), { token: testKey });
    }
  });

  it('send an exchange once: another would find the login gone', async () => {
    const { transport, logins } = loginsWith({ status: 502 });
    await assert.rejects(logins.exchange('d', never), error => ApiError.is(error, 'server'));
    assert.equal(transport.requests.length, 1);
  });
});

describe('Logins of the emulator', () => {
  let emulator: Emulator;
  const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
  before(async () => (emulator = await startEmulator({})));
  after(async () => {
    await emulator.stop();
    transport.dispose();
  });

  async function decided(decision: 'approved' | 'failed'): Promise<LoginOutcome> {
    const logins = new Logins(
      clientWith(transport, { endpoint: endpointAt(emulator.url), credential: () => undefined }),
      device,
    );
    const decide = (userCode: string): void => {
      void fetch(`${emulator.url}/_emulator/login`, {
        method: 'POST',
        headers: { authorization: `Bearer ${emulator.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ user_code: userCode, decision }),
      });
    };
    const clock = { ...systemTime, elapsed: () => performance.now(), after: tenfold };
    return await logIn(logins, clock, never, decide);
  }

  /** Time passes ten times as fast. */
  function tenfold(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs / 10);
    return { dispose: () => clearTimeout(timer) };
  }

  it('bring a token that works in the project it names', async () => {
    const outcome = await decided('approved');
    assert.ok(outcome.kind === 'approved');
    const { token, organizationId = '', projectId = '' } = outcome.token;
    const answer = await fetch(`${emulator.url}/sandboxes`, {
      headers: {
        authorization: `Bearer ${token}`,
        'x-forwarded-organization-id': organizationId,
        'x-forwarded-project-id': projectId,
      },
    });
    assert.equal(answer.status, 200);
  });

  it('end when the user refuses', async () => {
    assert.deepEqual(await decided('failed'), { kind: 'denied' });
  });
});
