export type ShellWordsProblem = 'openQuote' | 'trailingBackslash';

/**
 * Splits a command line into words as a POSIX shell does, with single quotes, double quotes and backslashes. Nothing is
 * expanded: `$HOME` and `*` are kept as they are.
 */
export function splitShellWords(
  text: string,
): { readonly words: readonly string[] } | { readonly problem: ShellWordsProblem } {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === quote) quote = undefined;
    else if (quote === "'") word = (word ?? '') + char;
    else if (char === '\\' && (quote === undefined || /["\\$`\n]/.test(next))) {
      if (next === '') return { problem: 'trailingBackslash' };
      if (next !== '\n') word = (word ?? '') + next;
      at += 1;
    } else if (quote === undefined && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote === undefined && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== undefined) return { problem: 'openQuote' };
  if (word !== undefined) words.push(word);
  return { words };
}

/** Quotes a word so that a POSIX shell reads it unchanged. */
export function quoteShellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words as a command line that `splitShellWords` splits into the same words. */
export function joinShellWords(words: readonly string[]): string {
  return words.map(quoteShellWord).join(' ');
}
