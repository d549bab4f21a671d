import { l10n, type Memento } from 'vscode';
import type { RunTables } from '../../app/features';
import type { OutputDocuments } from './outputDocuments';
import { RunHistory } from './runHistory';

/** Something that runs a command and can be ended, or run once more. */
export interface LiveRun {
  readonly isRunning: boolean;
  /** Whether nobody can look at it any more. */
  readonly isGone: boolean;
  cancel(): Promise<void>;
  again(): Promise<unknown>;
  show(): void;
}

/** What runs in this window, and what ran. */
export class Runs {
  readonly history: RunHistory;
  private readonly known = new Map<LiveRun, string>();

  constructor(
    memento: Memento,
    readonly outputs: OutputDocuments,
    readonly tables: RunTables,
  ) {
    this.history = new RunHistory(memento);
  }

  /** @param label what it is called where one of several is chosen */
  add(run: LiveRun, label: string): void {
    for (const each of this.known.keys()) if (each.isGone && !each.isRunning) this.known.delete(each);
    this.known.set(run, label);
  }

  get running(): readonly (readonly [LiveRun, string])[] {
    return [...this.known].filter(([run]) => run.isRunning);
  }

  /** The newest one that can still be looked at. */
  get last(): LiveRun | undefined {
    return [...this.known.keys()].reverse().find(run => !run.isGone);
  }
}

export function runLabel(name: string, line: string): string {
  return l10n.t('{0}: {1}', name, line);
}
