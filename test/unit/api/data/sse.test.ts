import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SseParser, type ServerSentEvent } from '../../../../src/api/data/sse';
import { assertLinear, assertStrain } from '../../../support/strain';
import { processorMs } from '../../../support/processorTime';

/** Parses bytes that arrive cut at these offsets. */
function parse(bytes: Uint8Array, cuts: readonly number[] = [], limit?: number): readonly ServerSentEvent[] {
  const parser = new SseParser(limit);
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length].map(at => Math.min(at, bytes.length));
  return places.slice(1).flatMap((end, index) => [...parser.push(bytes.subarray(places[index], end))]);
}

const parseText = (text: string): readonly ServerSentEvent[] => parse(Buffer.from(text));

describe('SseParser', () => {
  it('reads names, data and line ends of every kind, and skips the rest', () => {
    const text =
      '\uFEFFevent: output\ndata: {"a":1}\n\n: keep-alive\n\ndata:x\r\ndata: y\r\n\r\nid: 7\rretry: 5\rdata\r\rdata: cut';
    assert.deepEqual(parseText(text), [
      { event: 'output', data: '{"a":1}', omitted: 0 },
      { event: 'message', data: 'x\ny', omitted: 0 },
      { event: 'message', data: '', omitted: 0 },
    ]);
  });

  it('does not carry a name over to the next event', () => {
    assert.deepEqual(
      parseText('event: eof\n\ndata: 1\n\n').map(({ event }) => event),
      ['message'],
    );
  });

  it('yields the same events for any cut of the bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom('data: ', 'data:', 'event: ', 'eof', ':', '\n', '\r', '\r\n', '\n\n', '\r\n\r\n', ' '),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(400), { maxLength: 30 }),
        fc.constantFrom(undefined, 5),
        (pieces, cuts, limit) => {
          const bytes = Buffer.from(pieces.join(''));
          const whole = parse(bytes, [], limit);
          assert.deepEqual(parse(bytes, cuts, limit), whole);
          const each = [...bytes.keys()];
          assert.deepEqual(parse(bytes, each, limit), whole);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('keeps no more of an event than the limit, and reports how much is missing', () => {
    const long = 'x'.repeat(100_000);
    const events = parse(Buffer.from(`data: ${long}\n\ndata: next\n\n`), [10, 50_000, 99_999], 1_000);
    assert.deepEqual(
      events.map(({ data, omitted }) => [data.length + omitted, omitted > 99_000]),
      [
        [100_000, true],
        [4, false],
      ],
    );
    const many = parse(Buffer.from(`${`data: ${'y'.repeat(99)}\n`.repeat(100)}\n`), [], 1_000);
    assert.equal(many[0]?.data.length, 1_000);
    assert.equal(many[0].omitted, 100 * 99 + 99 - 1_000);
  });

  it('takes no longer for the lines of an event when it is full', () => {
    const lines = Buffer.from('data: 0123456789\n'.repeat(4_000));
    const least = (limit: number): number =>
      Math.min(
        ...[1, 2, 3].map(() => {
          const parser = new SseParser(limit);
          parser.push(Buffer.from(`data: ${'x'.repeat(1_000_000)}\n`));
          return processorMs(() => {
            for (let chunk = 0; chunk < 4; chunk += 1) parser.push(lines);
          });
        }),
      );
    const [roomy, full] = [least(10_000_000), least(1_000_000)];
    assert.ok(full < 10 * Math.max(roomy, 5), `${full} ms instead of ${roomy} ms`);
  });

  it('keeps a long line in linear time, however small its pieces are', () => {
    assertLinear('a line of single bytes', 100_000, amount => {
      const parser = new SseParser();
      parser.push(Buffer.from('data: '));
      for (let at = 0; at < amount; at += 1) parser.push(Buffer.from('x'));
      const [event] = parser.push(Buffer.from('\n\n'));
      assert.equal(event?.data.length, amount);
    });
  });

  it('keeps an event of a million empty lines, and of lines in chunks of their own, in little memory', async () => {
    const chunk = Buffer.from(`data: 0123456789abcdef\n${':'.repeat(64 * 1024)}\n`);
    const empty = Buffer.from('data\n'.repeat(1_000));
    for (const [what, piece, times] of [
      ['empty lines', empty, 1_000],
      ['lines in chunks', chunk, 2_000],
    ] as const)
      await assertStrain(what, { mib: 24, turnMs: 200 }, async () => {
        const parser = new SseParser();
        for (let at = 0; at < times; at += 1) {
          parser.push(piece);
          await new Promise(setImmediate);
        }
        // What was parsed must be alive while it is measured.
        await new Promise(resolve => setTimeout(resolve, 300));
        assert.equal(parser.push(Buffer.from('\n')).length, 1);
      });
  }).timeout(30_000);
});
