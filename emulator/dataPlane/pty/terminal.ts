import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Launch } from '../machine/launcher';

export interface Size {
  readonly rows: number;
  readonly cols: number;
}

/** A program on a real pseudo-terminal. */
export interface Terminal {
  readonly pid: number;
  onData(listener: (data: unknown) => void): void;
  onExit(listener: (end: { readonly exitCode: number; readonly signal?: number }) => void): void;
  write(data: string | Buffer): void;
  resize(columns: number, rows: number): void;
}

/** Loads the pseudo-terminal package, here only and with the first terminal. */
export async function openTerminal(
  { file, args, cwd, env }: Launch,
  { rows, cols }: Size,
): Promise<Terminal> {
  const { spawn } = await import('@lydell/node-pty');
  const terminal = spawn(file, [...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cwd,
    env,
    rows,
    cols,
    // Raw bytes, since a chunk may end within a character.
    encoding: null,
  });
  return withLastOutput(terminal, Reflect.get(terminal, '_socket'), Reflect.get(terminal, '_fd'));
}

/** Bounds what is read after the exit, since descendants may still be writing. */
const mostReads = 1_024;
const readBytes = 64 * 1024;

/**
 * When a program ends, the event loop may report the end of the terminal although there is more to read, and the
 * package gives up 200 ms later in any case. So what is left is read out before the terminal is closed.
 */
function withLastOutput(terminal: Terminal, socket: unknown, fd: unknown): Terminal {
  if (!(socket instanceof Socket) || typeof fd !== 'number') return terminal;
  const listeners: ((data: Buffer) => void)[] = [];
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error?: Error): Socket => {
    // The system reports with an error that everything has been read.
    if (error === undefined && !socket.destroyed) {
      for (const chunk of leftIn(fd)) for (const listener of listeners) listener(chunk);
    }
    return destroy(error);
  };
  return {
    pid: terminal.pid,
    onData(listener) {
      listeners.push(listener);
      terminal.onData(listener);
    },
    onExit: listener => terminal.onExit(listener),
    write: data => terminal.write(data),
    resize: (columns, rows) => terminal.resize(columns, rows),
  };
}

function* leftIn(fd: number): Generator<Buffer> {
  for (let count = 0; count < mostReads; count += 1) {
    const buffer = Buffer.alloc(readBytes);
    try {
      const bytes = readSync(fd, buffer);
      if (bytes === 0) return;
      yield buffer.subarray(0, bytes);
    } catch {
      // There is nothing more to read.
      return;
    }
  }
}
