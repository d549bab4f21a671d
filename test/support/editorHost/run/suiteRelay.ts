import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('print'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ type: z.literal('end'), error: z.string().optional() }),
]);

/** A failure inside the extension host, with the stack from there; a stack of this process says nothing about it. */
class SuiteFailure extends Error {
  constructor(failure: string) {
    super(failure.split('\n', 1)[0]);
    this.name = 'SuiteFailure';
    this.stack = failure;
  }
}

/**
 * Sends a suite's output and its outcome out of the extension host. The editor itself mixes the output with that of the
 * whole window and reduces a failure to an exit code.
 */
export interface SuiteRelay {
  /** The module to name as `extensionTestsPath`: it runs the suite and reports here. */
  readonly entryPath: string;
  /** Settles with the outcome of the suite's `run()`; rejects when it takes longer than the given time. */
  outcome(timeoutMs: number): Promise<void>;
  close(): void;
}

/** Opens a relay for one run of `suitePath`; its entry module is written into `folder`. */
export async function openSuiteRelay(suitePath: string, folder: string): Promise<SuiteRelay> {
  const sockets = new Set<Socket>();
  const server = createServer();
  const ended = new Promise<void>((resolve, reject) => {
    server.on('connection', socket => {
      sockets.add(socket);
      receive(socket, error => (error === undefined ? resolve() : reject(new SuiteFailure(error))));
    });
  });
  ended.catch(() => undefined);
  const port = await listenOnLoopback(server);
  const entryPath = path.join(folder, 'suite.cjs');
  await writeFile(entryPath, entrySource(suitePath, port));
  return {
    entryPath,
    outcome: timeoutMs => within(ended, timeoutMs),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The relay has no port');
  return address.port;
}

/** Whether output is a warning of the server from npm, which lacks a native module and says so in every process. */
function isEditorsOwn(text: string): boolean {
  return text.includes('Could not locate the bindings file') && text.includes('spdlog');
}

function receive(socket: Socket, onEnd: (error: string | undefined) => void): void {
  let finished = false;
  const finish = (error: string | undefined): void => {
    finished = true;
    onEnd(error);
  };
  socket.on('error', () => undefined);
  const lines = createInterface({ input: socket });
  lines.on('line', line => {
    const message = messageSchema.parse(JSON.parse(line));
    if (message.type === 'end') finish(message.error);
    else if (!isEditorsOwn(message.text)) process[message.stream].write(message.text);
  });
  lines.once('close', () => {
    if (!finished) finish('The extension host went away in the middle of the suite');
  });
}

async function within(outcome: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The suite did not finish within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
  });
  try {
    await Promise.race([outcome, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The module that runs inside the extension host. Meanwhile `console` and standard output there go to the relay. */
function entrySource(suitePath: string, port: number): string {
  return `'use strict';
const net = require('node:net');
const { Console } = require('node:console');
const { Writable } = require('node:stream');
const { inspect } = require('node:util');

exports.run = async () => {
  const socket = net.connect(${port}, '127.0.0.1');
  const send = message => socket.write(JSON.stringify(message) + '\\n');
  const restore = redirect((stream, text) => send({ type: 'print', stream, text }));
  try {
    await require(${JSON.stringify(suitePath)}).run();
    send({ type: 'end' });
  } catch (error) {
    send({ type: 'end', error: error instanceof Error ? (error.stack ?? error.message) : inspect(error) });
    throw error;
  } finally {
    restore();
    await new Promise(resolve => socket.end(resolve));
  }
};

// The editor has made the methods of console and of the streams unchangeable, so the objects themselves are replaced.
function redirect(print) {
  const streamTo = name =>
    new Writable({ decodeStrings: false, write: (chunk, _, done) => (print(name, chunk.toString()), done()) });
  const stdout = streamTo('stdout');
  const stderr = streamTo('stderr');
  const undo = [
    replace(process, 'stdout', stdout),
    replace(process, 'stderr', stderr),
    replace(globalThis, 'console', new Console({ stdout, stderr })),
  ];
  return () => undo.forEach(step => step());
}

function replace(owner, name, value) {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, enumerable: true, writable: true });
  return () => Object.defineProperty(owner, name, before);
}
`;
}
