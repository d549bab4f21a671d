import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  FrameError,
  FrameParser,
  clientFrame,
  closePayload,
  readClose,
  type Frame,
} from '../../../../src/api/data/webSocketFrames';
import { serverFrame } from '../../../support/rawWebSocket';

function parse(bytes: Buffer, cuts: readonly number[] = [], maxPayload = 1_000_000): readonly Frame[] {
  const parser = new FrameParser(maxPayload);
  const frames: Frame[] = [];
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length].map(at => Math.min(at, bytes.length));
  for (const [index, end] of places.slice(1).entries()) {
    parser.push(bytes.subarray(places[index], end));
    for (let frame = parser.next(); frame; frame = parser.next()) frames.push(frame);
  }
  return frames;
}

describe('WebSocket frames', () => {
  it('are read alike however the bytes are cut', () => {
    const frame = fc.record({
      opcode: fc.constantFrom(0, 1, 2),
      isFinal: fc.boolean(),
      length: fc.oneof(fc.nat(130), fc.constantFrom(65_535, 65_536, 70_000)),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 6 }),
        fc.array(fc.nat(200_000), { maxLength: 40 }),
        (wanted, cuts) => {
          const frames = wanted.map(({ length, ...rest }, index) => ({
            ...rest,
            payload: Buffer.alloc(length, index + 1),
          }));
          const bytes = Buffer.concat(
            frames.map(({ opcode, payload, isFinal }) => serverFrame(opcode, payload, isFinal)),
          );
          assert.deepEqual(parse(bytes, cuts), frames);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are masked by the client with a mask of their own', () => {
    for (const length of [0, 5, 125, 126, 65_535, 65_536]) {
      const payload = Buffer.alloc(length, 'abc');
      const frame = clientFrame(2, payload.subarray(0, 3), payload.subarray(3));
      const start = frame.length - length;
      const mask = frame.subarray(start - 4, start);
      assert.equal(frame[0], 0x82);
      assert.equal((frame[1] ?? 0) & 0x80, 0x80);
      const plain = frame.subarray(start).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
      assert.ok(payload.equals(plain), `${length} bytes`);
    }
    const masks = new Set(Array.from({ length: 2_000 }, () => clientFrame(2).readUInt32BE(2)));
    assert.ok(masks.size > 1_990);
  });

  it('that break the protocol or the limit are refused', () => {
    const broken = {
      'reserved bits': Buffer.of(0xf2, 0),
      'an unknown opcode': Buffer.of(0x83, 0),
      'a masked frame': Buffer.of(0x82, 0x80, 0, 0, 0, 0),
      'a long ping': serverFrame(9, Buffer.alloc(126)),
      'a ping in pieces': serverFrame(9, Buffer.alloc(1), false),
      'a frame beyond the limit': serverFrame(2, Buffer.alloc(101)),
      'a frame of absurd length': Buffer.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255),
    };
    for (const [what, bytes] of Object.entries(broken)) {
      assert.throws(() => parse(bytes, [], 100), FrameError, what);
    }
  });

  it('carry close codes and reasons', () => {
    assert.deepEqual(readClose(closePayload(1008, 'grüße')), { code: 1008, reason: 'grüße' });
    assert.deepEqual(readClose(Buffer.alloc(0)), { code: 1005, reason: '' });
  });
});
