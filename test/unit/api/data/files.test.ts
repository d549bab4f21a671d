import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { LoopbackServer } from '../../../support/servers/loopbackServer';
import { never } from '../http/fakeTransport';
import { box, clientOf, collect, refused, text, transportOf } from '../http/box';

describe('SandboxFiles', () => {
  const the = box();

  it('writes, reads, lists and deletes files with any name', async () => {
    const { files } = the().client;
    const names = [
      'plain.txt',
      'with space',
      'quo\'te"s',
      'new\nline',
      '-dash',
      '.hidden',
      'ünï €',
      '%2e+&=#?',
      '\\',
    ];
    for (const name of names) await files.write(`/workspace/names/${name}`, Buffer.from(name), never);
    await files.write('/workspace/names/dir/inner', Buffer.alloc(0), never);
    const { entries, badEntries } = await files.list('/workspace/names', never);
    assert.equal(badEntries, 0);
    assert.deepEqual(entries.map(({ name }) => name).sort(), [...names, 'dir'].sort());
    for (const name of names) {
      assert.equal(text(await files.read(`/workspace/names/${name}`, never)), name);
      const entry = await files.stat(`/workspace/names/${name}`, never);
      assert.deepEqual([entry?.isDirectory, entry?.size], [false, Buffer.byteLength(name)]);
      assert.ok((entry?.modifiedAtMs ?? 0) > 1.6e12);
    }
    assert.deepEqual(entries[0], { ...entries[0], name: 'dir', isDirectory: true, size: undefined });
    assert.equal((await files.stat('/workspace/names/', never))?.isDirectory, true);
    assert.equal(await files.stat('/workspace/names/none', never), undefined);
    assert.equal((await files.read('/workspace/names/dir/inner', never)).length, 0);
    assert.equal(await files.delete('/workspace/names/-dash', never), 'deleted');
    assert.equal(await files.delete('/workspace/names/-dash', never), 'gone');
  });

  it('reports each failure with its kind', async () => {
    const { files } = the().client;
    await files.write('/workspace/file', Buffer.from('x'), never);
    assert.equal((await refused('notFound', files.read('/workspace/none', never))).code, 'NOT_FOUND');
    assert.equal((await refused('invalid', files.read('/workspace', never))).code, 'IS_DIRECTORY');
    assert.equal((await refused('invalid', files.list('/workspace/file', never))).code, 'NOT_A_DIRECTORY');
    assert.equal((await refused('invalid', files.read('/workspace/../x', never))).code, 'PATH_TRAVERSAL');
    await refused('server', files.delete('/workspace', never));
    await refused('server', files.write('/workspace', Buffer.from('x'), never));
    await refused('notFound', files.stat('/none/x', never));
    assert.equal((await refused('invalid', files.read('/workspace/\ud800', never))).undelivered, true);
  });

  it('streams both ways without buffering the content', async () => {
    const { files } = the().client;
    const piece = Buffer.alloc(1024 * 1024, 'abcdefg');
    const pieces = 48;
    const hash = createHash('sha256');
    let ahead = 0;
    async function* content() {
      for (let sent = 0; sent < pieces; sent++) {
        ahead = sent;
        hash.update(piece);
        yield piece;
        await new Promise(setImmediate);
      }
    }
    const size = pieces * piece.length;
    await files.write('/workspace/big', { size, open: content }, never);
    const wanted = hash.digest('hex');
    assert.equal(ahead, pieces - 1);
    const { size: reportedSize, body } = await files.open('/workspace/big', never);
    assert.equal(reportedSize, size);
    const read = createHash('sha256');
    for await (const chunk of body) read.update(chunk);
    assert.equal(read.digest('hex'), wanted);
    await refused('invalid', files.read('/workspace/big', never, 1_000_000));
  });

  it('uploads a source of unknown length, and an empty one', async () => {
    const { files } = the().client;
    async function* lines() {
      yield Buffer.from('a');
      await Promise.resolve();
      yield new Uint8Array(Buffer.from('xbx')).subarray(1, 2);
    }
    await files.write('/workspace/chunked', { open: lines }, never);
    assert.equal(text(await files.read('/workspace/chunked', never)), 'ab');
    await files.write('/workspace/chunked', { size: 0, open: async function* () {} }, never);
    assert.equal((await files.read('/workspace/chunked', never)).length, 0);
  });

  it('throws the error of the upload source, and closes the source when the upload ends early', async () => {
    const { files } = the().client;
    const own = new Error('The disk is gone');
    async function* failing() {
      yield Buffer.from('a');
      await Promise.resolve();
      throw own;
    }
    await assert.rejects(
      files.write('/workspace/f', { size: 10, open: failing }, never),
      error => error === own,
    );
    const abort = new AbortController();
    let closings = 0;
    async function* endless() {
      try {
        for (;;) {
          yield Buffer.alloc(64 * 1024);
          await new Promise(setImmediate);
          abort.abort();
        }
      } finally {
        closings += 1;
      }
    }
    await refused('cancelled', files.write('/workspace/f', { open: endless }, abort.signal));
    for (let turns = 0; closings === 0 && turns < 1_000; turns++) await new Promise(setImmediate);
    assert.equal(closings, 1);
    await refused('network', files.write('/workspace/f', { size: 3, open: failingShort }, never));
    async function* failingShort() {
      yield Buffer.from('a');
      await Promise.resolve();
    }
  });

  it('can stop in the middle of a download', async () => {
    const { files } = the().client;
    await files.write('/workspace/half', Buffer.alloc(8 * 1024 * 1024), never);
    const { body } = await files.open('/workspace/half', never);
    for await (const chunk of body) {
      assert.ok(chunk.length > 0);
      break;
    }
    const abort = new AbortController();
    const second = await files.open('/workspace/half', abort.signal);
    await refused(
      'cancelled',
      (async () => {
        for await (const chunk of second.body) {
          assert.ok(chunk.length > 0);
          abort.abort();
        }
      })(),
    );
    assert.equal(await the().client.health(never), true);
  });

  it('logs neither a path nor a key', () => {
    const { log, emulator } = the();
    assert.ok(log.lines.length > 20);
    for (const line of log.lines) {
      assert.ok(!line.includes(emulator.apiKey) && !line.includes('workspace'), line);
    }
  });
});

describe('SandboxFiles on a hostile server', () => {
  const transport = transportOf();
  after(() => transport.dispose());

  async function serving(
    answer: Parameters<typeof LoopbackServer.start>[0],
    use: (url: string) => Promise<void>,
  ) {
    const server = await LoopbackServer.start(answer);
    try {
      await use(server.origin);
    } finally {
      await server.stop();
    }
  }

  it('rejects names that leave their directory', () =>
    serving(
      (_seen, response) =>
        response.end(
          JSON.stringify({
            entries: [
              ...['ok', '..', '.', '', 'a/b', '/etc', 'nul\0', 7, null].map(name => ({
                name,
                is_dir: 'yes',
                size: -1,
              })),
              null,
              'x',
            ],
          }),
        ),
      async url => {
        const { entries, badEntries } = await clientOf(transport, url).files.list('/x', never);
        assert.deepEqual(
          entries.map(({ name, isDirectory, size }) => [name, isDirectory, size]),
          [['ok', false, undefined]],
        );
        assert.equal(badEntries, 10);
      },
    ));

  it('says that a folder has more entries than can be listed', async () => {
    const body = `{"entries":[${'{"name":"a","size":1,"x":2},'.repeat(300_000)}{}]}`;
    await serving(
      (_seen, response) => response.end(body),
      async url => {
        const { code } = await refused('schema', clientOf(transport, url).files.list('/x', never));
        assert.equal(code, 'TOO_MANY');
      },
    );
  });

  it('reports truncated, inconsistent and unreadable answers', async () => {
    await serving(
      (_seen, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('part');
        setImmediate(() => response.destroy());
      },
      async url => {
        await refused('network', clientOf(transport, url).files.read('/x', never));
      },
    );
    for (const body of ['[]', '{', '<html>', '{"entries":{}}', 'null']) {
      await serving(
        (_seen, response) => response.end(body),
        async url => {
          await refused('schema', clientOf(transport, url).files.list('/x', never));
        },
      );
    }
    await serving(
      (_seen, response) => response.writeHead(413).end('<html><title>Too large</title>'),
      async url => {
        const error = await refused(
          'tooLarge',
          clientOf(transport, url).files.write('/x', Buffer.of(1), never),
        );
        assert.deepEqual([error.status, error.message], [413, 'Too large']);
      },
    );
  });

  it('opens the source again only when the request was certainly not forwarded', async () => {
    let opened = 0;
    const source = {
      open: async function* () {
        opened += 1;
        yield await Promise.resolve(Buffer.from('content'));
      },
    };
    let refusals = 2;
    await serving(
      (_seen, response) => {
        if (refusals-- > 0) response.writeHead(503).end('{"error":"not yet","code":"SANDBOX_NOT_READY"}');
        else response.writeHead(204).end();
      },
      async url => clientOf(transport, url).files.write('/x', source, never),
    );
    assert.equal(opened, 3);
  });

  it('does not send the key to the target of a redirect', async () => {
    const seen: unknown[] = [];
    await serving(
      (stranger, response) => {
        seen.push(stranger.headers.authorization, stranger.headers['x-tensorlake-sandbox-id']);
        response.end('content of a stranger');
      },
      async strangerUrl =>
        serving(
          (_seen, response) => response.writeHead(302, { location: strangerUrl }).end(),
          async url => {
            const { files } = clientOf(transport, url);
            assert.equal(text(await files.read('/x', never)), 'content of a stranger');
            await refused('server', files.write('/x', Buffer.of(1), never));
            await refused('server', files.list('/x', never));
          },
        ),
    );
    assert.deepEqual(seen, [undefined, undefined]);
  });

  it('does not read ahead of a slow reader', async () => {
    const total = 64 * 1024 * 1024;
    let sent = 0;
    await serving(
      (_seen, response) => {
        const piece = Buffer.alloc(256 * 1024);
        const fill = (): void => {
          while (sent < total) {
            sent += piece.length;
            if (!response.write(piece)) return;
          }
          response.end();
        };
        response.on('drain', fill);
        fill();
      },
      async url => {
        const { body } = await clientOf(transport, url).files.open('/x', never);
        let last = -1;
        // Wait until the sender makes no more progress.
        while (sent !== last) {
          last = sent;
          await new Promise(resolve => setTimeout(resolve, 100));
        }
        assert.ok(sent < total / 2, `${sent} bytes were sent to nobody`);
        const chunks = await collect(body);
        assert.equal(
          chunks.reduce((sum, chunk) => sum + chunk.length, 0),
          total,
        );
      },
    );
  });
});
