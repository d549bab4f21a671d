import assert from 'node:assert/strict';
import { z } from 'zod';
import { timings, withEmulator, type Client } from '../harness';

const logPage = z.object({
  logs: z.array(
    z.looseObject({
      timestamp: z.number(),
      uuid: z.string(),
      sandboxId: z.string(),
      body: z.string(),
      logAttributes: z.string(),
      level: z.number(),
    }),
  ),
  nextToken: z.string().optional(),
});

async function logs(client: Client, id: string, query = ''): Promise<z.output<typeof logPage>> {
  return logPage.parse(
    await client.expect(200, 'GET', `/v1/namespaces/default/sandboxes/${id}/logs${query}`),
  );
}

async function bodies(client: Client, id: string, query = ''): Promise<readonly string[]> {
  return (await logs(client, id, query)).logs.map(({ body }) => body);
}

describe('emulator: retained logs', () => {
  const server = { processId: 'process-1', pid: 42, command: 'node server.js', managedName: 'web' };
  const job = { processId: 'process-2', pid: 43, command: 'make' };

  it(
    'filters, pages from either end, and lists its streams, also after termination',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'box' });
      const source = { sandboxId: id, projectId: 'p', process: server };
      for (const body of ['one', 'two', 'Three', 'four']) {
        client.emulator.logs.append(source, { body, level: body === 'two' ? 5 : 3 });
        client.clock.advance(1);
      }
      client.emulator.logs.append({ ...source, process: job }, { body: 'five', level: 4 });
      await client.expect(200, 'DELETE', `/sandboxes/${id}`);

      assert.deepEqual(await bodies(client, id), ['one', 'two', 'Three', 'four', 'five']);
      assert.deepEqual(await bodies(client, id, '?level=5&level=4'), ['two', 'five']);
      assert.deepEqual(await bodies(client, id, '?processId=process-2'), ['five']);
      assert.deepEqual(await bodies(client, id, '?body=THREE'), ['Three']);
      const head = await logs(client, id, '?head=2');
      assert.deepEqual(await bodies(client, id, '?head=2'), ['one', 'two']);
      assert.deepEqual(await bodies(client, id, `?head=3&nextToken=${head.nextToken ?? ''}`), [
        'Three',
        'four',
        'five',
      ]);
      const tail = await logs(client, id, '?tail=2');
      assert.deepEqual(await bodies(client, id, '?tail=2'), ['four', 'five']);
      const older = await logs(client, id, `?tail=3&nextToken=${tail.nextToken ?? ''}`);
      assert.deepEqual(
        older.logs.map(({ body }) => body),
        ['one', 'two', 'Three'],
      );
      assert.equal(older.nextToken, undefined);

      const answer = await client.expect(200, 'GET', `/v1/namespaces/x/sandboxes/${id}/processes`);
      const [first] = z.tuple([z.looseObject({})], z.unknown()).parse(answer['processes']);
      assert.equal(first['processPid'], '42');
      assert.equal(first['processManagedName'], 'web');
      assert.equal(first['logCount'], 4);
      assert.equal(Number(first['lastSeen']) - Number(first['firstSeen']), 3);

      client.clock.advance(timings.archive);
      assert.equal((await bodies(client, id)).length, 5, 'of an archived sandbox');
    }),
  );

  it(
    'parses lines that are JSON objects',
    withEmulator({}, async client => {
      const id = await client.create();
      const source = { sandboxId: id, projectId: 'p', process: job };
      const lines = [
        '{"message":"hello","level":"WARN","timestamp":"2026-01-01T00:00:00Z","user":7}',
        '{"event":"done","level":6}',
        '{"count":1}',
        '{broken',
      ];
      for (const line of lines) client.emulator.logs.appendLine(source, 'stdout', line);
      client.emulator.logs.appendLine(source, 'stderr', 'plain');
      const { logs: rows } = await logs(client, id);
      assert.deepEqual(
        rows.map(({ body, level }) => [body, level]),
        [
          ['hello', 4],
          ['done', 6],
          ['{"count":1}', 3],
          ['{broken', 3],
          ['plain', 5],
        ],
      );
      assert.equal(rows[0]?.timestamp, Date.UTC(2026, 0, 1));
      assert.equal(rows[0].logAttributes, '{"stream":"stdout","user":7}');
    }),
  );

  it(
    'is stored by project and by id, and gives times in the unit of the switch',
    withEmulator({ apiKeys: ['one', 'two'], dialect: { logTime: 'ns' } }, async client => {
      const id = await client.create({ name: 'box' });
      client.emulator.logs.append({ sandboxId: id, projectId: 'p', process: job }, { body: 'x' });
      const nowMs = client.clock.now();
      const page = await client.expect(200, 'GET', `/sandboxes/${id}/logs`);
      const [row] = z.tuple([z.looseObject({ timestamp: z.number() })]).parse(page['logs']);
      assert.equal(row.timestamp, nowMs * 1e6);
      for (const path of ['logs', 'processes', 'network/events', 'network/destinations', 'network/status']) {
        await client.refused(404, 'GET', `/sandboxes/box/${path}`);
        await client.as('two').refused(404, 'GET', `/sandboxes/${id}/${path}`);
      }
      for (const query of ['head=1&tail=1', 'head=0', 'level=9', 'nextToken=x']) {
        await client.refused(400, 'GET', `/sandboxes/${id}/logs?${query}`);
      }
    }),
  );
});

describe('emulator: network telemetry', () => {
  it(
    'pages events, adds up destinations, and reports its freshness',
    withEmulator({}, async client => {
      const id = await client.create();
      const path = `/v1/namespaces/default/sandboxes/${id}/network`;
      assert.equal((await client.expect(200, 'GET', `${path}/status`))['state'], 'unknown');
      const from = client.clock.now();
      const seen = { sandboxId: id, projectId: 'p', destinationIp: '192.0.2.1', destinationPort: 443 };
      client.emulator.network.append({ ...seen, originalBytes: 10, replyBytes: 20 });
      client.clock.advance(1);
      client.emulator.network.append({ ...seen, originalBytes: 1 });
      client.emulator.network.append({ ...seen, destinationPort: 22, originalBytes: 5, replyBytes: 5 });
      client.emulator.network.append({ ...seen, source: 'dns_packet', dnsName: 'example.org' });

      const event = z.looseObject({ sequence: z.number(), observed_at_ms: z.number() });
      const page = async (query: string) =>
        z
          .object({
            events: z.array(event),
            next_cursor: z.string().nullable(),
            from_ms: z.number(),
            to_ms: z.number(),
          })
          .parse(await client.expect(200, 'GET', `${path}/events?${query}`));
      const first = await page('limit=3');
      assert.equal(first.events.length, 3);
      assert.equal(first.to_ms - first.from_ms, 3_600_000);
      const second = await page(`limit=3&cursor=${first.next_cursor ?? ''}`);
      assert.equal(second.events.length, 1);
      assert.equal(second.events.at(0)?.['dns_name'], 'example.org');
      assert.equal(second.next_cursor, null);
      assert.equal((await page(`from_ms=${from}&to_ms=${from}`)).events.length, 1);

      const sums = await client.expect(200, 'GET', `${path}/destinations?limit=1`);
      assert.equal(sums['truncated'], true);
      const [top] = z.tuple([z.looseObject({})]).parse(sums['destinations']);
      assert.deepEqual(top, {
        destination_ip: '192.0.2.1',
        destination_port: 443,
        transport: 'tcp',
        observed_connections: 2,
        original_bytes: 11,
        reply_bytes: 20,
        unknown_byte_connections: 1,
        degraded_connections: 0,
      });
      assert.equal((await client.expect(200, 'GET', `${path}/status`))['state'], 'recent');
      client.clock.advance(6 * 60_000);
      assert.equal((await client.expect(200, 'GET', `${path}/status`))['state'], 'stale');
      for (const query of ['limit=501', 'limit=0', 'from_ms=2&to_ms=1', 'cursor=!']) {
        await client.refused(400, 'GET', `${path}/events?${query}`);
      }
    }),
  );
});
