import type { TerminalEnd, TerminalSize } from '../../../core/terminal/terminalSession';
import type { WebSocketEnd } from '../webSocket';

/** First byte of a frame (API reference section 3.7). */
export const ptyOpcodes = { data: 0, resize: 1, ready: 2, exit: 3 } as const;

/** The largest frame, its opcode included. */
export const maxFrameBytes = 64 * 1024;

/** Bytes that the server accepts within one second. */
export const inputBytesPerSecond = 1024 * 1024;

/** A resize frame: columns first, unlike elsewhere in the API. */
export function resizeFrame({ rows, cols }: TerminalSize): Buffer {
  const frame = Buffer.alloc(5);
  frame[0] = ptyOpcodes.resize;
  frame.writeUInt16BE(clamp(cols, 1000), 1);
  frame.writeUInt16BE(clamp(rows, 500), 3);
  return frame;
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(1, Math.trunc(value) || 1));
}

/** The exit code of an exit frame; undefined if it is truncated, or the server does not know the code. */
export function readExitFrame(frame: Buffer): number | undefined {
  return frame.length < 5 ? undefined : knownCode(frame.readInt32BE(1));
}

function knownCode(code: number): number | undefined {
  return code === -1 ? undefined : code;
}

/**
 * Determines from a close why a terminal ended. Newer servers announce the exit in a frame, older ones only in the
 * close reason.
 *
 * @param exit from the exit frame, if one was received
 */
export function terminalEnd(
  end: WebSocketEnd,
  exit: { readonly code: number | undefined } | undefined,
): TerminalEnd {
  if (exit) return exited(exit.code);
  if (end.isOwn) return { kind: 'detached' };
  const { code, reason, error } = end;
  const announced = /^exit:(-?\d+)$/.exec(reason)?.[1];
  if (code === 1000 && announced !== undefined) return exited(knownCode(Number(announced)));
  if (code === 1001 && reason === 'session terminated') return { kind: 'killed' };
  if (code === 1008 && /^(?:output lagged|pre-ready)/.test(reason)) return { kind: 'lagged' };
  if (code === 1008 && reason.startsWith('input rate')) return { kind: 'flooded' };
  const closeReason = reason === '' ? (error?.message ?? '') : reason;
  return { kind: 'lost', reason: closeReason === '' ? `WebSocket ${code}` : closeReason };
}

function exited(exitCode: number | undefined): TerminalEnd {
  return { kind: 'exited', ...(exitCode !== undefined && { exitCode }) };
}
