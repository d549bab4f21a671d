/** Frames of the terminal WebSocket (API reference section 3.7). */

/** The largest frame; more goes into several. */
export const largestFrame = 64 * 1024;

const opcodes = { data: 0x00, resize: 0x01, ready: 0x02, exit: 0x03 } as const;

/** What a client sends. */
type ClientFrame =
  | { readonly kind: 'input'; readonly bytes: Buffer }
  | { readonly kind: 'resize'; readonly cols: number; readonly rows: number }
  | { readonly kind: 'ready' };

/** Reads a binary frame; nothing for an empty one, a cut one or one of another kind. */
export function parseFrame(frame: Buffer): ClientFrame | undefined {
  switch (frame[0]) {
    case opcodes.data:
      return { kind: 'input', bytes: frame.subarray(1) };
    case opcodes.resize:
      if (frame.length < 5) return undefined;
      return { kind: 'resize', cols: frame.readUInt16BE(1), rows: frame.readUInt16BE(3) };
    case opcodes.ready:
      return { kind: 'ready' };
    default:
      return undefined;
  }
}

/** Puts output into frames. */
export function outputFrames(bytes: Buffer): readonly Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += largestFrame - 1) {
    frames.push(Buffer.concat([Buffer.of(opcodes.data), bytes.subarray(at, at + largestFrame - 1)]));
  }
  return frames;
}

export function exitFrame(code: number): Buffer {
  const frame = Buffer.alloc(5);
  frame[0] = opcodes.exit;
  frame.writeInt32BE(code, 1);
  return frame;
}

export const closeCodes = { normal: 1000, goingAway: 1001, unsupported: 1003, policy: 1008 } as const;
