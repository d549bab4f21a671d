import assert from 'node:assert/strict';
import { NameList } from '../../../../../src/remote/files/model/nameList';
import { SizeGate, upToSize } from '../../../../../src/remote/files/model/sizeGate';
import { repeated, startFlood } from '../../../../support/flood/flood';
import { clientOf, refused, transportOf } from '../../../api/http/box';
import { never } from '../../../api/http/fakeTransport';

const gibibyte = 1024 ** 3;
const free = new SizeGate(Infinity, () => Promise.reject(new Error('Nobody is asked')));

async function* chunks(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield await Promise.resolve(new Uint8Array(size));
}

/** The size of what passed, and how often a difference was told. */
async function passed(
  sizes: readonly number[],
  told: number | undefined,
): Promise<readonly [number, number]> {
  let bytes = 0;
  let differences = 0;
  for await (const chunk of upToSize(chunks(...sizes), told, free, () => (differences += 1)))
    bytes += chunk.length;
  return [bytes, differences];
}

describe('SizeGate', () => {
  it('asks at each further gigabyte beyond what was told', async () => {
    for (const told of [0, 5 * gibibyte]) {
      const asked: number[] = [];
      const gate = new SizeGate(told, taken => Promise.resolve(asked.push(taken) > 0));
      const piece = gibibyte / 4;
      for (let taken = 0; taken < told + 4 * gibibyte; taken += piece) await gate.take(piece);
      assert.deepEqual(
        asked.map(taken => (taken - told) / piece),
        [5, 10, 15],
      );
    }
  });

  it('ends the download when the user says no', async () => {
    const gate = new SizeGate(0, () => Promise.resolve(false));
    await gate.take(gibibyte);
    await refused('cancelled', gate.take(1));
  });
});

describe('upToSize', () => {
  it('ends at the size that was told, and tells a difference', async () => {
    assert.deepEqual(await passed([3, 4, 3], 10), [10, 0]);
    assert.deepEqual(await passed([3, 4, 4, 100], 10), [10, 1]);
    assert.deepEqual(await passed([10, 1], 10), [10, 1]);
    assert.deepEqual(await passed([3, 4], 10), [7, 1]);
    assert.deepEqual(await passed([3, 4], undefined), [7, 0]);
    assert.deepEqual(await passed([], 0), [0, 0]);
  });

  it('ends a download without end, and its connection', async () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const server = await startFlood({
      head,
      repeated: repeated(Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`)),
    });
    const transport = transportOf();
    try {
      const { size, body } = await clientOf(transport, server.origin).files.open('/x', never);
      assert.equal(size, undefined);
      let bytes = 0;
      let differences = 0;
      for await (const chunk of upToSize(body, 1_000_000, free, () => (differences += 1)))
        bytes += chunk.length;
      assert.deepEqual([bytes, differences], [1_000_000, 1]);
      assert.deepEqual((await body[Symbol.asyncIterator]().next()).done, true);
    } finally {
      transport.dispose();
      server.stop();
    }
  });

  it('fails when the body is shorter than its own head says', async () => {
    const server = await startFlood({
      head: 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n',
      repeated: repeated(Buffer.from('x'), 999),
      times: 1,
      ends: true,
    });
    const transport = transportOf();
    try {
      const { size, body } = await clientOf(transport, server.origin).files.open('/x', never);
      assert.equal(size, 1_000);
      const readAll = async (): Promise<void> => {
        for await (const chunk of upToSize(body, size, free, () => assert.fail())) assert.ok(chunk);
      };
      await refused('network', readAll());
    } finally {
      transport.dispose();
      server.stop();
    }
  });
});

describe('NameList', () => {
  it('keeps the first names, each cut, and counts all', () => {
    const list = new NameList();
    for (let at = 0; at < 100_000; at += 1) list.add(`${at}${'x'.repeat(1_000)}`);
    const all = new NameList();
    all.add('first');
    all.addAll(list);
    assert.deepEqual([all.count, all.names.length, all.names[0]], [100_001, 250, 'first']);
    assert.ok(all.names.every(name => name.length <= 201));
  });
});
