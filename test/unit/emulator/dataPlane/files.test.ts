import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { inBox } from './harness';

const file = (path: string): string => `/api/v1/files?path=${encodeURIComponent(path)}`;

describe('data plane: files', () => {
  it(
    'writes, reads, replaces and deletes bytes, and makes parents',
    inBox(async box => {
      const bytes = randomBytes(300_000);
      await box.put('/workspace/deep/er/data.bin', Uint8Array.from(bytes));
      const response = await box.fetch('GET', file('/workspace/deep/er/data.bin'));
      assert.equal(response.headers.get('content-length'), '300000');
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
      await box.put('/workspace/deep/er/data.bin', 'short');
      assert.equal(await box.read('workspace/deep/er/data.bin'), 'short');
      await box.put('/workspace/empty', '');
      assert.equal(await box.read('/workspace/empty'), '');
      await box.json(204, 'DELETE', file('/workspace/empty'));
      assert.equal(await box.code(404, 'GET', file('/workspace/empty')), 'NOT_FOUND');
      assert.equal(await box.code(404, 'DELETE', file('/workspace/empty')), 'NOT_FOUND');
    }),
  );

  it(
    'lists directories first, then by name, with null sizes',
    inBox(async box => {
      for (const path of ['b', 'B', '.hidden', 'dir/x', 'a dir/y', 'ä'])
        await box.put(`/workspace/${path}`, '12');
      const entries = await box.list('/workspace');
      assert.deepEqual(
        entries.map(({ name, is_dir, size }) => [name, is_dir, size]),
        [
          ['a dir', true, null],
          ['dir', true, null],
          ['.hidden', false, 2],
          ['B', false, 2],
          ['b', false, 2],
          ['ä', false, 2],
        ],
      );
      assert.ok(entries.every(({ modified_at }) => Math.abs(Date.now() - (modified_at ?? 0)) < 60_000));
    }),
  );

  it(
    'refuses with the codes of the daemon',
    inBox(async box => {
      await box.put('/workspace/dir/f', 'x');
      assert.equal(await box.code(400, 'GET', file('/workspace/dir')), 'IS_DIRECTORY');
      assert.equal(await box.code(500, 'PUT', file('/workspace/dir'), 'x'), 'INTERNAL_ERROR');
      assert.equal(await box.code(500, 'DELETE', file('/workspace/dir')), 'INTERNAL_ERROR');
      assert.equal(await box.code(404, 'GET', '/api/v1/files/list?path=/nowhere'), 'NOT_FOUND');
      assert.equal(await box.code(400, 'GET', '/api/v1/files/list?path=/workspace/dir/f'), 'NOT_A_DIRECTORY');
      assert.equal(await box.code(404, 'GET', file('/workspace/dir/f/under')), 'NOT_FOUND');
      await box.code(400, 'GET', '/api/v1/files');
      await box.code(405, 'POST', file('/workspace/x'));
      await box.code(404, 'GET', '/api/v1/nothing');
    }),
  );

  it(
    'refuses every .. and every path outside the sandbox',
    inBox(async box => {
      for (const path of ['../x', '/workspace/../../etc/passwd', '/workspace/..', '..']) {
        for (const [method, route] of [
          ['GET', 'files'],
          ['PUT', 'files'],
          ['DELETE', 'files'],
          ['GET', 'files/list'],
        ] as const) {
          const target = `/api/v1/${route}?path=${encodeURIComponent(path)}`;
          assert.equal(
            await box.code(403, method, target, method === 'PUT' ? 'x' : undefined),
            'PATH_TRAVERSAL',
          );
        }
      }
      await box.put('/workspace/..dots', 'fine');
      const error = z.object({ error: z.string() });
      const { error: text } = error.parse(await box.json(500, 'PUT', file('/workspace'), 'x'));
      assert.doesNotMatch(text, /tensorlake-emulator/);
      assert.equal(await box.code(500, 'PUT', file('/usr/bin/evil'), 'x'), 'INTERNAL_ERROR');
      assert.equal(await box.code(500, 'DELETE', file('/etc/hostname')), 'INTERNAL_ERROR');
    }),
  );

  it(
    'follows links inside the sandbox, deletes the link itself, and lists it as a link',
    inBox(async box => {
      await box.put('/tmp/real/target', 'here');
      await box.sh(
        'cd /workspace; ln -s /tmp/real/target f; ln -s /tmp/real d; ln -s loop loop; ln -s ../../../tmp up',
      );
      assert.equal(await box.read('/workspace/f'), 'here');
      assert.equal(await box.read('/workspace/d/target'), 'here');
      assert.equal(await box.read('/workspace/up/real/target'), 'here');
      assert.deepEqual(
        (await box.list('/workspace')).map(({ name, is_dir }) => [name, is_dir]),
        [
          ['d', false],
          ['f', false],
          ['loop', false],
          ['up', false],
        ],
      );
      assert.equal(await box.code(500, 'GET', file('/workspace/loop')), 'INTERNAL_ERROR');
      await box.put('/workspace/f', 'through');
      assert.equal(await box.read('/tmp/real/target'), 'through');
      await box.json(204, 'DELETE', file('/workspace/f'));
      assert.deepEqual(await box.names('/tmp/real'), ['target']);
    }),
  );

  it(
    'never waits for a pipe',
    inBox(async box => {
      await box.sh('mkfifo /tmp/pipe');
      assert.equal(await box.code(500, 'GET', file('/tmp/pipe')), 'INTERNAL_ERROR');
      assert.equal(await box.code(500, 'PUT', file('/tmp/pipe'), 'x'), 'INTERNAL_ERROR');
      await box.json(204, 'DELETE', file('/tmp/pipe'));
    }),
  );

  it(
    'shows uploaded files to commands unchanged, and files of commands to downloads',
    inBox(async box => {
      for (const path of ['/workspace/a', '/tmp/b', '/home/tl-user/c', '/data/d']) {
        await box.put(path, `for ${path}`);
        assert.equal((await box.sh(`cat ${path}; echo more >> ${path}; rm -f /none`)).stdout, `for ${path}`);
        assert.equal(await box.read(path), `for ${path}more\n`);
      }
      assert.equal((await box.sh('rm /tmp/b; ls /tmp; pwd; echo $HOME')).stdout, '/\n/home/tl-user');
      assert.equal(await box.code(404, 'GET', file('/tmp/b')), 'NOT_FOUND');
    }),
  );

  it(
    'streams 100 MB both ways without buffering it',
    inBox(async box => {
      const piece = randomBytes(1024 * 1024);
      const sent = createHash('sha256');
      let most = 0;
      const upload = Readable.from(
        (function* () {
          for (let count = 0; count < 100; count += 1) {
            most = Math.max(most, process.memoryUsage().arrayBuffers);
            sent.update(piece);
            yield piece;
          }
        })(),
      );
      const before = process.memoryUsage().arrayBuffers;
      const response = await fetch(`${box.client.emulator.url}${file('/workspace/big')}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${box.token}`, 'x-tensorlake-sandbox-id': box.id },
        body: z.custom<ReadableStream>().parse(Readable.toWeb(upload)),
        duplex: 'half',
      });
      assert.equal(response.status, 204);
      const received = createHash('sha256');
      const download = await box.fetch('GET', file('/workspace/big'));
      for await (const chunk of download.body ?? []) {
        most = Math.max(most, process.memoryUsage().arrayBuffers);
        received.update(z.instanceof(Uint8Array).parse(chunk));
      }
      assert.equal(received.digest('hex'), sent.digest('hex'));
      assert.ok(most - before < 64 * 1024 * 1024, `${Math.round((most - before) / 1e6)} MB were held`);
    }),
  );
});
