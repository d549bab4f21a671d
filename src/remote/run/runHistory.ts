/** Command lines that were run, the newest first. */
export type RunHistory = readonly string[];

const maxEntries = 50;
/** In UTF-16 units; longer lines are run and not kept. */
const maxLength = 4_096;

/** History from where it was kept; anything else than texts is left out. */
export function readRunHistory(kept: unknown): RunHistory {
  if (!Array.isArray(kept)) return [];
  return kept
    .filter((line): line is string => typeof line === 'string')
    .reduceRight<RunHistory>((history, line) => rememberLine(history, line), []);
}

/**
 * Puts a line first, wherever it stood before. As in a shell, a line that begins with a blank is not kept: what holds a
 * secret can be run so.
 */
export function rememberLine(history: RunHistory, line: string): RunHistory {
  const text = line.trimEnd();
  if (text === '' || /^\s/.test(text) || text.length > maxLength) return history;
  return [text, ...forgetLine(history, text)].slice(0, maxEntries);
}

export function forgetLine(history: RunHistory, line: string): RunHistory {
  return history.filter(each => each !== line);
}
