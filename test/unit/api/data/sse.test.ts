import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SseParser, type ServerSentEvent } from '../../../../src/api/data/sse';

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
});
