import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Stop = () => Promise<void> | void;

const stops = new Set<Stop>();
const folders = new Set<string>();
const lastResorts = new Set<() => void>();
const signals: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
];
const patienceMs = 8_000;
let listening = false;
let stopping = false;

/**
 * Runs `stop` before this process exits because of a signal (Ctrl-C included); the newest one runs first.
 *
 * @returns forgets `stop` again
 */
export function onShutdown(stop: Stop): () => void {
  listen();
  stops.add(stop);
  return () => stops.delete(stop);
}

/**
 * Runs `kill`, which cannot wait for anything, however this process exits.
 *
 * @returns forgets `kill` again
 */
export function onExit(kill: () => void): () => void {
  listen();
  lastResorts.add(kill);
  return () => lastResorts.delete(kill);
}

/** A fresh folder in the system's temporary folder; removed at the latest when this process exits. */
export async function temporaryFolder(): Promise<string> {
  listen();
  // Short, because editors put sockets below it and a socket's path has about 100 characters.
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'tl-')));
  folders.add(folder);
  return folder;
}

/** Removes a folder of {@link temporaryFolder}, or leaves it to the end of this process if a file is still in use. */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    folders.delete(folder);
  } catch {
    // Tried again at exit.
  }
}

function listen(): void {
  if (listening) return;
  listening = true;
  process.on('exit', endAll);
  for (const [signal, code] of signals) process.on(signal, () => void stopAll(code));
}

/** Ctrl-C arrives twice where a parent process passes it on; the second must not interrupt the first. */
async function stopAll(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(code), patienceMs).unref();
  for (const stop of [...stops].reverse()) {
    try {
      await stop();
    } catch (error) {
      console.error('While stopping:', error);
    }
  }
  process.exit(code);
}

function endAll(): void {
  for (const kill of lastResorts) kill();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
