import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf, messageOf } from '../kernel/errors';
import type { Entry, Ledger, TableName } from '../records/ledger';

/** One line of the journal: the state of a record, or that it is gone. */
const line = z.object({ table: z.string(), id: z.string(), record: z.unknown().optional() });

export interface StoredRecord {
  readonly table: string;
  readonly id: string;
  readonly record: unknown;
}

interface Batch {
  readonly written: Promise<void>;
}

const journalName = 'state.jsonl';

/**
 * The state as lines of JSON in one file. Changes are appended; requests that come together share one write and one
 * fsync. When it is opened, the valid lines are written to a new file, which replaces the old one in one step.
 */
export class Journal implements Ledger {
  /** The lines of the next batch by record: a record that changed twice is written once, as it is then. */
  private changed = new Map<string, () => string>();
  private next: Batch | undefined;
  private current: Promise<void> = Promise.resolve();
  private failure: Error | undefined;

  private constructor(
    private readonly file: FileHandle,
    private readonly lockPath: string,
  ) {}

  /**
   * Opens the journal of a directory, which is made if need be.
   *
   * @throws Error when another emulator uses the directory, or the file was not written by an emulator
   */
  static async open(
    directory: string,
  ): Promise<{ readonly journal: Journal; readonly records: readonly StoredRecord[] }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lockPath = join(directory, 'lock');
    await lock(lockPath);
    try {
      const path = join(directory, journalName);
      const records = readLines(path, await readIfThere(path));
      await compact(directory, path, records);
      const file = await open(path, 'a', 0o600);
      return { journal: new Journal(file, lockPath), records };
    } catch (error) {
      await unlock(lockPath);
      throw error;
    }
  }

  save(table: TableName, record: Entry): void {
    this.append(table, record.id, () => lineOf({ table, id: record.id, record }));
  }

  remove(table: TableName, id: string): void {
    this.append(table, id, () => lineOf({ table, id, record: undefined }));
  }

  durable(): Promise<void> {
    return this.next?.written ?? this.current;
  }

  /** Writes what is left and unlocks the directory. */
  async close(): Promise<void> {
    await this.durable().catch(() => undefined);
    await this.file.close();
    await unlock(this.lockPath);
  }

  private append(table: TableName, id: string, text: () => string): void {
    this.changed.set(`${table} ${id}`, text);
    if (this.next !== undefined) return;
    const written = this.current.catch(() => undefined).then(() => this.write());
    // Nobody waits for changes made by a timer; they must not end the process when the disk is full.
    written.catch(() => undefined);
    this.next = { written };
  }

  private write(): Promise<void> {
    const lines = [...this.changed.values()];
    const { next } = this;
    this.changed = new Map();
    this.next = undefined;
    if (next !== undefined) this.current = next.written;
    return this.appendText(lines.map(text => text()).join(''));
  }

  private async appendText(text: string): Promise<void> {
    // After a write that failed half-way, any further line would follow a torn one.
    if (this.failure !== undefined) throw this.failure;
    try {
      await this.file.appendFile(text);
      await this.file.datasync();
    } catch (error) {
      this.failure = new Error(`The data directory cannot be written any more: ${messageOf(error)}`, {
        cause: error,
      });
      throw this.failure;
    }
  }
}

function lineOf(stored: StoredRecord): string {
  return `${JSON.stringify(stored)}\n`;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** The records that are still there. A torn last line is ignored: its change was never acknowledged. */
function readLines(path: string, text: string): readonly StoredRecord[] {
  const records = new Map<string, StoredRecord>();
  const lines = text.split('\n');
  // What follows the last newline: nothing, or a torn line.
  lines.pop();
  for (const [index, content] of lines.entries()) {
    const { table, id, record } = readLine(`${path}:${index + 1}`, content);
    const key = `${table} ${id}`;
    records.delete(key);
    if (record !== undefined) records.set(key, { table, id, record });
  }
  return [...records.values()];
}

function readLine(where: string, content: string): StoredRecord {
  try {
    const { table, id, record } = line.parse(JSON.parse(content));
    return { table, id, record };
  } catch (error) {
    throw new Error(`${where} is not a line of an emulator's state`, { cause: error });
  }
}

async function compact(directory: string, path: string, records: readonly StoredRecord[]): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(records.map(lineOf).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncDirectory(directory);
}

/** Makes the rename itself durable; Windows cannot do that. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The locks that this process holds. */
const heldLocks = new Set<string>();

/** Locks the directory. The lock of a process that has ended does not count. */
async function lock(path: string): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      heldLocks.add(path);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const owner = Number(await readIfThere(path));
      if (isAlive(owner, path))
        throw new Error(`${path}: process ${owner} uses this data directory`, { cause: error });
      await rm(path, { force: true });
    }
  }
  throw new Error(`${path}: another emulator uses this data directory`);
}

/** A lock with the pid of this process that it does not hold was left by an earlier process of the same pid. */
function isAlive(pid: number, path: string): boolean {
  if (pid === process.pid) return heldLocks.has(path);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function unlock(path: string): Promise<void> {
  heldLocks.delete(path);
  await rm(path, { force: true });
}
