import { splitShellWords, type ShellWordsProblem } from '../kernel/formats/shellWords';

/** What a typed command line stands for. */
export type CommandLine =
  | {
      readonly kind: 'program' | 'shell';
      readonly command: string;
      readonly args: readonly string[];
    }
  | { readonly kind: 'problem'; readonly problem: ShellWordsProblem | 'empty' };

/** Words at the beginning of a line that need a shell. */
const shellWords: ReadonlySet<string> = new Set(
  '. : ! { [[ alias bg case cd command eval exec exit export fg for function if jobs local readonly return set shift source time trap type ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
);
const expansion = /^\$[\w{(?#@*!$-]/;
const separators = '|&;<>()\n*?[';

/**
 * Reads a command line. Without shell syntax it is a program with its arguments; otherwise a login shell runs it
 * unchanged.
 */
export function parseCommandLine(text: string): CommandLine {
  const line = text.trim();
  const split = splitShellWords(line);
  if ('problem' in split) return { kind: 'problem', problem: split.problem };
  const [command, ...args] = split.words;
  if (command === undefined || command === '') return { kind: 'problem', problem: 'empty' };
  if (needsShell(line, command)) return { kind: 'shell', command: 'sh', args: ['-lc', line] };
  return { kind: 'program', command, args };
}

function needsShell(line: string, firstWord: string): boolean {
  return shellWords.has(firstWord) || /^[A-Za-z_]\w*=/.test(line) || holdsSyntax(line);
}

/** Whether a line contains shell syntax outside of quotes, or inside double quotes where a shell expands it too. */
function holdsSyntax(line: string): boolean {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === quote) quote = '';
    else if (quote === "'") continue;
    else if (char === '\\') at += 1;
    else if (char === '`' || expansion.test(line.slice(at, at + 2))) return true;
    else if (quote === '"') continue;
    else if (char === '"' || char === "'") quote = char;
    else if (separators.includes(char)) return true;
    else if ((char === '~' || char === '#') && /^\s?$/.test(line.charAt(at - 1))) return true;
  }
  return false;
}
