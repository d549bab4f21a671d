import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock';
import { GuestClock } from '../machine/guestClock';
import { Launcher, type Environment } from '../machine/launcher';
import { findMembers, freezeAll, killAll, thawAll, type Member } from '../machine/members';
import { ProcessTable, type Retain } from '../processes/processTable';
import { PtyTable } from '../pty/ptyTable';
import { RootDirectory } from '../machine/rootDirectory';
import { newSshState, type SshState } from './sshState';
import { copyTree, exists, removeTree } from '../machine/tree';
import type { View, Views } from '../machine/view';

/** Something that lives as long as its connection and ends when the sandbox stops. */
export interface Connection {
  /** Cuts it, without a word. */
  cut(): void;
}

/** What the inside of a sandbox has of the world around it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly views: Views;
  /** The secrets of the sandbox by name, as they are now. */
  readonly secrets: () => Environment;
  /** Where output goes to be kept. */
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
    /** What its processes are found by: theirs alone among all emulators of this machine, and the same after a restart. */
    readonly mark: string,
    readonly root: RootDirectory,
    logDirectory: string,
    { clock, views, secrets, retain }: Surroundings,
  ) {
    this.clock = new GuestClock(clock);
    this.views = views;
    this.startedAtMs = clock.now();
    const launcher = new Launcher(mark, root, () => this.view(), secrets);
    this.processes = new ProcessTable(this.clock, launcher, logDirectory, retain);
    this.terminals = new PtyTable(this.clock, launcher);
  }

  /** Brings up the sandbox whose files are in `directory`. */
  static async open(directory: string, surroundings: Surroundings): Promise<Guest> {
    const root = new RootDirectory(rootOf(directory), surroundings.views.borrowed);
    await root.prepare();
    const mark = createHash('sha256').update(directory).digest('hex').slice(0, 24);
    const logDirectory = join(directory, 'logs');
    if (await exists(logDirectory)) {
      // What an emulator that was killed has left running ends now, and what it has said is not told again.
      killAll(() => findMembers(`${mark}.`, []));
      await removeTree(logDirectory);
    }
    await mkdir(logDirectory, { recursive: true });
    return new Guest(mark, root, logDirectory, surroundings);
  }

  /** How commands see the files; made for the first of them. */
  view(): Promise<View> {
    if (this.opening === undefined) {
      this.opening = this.views.open(this.root);
      // The next command shall try again.
      this.opening.catch(() => (this.opening = undefined));
    }
    return this.opening;
  }

  /** Remembers a connection until the returned function is called. */
  connect(connection: Connection): () => void {
    this.connections.add(connection);
    return () => this.connections.delete(connection);
  }

  /** Stops everything where it is, and cuts every connection (API reference section 6, point 31). */
  freeze(): void {
    this.clock.freeze();
    this.halt('suspended');
    this.cut();
  }

  /** Lets everything go on. */
  thaw(): void {
    this.release('suspended');
    this.clock.thaw();
  }

  /** Copies the files as they are at one moment: nothing runs meanwhile. */
  async copyTo(target: string, options: { readonly withTmp: boolean }): Promise<void> {
    this.halt('copied');
    try {
      await copyTree(this.root.host, target, options);
    } finally {
      this.release('copied');
    }
  }

  /** Ends everything. */
  stop(): void {
    this.clock.stop();
    this.terminals.stop();
    this.processes.stop();
    killAll(this.members);
    // Nothing is lost when there is no time left for it: the view ends with the emulator.
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

/** Where in its directory the files of a sandbox are. */
export function rootOf(directory: string): string {
  return join(directory, 'root');
}
