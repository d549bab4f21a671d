import assert from 'node:assert/strict';
import { RetainedLogs } from '../../../../src/api/control/logs';
import { ApiClient } from '../../../../src/api/http/client';
import { ApiError } from '../../../../src/core/kernel/errors';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { waitFor } from '../../../support/waitFor';
import { box, collect } from '../http/box';
import { clientWith, endpointAt, FakeTransport, never } from '../http/fakeTransport';

describe('RetainedLogs', () => {
  const the = box();

  it('filters and pages logs and names their processes, without a request to the sandbox', async () => {
    const { client, emulator, sandbox, transport } = the();
    const script =
      'for n in 1 2 3 4 5; do echo line $n; done; echo \'{"message":"json","level":"error","a":1}\'';
    await collect(client.processes.run({ command: 'sh', args: ['-c', script] }, never));
    const before = emulator.proxyRequests();
    const logs = new RetainedLogs(
      new ApiClient({
        transport,
        endpoint: endpointAt(emulator.url),
        credential: () => emulator.apiKey,
        logger: silentLogger,
        version: '0.0.0',
      }),
      emulator.projectId,
    );
    const all = await waitFor('six lines', async () => {
      const page = await logs.page(sandbox.id, {}, never);
      return page.entries.length === 6 && page;
    });
    assert.ok(all.entries.every(({ atMs, id }) => (atMs ?? 0) > 1.6e12 && id !== undefined));
    const errors = await logs.page(sandbox.id, { levels: ['error'] }, never);
    assert.deepEqual(
      errors.entries.map(({ body, level, attributes }) => [body, level, attributes]),
      [['json', 'error', '{"stream":"stdout","a":1}']],
    );
    assert.equal((await logs.page(sandbox.id, { body: 'LINE 3' }, never)).entries.length, 1);
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await logs.page(
        sandbox.id,
        { take: { from: 'head', count: 4 }, ...(nextToken !== undefined && { nextToken }) },
        never,
      );
      found.push(...page.entries.map(({ body }) => body));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    assert.deepEqual(found, ['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'json']);
    const [process] = await logs.processes(sandbox.id, never);
    assert.equal(process?.count, 6);
    const own = await logs.page(sandbox.id, { processIds: [process.processId] }, never);
    assert.equal(own.entries.length, 6);
    assert.equal(emulator.proxyRequests(), before);
  });

  it('rejects an answer without a list, and ends the pages at a repeated token', async () => {
    const bad = new RetainedLogs(clientWith(new FakeTransport({ json: {} })), 'ns');
    await assert.rejects(bad.page('x', {}, never), error => ApiError.is(error, 'schema'));
    const same = new RetainedLogs(
      clientWith(new FakeTransport({ json: { logs: [null, {}], nextToken: 'a' } })),
      'ns',
    );
    const page = await same.page('x', { nextToken: 'a' }, never);
    assert.deepEqual([page.entries.length, page.nextToken, page.isTruncated], [1, undefined, true]);
  });

  it('tells that there are older lines when it cannot ask for them', async () => {
    const read = async (next: unknown, name = 'nextToken') => {
      const transport = new FakeTransport({ json: { logs: [{}], [name]: next } });
      const page = await new RetainedLogs(clientWith(transport), 'ns').page('x', {}, never);
      return [page.nextToken, page.isTruncated];
    };
    for (const unusable of [7, true, {}, ['a'], 'x'.repeat(4_097)])
      assert.deepEqual(await read(unusable), [undefined, true], JSON.stringify(unusable).slice(0, 20));
    for (const none of [null, '', false]) assert.deepEqual(await read(none), [undefined, undefined]);
    assert.deepEqual(await read('a'), ['a', undefined]);
    assert.deepEqual(await read('b', 'next_token'), ['b', undefined]);
  });
});
