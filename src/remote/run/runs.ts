import { l10n, type Memento } from 'vscode';
import type { RunTables } from '../../app/features';
import type { SpottedPorts } from '../ports/spottedPorts';
import type { OutputDocuments } from './outputDocuments';
import { RunHistory } from './runHistory';

/** A run that can be cancelled or repeated. */
export interface LiveRun {
  readonly isRunning: boolean;
  /** Whether its tab or table was closed. */
  readonly isGone: boolean;
  cancel(): Promise<void>;
  again(): Promise<unknown>;
  show(): void;
}

/** Current and earlier runs of this window. */
export class Runs {
  readonly history: RunHistory;
  private readonly known = new Map<LiveRun, string>();

  constructor(
    memento: Memento,
    readonly outputs: OutputDocuments,
    readonly tables: RunTables,
    readonly spotted: SpottedPorts,
  ) {
    this.history = new RunHistory(memento);
  }

  /** @param label its name in a pick list */
  add(run: LiveRun, label: string): void {
    for (const each of this.known.keys()) if (each.isGone && !each.isRunning) this.known.delete(each);
    this.known.set(run, label);
  }

  get running(): readonly (readonly [LiveRun, string])[] {
    return [...this.known].filter(([run]) => run.isRunning);
  }

  /** The newest run whose tab or table is still open. */
  get last(): LiveRun | undefined {
    return [...this.known.keys()].reverse().find(run => !run.isGone);
  }
}

export function runLabel(name: string, line: string): string {
  return l10n.t('{0}: {1}', name, line);
}
