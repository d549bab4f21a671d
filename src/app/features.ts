import type { EventLike } from '../core/kernel/event';
import type { ManyRow, ManyRuns } from '../core/run/manyRuns';
import type { PlannedRun } from '../core/run/plannedRun';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Connection } from '../host/session/connection';

/** One command in many sandboxes, as its table shows it. */
export interface RunTable {
  readonly plan: PlannedRun;
  /** The runs as they are; others once it was run again. */
  runs(): ManyRuns;
  /** Fires when something of the runs changed, or others took their place. */
  readonly onDidChange: EventLike<unknown>;
  /** Ends what runs. */
  cancel(): Promise<void>;
  /** Runs the same once more. */
  again(): Promise<unknown>;
  /** Shows the output of one sandbox. */
  showOutput(row: ManyRow): Promise<void>;
  /** The table was closed. */
  closed(): void;
}

/** A table that is open. */
export interface OpenRunTable {
  show(): void;
}

/** Shows what becomes of a command in many sandboxes. */
export interface RunTables {
  /** @param isQuiet leaves the focus, and what is in sight, where it is */
  open(table: RunTable, isQuiet: boolean): Promise<OpenRunTable>;
}

/** The details pages as commands see them. */
export interface SandboxPages {
  /** Shows the details of a sandbox. */
  open(sandbox: Sandbox): Promise<void>;
}

/** A sandbox that this window has just made. */
export interface MadeSandbox {
  readonly id: string;
  /** Whether it began as a snapshot was, with what had been set up there. */
  readonly isRestored: boolean;
  readonly known: KnownBy;
}

/**
 * How it is known which sandbox a request made: the answer named it; or the answer was lost, and it is what the list has
 * of this kind, which somebody else may have made; or that after the user cancelled the request.
 */
export type KnownBy = 'answer' | 'list' | 'listAfterCancel';

/**
 * Sets sandboxes up that were just made, and opens what is to follow, as the user's settings say. Tells the user itself
 * what fails.
 */
export type FollowCreation = (creation: Creation) => Promise<void>;

/** What was just made. */
export interface Creation {
  /** By which it was made. */
  readonly connection: Connection;
  readonly made: readonly MadeSandbox[];
  /** Whether it is more of what was made, and followed, a moment before. */
  readonly isLater?: boolean;
}
