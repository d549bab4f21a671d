import assert from 'node:assert/strict';
import { commands, env, extensions, window, workspace } from 'vscode';
import type { Hop, Way } from '../../../src/core/connection/way';
import { commandIds } from '../../../src/manifest';
import { causeText } from '../../../src/text/connection/causeText';
import { LoopbackServer, startProxy, type ConnectProxy } from '../../support/servers/loopbackServer';
import { waitFor } from '../../support/waitFor';
import { apiKey, emulator } from '../support/emulatorClient';
import { signIn, signOut } from '../support/session';

const extensionId = 'tensorlake-sandboxes.tensorlake-sandboxes';

async function setHttp(key: 'proxy' | 'proxyAuthorization', value: unknown): Promise<void> {
  await workspace.getConfiguration('http').update(key, value, true);
}

/** Runs Check Connection, and returns the document that it shows. */
async function checked(): Promise<string> {
  await commands.executeCommand('workbench.action.closeAllEditors');
  await commands.executeCommand(commandIds.checkConnection);
  const { document } = await waitFor('the report', () => window.activeTextEditor);
  assert.equal(document.uri.scheme, 'tensorlake-report');
  return document.getText();
}

async function copied(): Promise<string> {
  await env.clipboard.writeText('');
  await commands.executeCommand(commandIds.copyDiagnostics);
  return await env.clipboard.readText();
}

describe('finding out what is wrong', () => {
  const made: string[] = [];
  after(async () => {
    for (const id of made) await emulator.terminate(id);
  });
  afterEach(async () => {
    await setHttp('proxy', undefined);
    await setHttp('proxyAuthorization', undefined);
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('checks the way to the API and to a sandbox that runs, with nothing secret in what it shows', async () => {
    made.push((await emulator.create({ name: 'checked' })).id);
    await signIn();
    await commands.executeCommand(commandIds.refresh);
    const report = await checked();
    assert.match(report, /All is well: Tensorlake answers, and accepts the key\./);
    assert.match(report, /Proxy: none; no setting and no environment variable names one/);
    assert.match(report, /Connection: .*127\.0\.0\.1.* · \d+ ms/);
    assert.match(report, /Answer without a key: .*HTTP 401/);
    assert.match(report, /All is well: the sandbox answers\./);
    assert.match(report, /Its health, with the key: healthy · \d+ ms/);
    assert.equal(report.includes(apiKey), false);
  });

  it('wakes no sandbox', async () => {
    const { id } = await emulator.create({ name: 'asleep' });
    made.push(id);
    await emulator.suspend(id);
    await waitFor('it to sleep', async () => (await emulator.get(id)).status === 'suspended');
    await commands.executeCommand(commandIds.refresh);
    const report = await checked();
    assert.equal((await emulator.get(id)).status, 'suspended');
    assert.equal(report.includes('asleep'), false);
  });

  it('works before anybody signs in', async () => {
    await signOut();
    try {
      const report = await checked();
      assert.match(report, /Nobody is signed in, so no key was tried\./);
      assert.match(report, /Answer without a key: .*HTTP 401/);
    } finally {
      await signIn();
    }
  });

  it('copies diagnostics without secrets, with the settings that differ and the last lines of the log', async () => {
    await setHttp('proxy', 'http://me:hidden-password@127.0.0.1:9');
    await setHttp('proxyAuthorization', 'Negotiate hidden-value');
    const text = await copied();
    assert.match(text, /^Tensorlake Sandboxes \d+\.\d+\.\d+/);
    assert.match(text, /VS Code 1\.\d+\.\d+.*, (?:browser|desktop), remote: /);
    assert.match(text, /tensorlake\.apiUrl: "http:/);
    assert.match(text, /http\.proxy: http:\/\/127\.0\.0\.1:9\n/);
    assert.match(text, /http\.proxyAuthorization: set/);
    assert.match(text, /Last \d+ lines of the log:\n\d{4}-\d\d-\d\dT\S+Z \[\w+\] \S/);
    const lines = Number(/Last (\d+) lines of the log/.exec(text)?.[1]);
    assert.ok(lines > 0 && lines <= 50);
    for (const secret of [apiKey, 'hidden']) assert.equal(text.includes(secret), false, secret);
    assert.equal(text.includes('tensorlake.longRunningHours'), false);
  });

  it('opens no reporter while there is no address for problems', async () => {
    const manifest: unknown = extensions.getExtension(extensionId)?.packageJSON;
    assert.equal(typeof manifest === 'object' && manifest !== null && 'bugs' in manifest, false);
    await commands.executeCommand(commandIds.reportIssue);
  });

  it('says in plain words what is in the way', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    const direct: Omit<Way, 'hops'> = { origin: 'https://a.test', proxy: { kind: 'none' }, isStrict: true };
    const proxied: Omit<Way, 'hops'> = {
      ...direct,
      proxy: { kind: 'proxy', origin: 'http://p:1', source: 'http.proxy' },
    };
    const shown = { subject: 'b.test', issuer: 'Acme Inspection CA', protocol: 'TLSv1.3' };
    const past = now - 86_400_000;
    const cases: readonly (readonly [Omit<Way, 'hops'>, Omit<Hop, 'target' | 'ms'>, string, RegExp?])[] = [
      [direct, { name: 'lookup' }, 'ENOTFOUND', /not known here.*PAC/],
      [proxied, { name: 'lookup' }, 'ENOTFOUND', /is the VPN on\?$/],
      [direct, { name: 'lookup' }, 'EAI_AGAIN', /Is this machine online/],
      [direct, { name: 'connect' }, 'ECONNREFUSED', /refused.*PAC/],
      [proxied, { name: 'connect' }, 'ECONNREFUSED', /the proxy a\.test/],
      [direct, { name: 'connect' }, 'TIMEOUT', /firewall may drop/],
      [direct, { name: 'connect' }, 'ENETUNREACH', /No way leads/],
      [
        proxied,
        { name: 'tunnel', answer: { status: 407, isPage: false } },
        'PROXY_REFUSED',
        /http\.proxyAuth/,
      ],
      [proxied, { name: 'tunnel', answer: { status: 403, isPage: false } }, 'PROXY_REFUSED', /HTTP 403/],
      [proxied, { name: 'tunnel' }, 'PROXY_SILENT', /did not answer/],
      [direct, { name: 'tls', certificate: shown }, 'SELF_SIGNED_CERT_IN_CHAIN', /"Acme Inspection CA"/],
      [direct, { name: 'tls', certificate: shown }, 'ERR_TLS_CERT_ALTNAME_INVALID', /for "b\.test"/],
      [
        direct,
        { name: 'tls', certificate: { ...shown, validToMs: past } },
        'CERT_HAS_EXPIRED',
        /ended on 2026-01-01; the clock of this machine says 2026-01-02/,
      ],
      [direct, { name: 'tls' }, 'ECONNRESET', /was cut/],
      [direct, { name: 'tls' }, 'ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
      [direct, { name: 'answer' }, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /certificate of the client/],
      [
        direct,
        { name: 'answer', answer: { status: 503, isPage: false } },
        '',
        /under maintenance or overloaded \(HTTP 503\)/,
      ],
      [direct, { name: 'answer', answer: { status: 200, isPage: true } }, '', /gateway/],
      [
        direct,
        { name: 'answer', answer: { status: 302, isPage: true, redirectsTo: 'login.example' } },
        '',
        /leads to login\.example/,
      ],
      [direct, { name: 'answer', answer: { status: 401, isPage: false } }, ''],
    ];
    for (const [way, hop, code, expected] of cases) {
      const { certificate } = hop;
      const failure = code === '' ? {} : { failure: { code, message: code } };
      const last = { ...hop, ...(certificate && { certificate: { ...certificate, problem: code } }) };
      const text = causeText({ ...way, hops: [{ ...last, ...failure, target: 'a.test', ms: 1 }] }, now);
      if (expected) assert.match(text ?? '', expected);
      else assert.equal(text, undefined);
    }
  });

  describe('behind a proxy', () => {
    let server: LoopbackServer;
    let proxy: ConnectProxy;
    let refusing: ConnectProxy;

    before(async () => {
      server = await LoopbackServer.start(
        (_seen, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Log in</p>'),
        { tls: true },
      );
      proxy = await startProxy({ target: server.port });
      refusing = await startProxy({ status: 407 });
      await signOut();
      await workspace.getConfiguration('tensorlake').update('apiUrl', 'https://proxy.test', true);
    });
    after(async () => {
      await signIn();
      for (const each of [server, proxy, refusing]) await each.stop();
    });

    it('names the proxy, who issued the certificate, and the gateway that answers', async () => {
      await setHttp('proxy', proxy.origin.replace('//', '//me:hidden@'));
      const report = await checked();
      assert.match(report, new RegExp(`Proxy: ${proxy.origin}, from http\\.proxy`));
      assert.match(report, /TLS: .*TLSv1\.\d · certificate for .* · issued by .*valid until \d{4}-/);
      assert.match(report, /A web page came from proxy\.test/);
      assert.equal(report.includes('hidden'), false);
    });

    it('says what a refusing proxy wants', async () => {
      await setHttp('proxy', refusing.origin);
      assert.match(await checked(), /The proxy wants to know who you are \(HTTP 407\)/);
    });

    it('says that PAC is not supported where a host is not found and no proxy is set', async () => {
      await workspace.getConfiguration('tensorlake').update('apiUrl', 'https://nowhere.invalid', true);
      const report = await checked();
      assert.match(report, /nowhere\.invalid/);
      assert.match(
        report.replace(/\s+/g, ' '),
        /set http\.proxy: automatic proxy configuration \(PAC\) is not supported/,
      );
    });
  });
});
