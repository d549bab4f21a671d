import assert from 'node:assert/strict';
import { eventually, inBox, suspend, waking } from '../dataPlane/harness';
import { createPty, ptyPath, Viewer } from '../dataPlane/ptyViewer';
import { small, timings, withEmulator } from '../harness';

/** Switches for points on which sources disagree (API reference section 7) that no other suite covers. */
describe('emulator: disagreements', () => {
  it(
    'errors (U5): in message, or in error',
    withEmulator({ dialect: { errors: 'error' } }, async client => {
      assert.deepEqual(await client.expect(404, 'GET', '/sandboxes/none'), { error: 'Sandbox not found' });
      assert.equal(typeof (await client.expect(400, 'POST', '/sandboxes', { name: 'B' }))['error'], 'string');
      assert.deepEqual(Object.keys(await client.as('stranger').expect(401, 'GET', '/sandboxes')), ['error']);
    }),
  );

  it('order (U13): newest first, or by id, on one page and on several', async () => {
    for (const order of ['newest', 'id']) {
      await withEmulator({ dialect: { order } }, async client => {
        const made: string[] = [];
        for (let index = 0; index < 7; index += 1) {
          made.unshift(await client.queue());
          client.clock.advance(1);
        }
        const expected = order === 'id' ? made.toSorted() : made;
        const ids = (page: Awaited<ReturnType<typeof client.page>>) => page.sandboxes.map(({ id }) => id);
        assert.deepEqual(ids(await client.page()), expected);
        const first = await client.page('?limit=4');
        const second = await client.page(`?limit=4&cursor=${encodeURIComponent(first.next_cursor ?? '')}`);
        assert.deepEqual([...ids(first), ...ids(second)], expected);
        const back = `?limit=4&direction=backward&cursor=${encodeURIComponent(second.prev_cursor ?? '')}`;
        assert.deepEqual(ids(await client.page(back)), ids(first));
      })();
    }
  });

  it(
    'resize and networkTelemetry (U22): unknown to the server',
    withEmulator({ dialect: { resize: 'ignored', networkTelemetry: 'unknown' } }, async client => {
      const id = await client.create({ name: 'box' });
      const same = await client.expect(200, 'PATCH', `/sandboxes/${id}`, { resources: { memory_mb: 2048 } });
      assert.equal('resource_resize' in same, false);
      client.clock.advance(timings.resize);
      assert.equal((await client.sandbox(id)).resources.memory_mb, 1024);
      for (const what of ['events', 'destinations', 'status']) {
        await client.refused(404, 'GET', `/v1/namespaces/default/sandboxes/${id}/network/${what}`);
      }
    }),
  );

  it('runTimeout (U10): timeout alone, or timeout_secs as well', async () => {
    for (const [runTimeout, end] of [
      ['timeout', { exitCode: 3, signal: undefined }],
      ['either', { exitCode: undefined, signal: 9 }],
    ] as const) {
      await inBox(
        async box => {
          await box.sh('mkfifo /workspace/go');
          // Output to a pipe without a reader is lost.
          const script = 'exec 3<>/workspace/go; touch /workspace/ready; read x <&3; exit 3';
          const run = box.sh(script, { timeout_secs: 5 });
          await eventually(
            () => box.names('/workspace'),
            names => names.includes('ready'),
          );
          box.client.clock.advance(5_000);
          await box.sh('echo 1<>/workspace/go');
          const { exitCode, signal } = await run;
          assert.deepEqual({ exitCode, signal }, end);
        },
        { dialect: { runTimeout } },
      )();
    }
  });

  it('ptyBearer (U12): needed, or the token of the terminal is enough', async () => {
    await inBox(async box => {
      const handle = await createPty(box, 'cat');
      const status = await box.refusedSocket(ptyPath(handle), {
        authorization: '',
        'x-pty-token': handle.token,
      });
      assert.equal(status[0], 401);
    })();
    await inBox(
      async box => {
        const handle = await createPty(box, 'echo hello; cat');
        const stranger = box.with({ authorization: '' });
        const viewer = await Viewer.attach(stranger, handle);
        await viewer.until('hello');
        const wrong = { ...handle, token: 'f'.repeat(64) };
        assert.deepEqual(await stranger.refusedSocket(ptyPath(wrong), { 'x-pty-token': wrong.token }), [
          403,
          'INVALID_TOKEN',
        ]);
        assert.equal((await stranger.refusedSocket('/api/v1/tunnels/tcp?port=1'))[0], 401);
        await stranger.code(401, 'GET', '/api/v1/pty');
      },
      { dialect: { ptyBearer: 'optional' } },
    )();
  });

  it(
    'ptySleep (U21): terminals end with a suspension',
    inBox(
      async box => {
        const handle = await createPty(box, 'cat');
        await suspend(box);
        assert.deepEqual(await waking(box, () => box.json(200, 'GET', '/api/v1/pty')), { sessions: [] });
        assert.deepEqual(await box.refusedSocket(ptyPath(handle), { 'x-pty-token': handle.token }), [
          404,
          'SESSION_NOT_FOUND',
        ]);
      },
      { dialect: { ptySleep: 'ends' } },
    ),
  );

  it(
    'uploads (U17): a daemon that buffers refuses what is too large, and keeps the file',
    inBox(
      async box => {
        await box.put('/workspace/a', 'before');
        const large = new Uint8Array(2 * 1024 * 1024 + 1);
        await box.code(413, 'PUT', '/api/v1/files?path=/workspace/a', large);
        assert.equal(await box.read('/workspace/a'), 'before');
        await box.put('/workspace/a', large.subarray(1));
        assert.equal((await box.read('/workspace/a')).length, large.length - 1);
      },
      { dialect: { uploads: 'buffered' } },
    ),
  );

  for (const unexposedPort of ['401', '403', '404', '502']) {
    it(
      `unexposedPort (U19): ${unexposedPort}`,
      inBox(
        async box => {
          const host = `3000-${box.id}.localhost`;
          const refused = box.refusedSocket('/', { host, 'x-tensorlake-sandbox-id': '' });
          assert.equal(String((await refused)[0]), unexposedPort);
        },
        { dialect: { unexposedPort } },
      ),
    );
  }

  for (const logTime of ['s', 'ms', 'us', 'ns']) {
    it(
      `logTime (U4): ${logTime}`,
      withEmulator({ dialect: { logTime } }, async client => {
        const id = await client.create();
        const process = { processId: 'p', pid: 1, command: 'x' };
        client.emulator.logs.append({ sandboxId: id, projectId: 'p', process }, { body: 'line' });
        const answer = JSON.stringify(await client.expect(200, 'GET', `/sandboxes/${id}/logs`));
        const perSecond = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 }[logTime] ?? 0;
        const expected = Math.round((client.clock.now() / 1e3) * perSecond);
        assert.ok(answer.includes(`"timestamp":${expected}`), answer);
      }),
    );
  }

  for (const runtime of ['cloud-hypervisor', 'cloud_hypervisor', 'firecracker', 'gvisor']) {
    it(
      `runtime (U15): ${runtime}`,
      withEmulator({ dialect: { runtime } }, async client => {
        assert.equal((await client.sandbox(await client.create()))['runtime'], runtime);
      }),
    );
  }

  it(
    'claimFiles and mounts: an older server drops the mounts of a claim and is strict about those of a create',
    withEmulator({ ages: ['older'] }, async client => {
      const file_system_id = await client.fileSystem();
      const mount = { file_system_id, mount_path: '/data' };
      const { pool_id } = await client.expect(200, 'POST', '/sandbox-pools', { image: 'x', ...small });
      const { answer } = await client.held('POST', `/sandbox-pools/${String(pool_id)}/sandboxes`, {
        file_systems: [mount],
      });
      client.clock.advance(timings.boot);
      const { status, body } = await answer;
      assert.equal(status, 200);
      assert.equal('claim_configuration_applied' in body, false);
      assert.deepEqual((await client.sandbox(String(body['sandbox_id'])))['file_systems'], []);
      const strict = { ...small, file_systems: [{ ...mount, read_only: false }] };
      assert.match(await client.refused(400, 'POST', '/sandboxes', strict), /read_only/);
    }),
  );
});
