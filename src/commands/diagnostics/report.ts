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

/** Room beside a side bar; the editor does not wrap lines by default. */
const longestLine = 100;

/** A sentence as lines. */
export function wrapped(sentence: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    if (line !== '' && line.length + word.length >= longestLine) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
