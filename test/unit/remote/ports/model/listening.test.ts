import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { promisify } from 'node:util';
import { listeningScript, readListening } from '../../../../../src/remote/ports/model/listening';

describe('the listening ports of a sandbox', () => {
  const own = 'L 0100007F:0BB8 11\nL 00000000:1F40 12\nL 00000000000000000000000000000000:1435 13\n';

  it('are those that 127.0.0.1 reaches, with their programs, in order', () => {
    assert.deepEqual(readListening(`${own}P 11 node\nP 13 my server\n`), [
      { port: 3000, program: 'node', isReachable: true },
      { port: 5173, program: 'my server', isReachable: true },
      { port: 8000, isReachable: true },
    ]);
  });

  it('are those of its own processes where the machine is shared', () => {
    assert.deepEqual(readListening(`${own}M\nP 12 python3\n`), [
      { port: 8000, program: 'python3', isReachable: true },
    ]);
  });

  it('are marked when a tunnel does not reach them, and the port of the daemon is none', () => {
    assert.deepEqual(
      readListening('L 00000000000000000000000001000000:1435 13\nL 0101A8C0:0050 14\nL 00000000:251D 15\n'),
      [
        { port: 80, isReachable: false },
        { port: 5173, isReachable: false },
      ],
    );
    assert.deepEqual(readListening('L 00000000000000000000000001000000:1435 1\nL 0100007F:1435 2\n'), [
      { port: 5173, isReachable: true },
    ]);
  });

  it('are a bounded number, and nothing of what is no line of the script', () => {
    const many = Array.from(
      { length: 1000 },
      (_, at) => `L 00000000:${(at + 1000).toString(16).padStart(4, '0').toUpperCase()} ${at}\n`,
    );
    assert.equal(readListening(many.join('')).length, 200);
    assert.deepEqual(readListening('L x\nL 00000000:0000 1\nL 00000000:99999 1\nP\nnonsense\n'), []);
  });

  describe('by the script', () => {
    const servers: Server[] = [];
    afterEach(() => {
      for (const server of servers.splice(0)) server.close();
    });

    async function listen(): Promise<number> {
      const server = createServer().listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    }

    async function list(mark?: string): Promise<ReturnType<typeof readListening>> {
      const env = { PATH: process.env['PATH'], ...(mark !== undefined && { TENSORLAKE_UNIT: `${mark}.x.` }) };
      const { stdout } = await promisify(execFile)('sh', ['-c', listeningScript], { env });
      return readListening(stdout);
    }

    before(function () {
      if (process.platform !== 'linux') this.skip();
    });

    it('are found, with their program', async () => {
      const port = await listen();
      const found = (await list()).find(each => each.port === port);
      assert.equal(found?.isReachable, true);
      assert.ok(found.program !== undefined);
    });

    it('are only those of marked processes where there is a mark', async () => {
      const foreign = await listen();
      const program = `const s = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))`;
      const child = spawn(process.execPath, ['-e', program], {
        env: { PATH: process.env['PATH'], TENSORLAKE_UNIT: 'box1.p1.' },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      try {
        const [line] = (await once(child.stdout, 'data')) as [Buffer];
        const port = Number(line.toString());
        assert.deepEqual(
          (await list('box1')).map(each => each.port),
          [port],
        );
        assert.deepEqual(await list('box'), []);
        assert.ok((await list()).some(each => each.port === foreign));
      } finally {
        child.kill('SIGKILL');
      }
    });
  });
});
