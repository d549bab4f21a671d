import { l10n } from 'vscode';
import type { Way } from '../../core/connection/way';

/** One server in the report: what came of it, and how. */
export interface ReportPart {
  readonly title: string;
  readonly verdict: string;
  readonly lines: readonly string[];
}

/** What a part is found out with. */
export interface Inspection {
  readonly signal: AbortSignal;
  /** Goes the way to a server, and logs how far it led. */
  readonly inspect: (url: URL, answerPath?: string) => Promise<Way>;
  readonly nowMs: () => number;
}

/** The time since a reading of the monotonic clock. */
export function msSince(startedAt: number): string {
  return l10n.t('{0} ms', Math.round(performance.now() - startedAt));
}
