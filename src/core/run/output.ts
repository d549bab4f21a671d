/** The length at which a displayed line is cut, in UTF-16 units. @internal */
export const longestShownLine = 8_192;

/** A line of output that is safe to display. */
export interface ShownLine {
  readonly text: string;
  /** How many characters at the end are missing from `text`. */
  readonly omitted: number;
}

const escape = '\u001b';

const bell = '\u0007';

const stringEnd = '\u009c';

/** Control strings for the terminal: titles, the clipboard, device control. They end at BEL or ST, or with the line. */
const controlString = new RegExp(
  `(?:${escape}[\\]P^_X]|[\u0090\u0098\u009d-\u009f])[^${bell}${escape}${stringEnd}]*(?:${bell}|${escape}\\\\|${stringEnd})?`,
  'y',
);

const controlSequence = new RegExp(`(?:${escape}\\[|\u009b)([0-?]*)([ -/]*)([@-~]?)`, 'y');

const otherEscape = new RegExp(`${escape}[ -/]*[0-Z\\\\\`-~]?`, 'y');

const colourParameters = /^[\d;:]{0,64}$/;

/** Control characters, and characters that change the text direction. */
const unwanted = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** How many overwritten parts of a line are searched for one with text. */
const maxRewrites = 8;

/**
 * Makes a line of output from a sandbox safe to display. The only control sequences kept are those that set colours,
 * and none with `withColours` off; of a line that overwrites itself by carriage returns the last text is kept. Each
 * line is cleaned by itself, so that a line cannot end what another has begun.
 *
 * @param omitted characters that are missing already
 */
export function shownLine(line: string, withColours: boolean, omitted = 0): ShownLine {
  let end = line.length;
  for (let tries = 0; tries < maxRewrites && end > 0; tries += 1) {
    const start = line.lastIndexOf('\r', end - 1) + 1;
    const part = line.slice(start, Math.min(end, start + longestShownLine));
    const text = clean(part, withColours);
    if (text.isVisible) return { text: text.text, omitted: omitted + (end - start - part.length) };
    end = start - 1;
  }
  return { text: '', omitted };
}

function clean(part: string, withColours: boolean): { readonly text: string; readonly isVisible: boolean } {
  let text = '';
  let isVisible = false;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(part);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (at < part.length) {
    const char = part.charAt(at);
    if (char === '\t' || !unwanted.test(char)) {
      text += char;
      isVisible ||= char.trim() !== '';
      at += 1;
      continue;
    }
    if (take(controlString)) continue;
    const sequence = take(controlSequence);
    if (sequence) {
      const [, parameters = '', intermediates, final] = sequence;
      if (withColours && final === 'm' && intermediates === '' && colourParameters.test(parameters))
        text += `${escape}[${parameters}m`;
      continue;
    }
    if (!take(otherEscape)) at += 1;
  }
  return { text, isVisible };
}

/** What a line costs besides its characters, as many as these: a server may send any number of empty ones. */
const lineOverhead = 15;

/** Keeps the newest lines of an output, up to a number of characters. */
export class OutputBuffer {
  private lines: string[] = [];
  private length = 0;
  private droppedLines = 0;

  constructor(private readonly maxLength: number) {}

  add(line: string): void {
    this.lines.push(line);
    this.length += line.length + 1 + lineOverhead;
    if (this.length <= this.maxLength) return;
    // In large steps: removing one line from an array moves all the others.
    let count = 0;
    while (count < this.lines.length - 1 && this.length > this.maxLength / 2) {
      this.length -= (this.lines[count]?.length ?? 0) + 1 + lineOverhead;
      count += 1;
    }
    this.lines = this.lines.slice(count);
    this.droppedLines += count;
  }

  /** How many lines were dropped, all older than those kept. */
  get dropped(): number {
    return this.droppedLines;
  }

  /** The newest line that is not blank; empty when there is none. */
  get last(): string {
    return this.lines.findLast(line => line.trim() !== '') ?? '';
  }

  text(): string {
    return this.lines.map(line => `${line}\n`).join('');
  }
}
