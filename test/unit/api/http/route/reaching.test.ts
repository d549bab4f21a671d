import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { loadUndici } from '../../../../../src/api/http/route/httpLibrary';
import { UndiciTransport } from '../../../../../src/api/http/undiciTransport';
import { closedPort } from '../../../../support/servers/loopbackServer';
import { refused } from '../box';

const addresses = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
const twoAddresses: LookupFunction = (_host, _options, callback) =>
  process.nextTick(callback, null, addresses);

/** A web server that has room for two connections until it goes on. */
const program = `
const server = require('node:http').createServer((request, response) => response.end('slow'));
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

describe('A host with two addresses', () => {
  let transport: UndiciTransport;
  before(loadUndici);
  beforeEach(() => {
    transport = new UndiciTransport({ network: () => ({ strictSsl: true }), lookup: twoAddresses });
  });
  afterEach(() => transport.dispose());

  const get = (port: number) =>
    transport.request({
      method: 'GET',
      url: new URL(`http://two.test:${port}/`),
      headers: {},
      signal: new AbortController().signal,
      timeouts: { headersMs: 10_000, bodyMs: 10_000, totalMs: 10_000 },
    });

  it('that cannot be reached says what each of them did', async () => {
    const port = await closedPort();
    const { message, code } = await refused('network', get(port));
    assert.equal(code, 'ECONNREFUSED');
    for (const { address } of addresses)
      assert.ok(message.includes(`ECONNREFUSED ${address}:${port}`), message);
  });

  describe('on a link that is slower than 250 ms', () => {
    let server: ChildProcess;
    const waiting: Socket[] = [];
    afterEach(() => {
      for (const socket of waiting.splice(0)) socket.destroy();
      server.kill('SIGKILL');
    });

    it('is reached, although the other address is refused at once', async function () {
      // Elsewhere a full queue refuses connections instead of letting them wait.
      if (process.platform !== 'linux') this.skip();
      server = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      assert.ok(server.stdout);
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      const port = Number(line);
      server.kill('SIGSTOP');
      for (let count = 0; count < 2; count++) {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        waiting.push(socket);
        await once(socket, 'connect');
      }
      const answer = get(port);
      // The system tries again after a second, as for a packet that was lost.
      setTimeout(() => server.kill('SIGCONT'), 500);
      assert.equal((await answer).text, 'slow');
    });
  });
});
