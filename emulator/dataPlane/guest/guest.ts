import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock';
import { GuestClock } from '../machine/guestClock';
import { Launcher, type Environment } from '../machine/launcher';
import { findMembers, freezeAll, killAll, thawAll, type Member } from '../machine/members';
import { RootDirectory } from '../machine/rootDirectory';
import { copyTree, exists, removeTree } from '../machine/tree';
import type { View, Views } from '../machine/view';
import { ProcessTable, type Retain } from '../processes/processTable';
import { PtyTable } from '../pty/ptyTable';
import { newSshState, type SshState } from './sshState';

/** A connection to the sandbox, which ends when the sandbox stops. */
export interface Connection {
  /** Cuts it without a closing handshake. */
  cut(): void;
}

/** What the inside of a sandbox uses from outside. */
interface GuestServices {
  readonly clock: Clock;
  readonly views: Views;
  /** The current secrets of the sandbox by name. */
  readonly secrets: () => Environment;
  /** Takes output to the retained logs. */
  readonly retain: Retain;
}

/** The inside of one sandbox: its files, its processes, its terminals. */
export class Guest {
  readonly clock: GuestClock;
  readonly startedAtMs: number;
  readonly processes: ProcessTable;
  readonly terminals: PtyTable;
  readonly ssh: SshState = newSshState();
  private readonly views: Views;
  private readonly connections = new Set<Connection>();
  private readonly halts = new Set<'suspended' | 'copied'>();
  private halted: readonly number[] = [];
  private opening: Promise<View> | undefined;

  private constructor(
    /** Marks its processes: unique among all emulators of this machine, and the same after a restart. */
    readonly mark: string,
    readonly root: RootDirectory,
    logDirectory: string,
    { clock, views, secrets, retain }: GuestServices,
  ) {
    this.clock = new GuestClock(clock);
    this.views = views;
    this.startedAtMs = clock.now();
    const launcher = new Launcher(mark, root, () => this.view(), secrets);
    this.processes = new ProcessTable(this.clock, launcher, logDirectory, retain);
    this.terminals = new PtyTable(this.clock, launcher);
  }

  /** Opens the sandbox whose files are in `directory`. */
  static async open(directory: string, services: GuestServices): Promise<Guest> {
    const root = new RootDirectory(rootOf(directory), services.views.borrowed);
    await root.prepare();
    const mark = createHash('sha256').update(directory).digest('hex').slice(0, 24);
    const logDirectory = join(directory, 'logs');
    if (await exists(logDirectory)) {
      // Processes that a killed emulator left behind end now, and their output is dropped.
      killAll(() => findMembers(`${mark}.`, []));
      await removeTree(logDirectory);
    }
    await mkdir(logDirectory, { recursive: true });
    return new Guest(mark, root, logDirectory, services);
  }

  /** The view of commands on the files, opened for the first command. */
  view(): Promise<View> {
    if (this.opening === undefined) {
      this.opening = this.views.open(this.root);
      // The next command tries again.
      this.opening.catch(() => (this.opening = undefined));
    }
    return this.opening;
  }

  /** Remembers a connection until the returned function is called. */
  connect(connection: Connection): () => void {
    this.connections.add(connection);
    return () => this.connections.delete(connection);
  }

  /** Freezes every process and timer, and cuts every connection (API reference section 6, point 31). */
  freeze(): void {
    this.clock.freeze();
    this.halt('suspended');
    this.cut();
  }

  /** Continues what `freeze` stopped. */
  thaw(): void {
    this.release('suspended');
    this.clock.thaw();
  }

  /** Copies the files in one consistent state: no process runs meanwhile. */
  async copyTo(target: string, options: { readonly withTmp: boolean }): Promise<void> {
    this.halt('copied');
    try {
      await copyTree(this.root.host, target, options);
    } finally {
      this.release('copied');
    }
  }

  /** Cuts every connection without a word, then ends everything. */
  crash(): void {
    this.cut();
    this.stop();
  }

  /** Ends everything. */
  stop(): void {
    this.clock.stop();
    this.terminals.stop();
    this.processes.stop();
    killAll(this.members);
    // Not awaited: the view ends with the emulator in any case.
    this.opening?.then(
      view => view.close(),
      () => undefined,
    );
    this.cut();
  }

  private readonly members = (): readonly Member[] =>
    findMembers(`${this.mark}.`, [...this.processes.pids(), ...this.terminals.pids()]);

  private halt(reason: 'suspended' | 'copied'): void {
    if (this.halts.size === 0) this.halted = freezeAll(this.members);
    this.halts.add(reason);
  }

  private release(reason: 'suspended' | 'copied'): void {
    if (!this.halts.delete(reason) || this.halts.size > 0) return;
    thawAll(this.halted);
    this.halted = [];
  }

  private cut(): void {
    for (const connection of this.connections) connection.cut();
  }
}

/** The root of the files in the directory of a sandbox. */
export function rootOf(directory: string): string {
  return join(directory, 'root');
}
