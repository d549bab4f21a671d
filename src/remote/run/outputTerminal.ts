import { EventEmitter, l10n, type Pseudoterminal, type Terminal } from 'vscode';
import { createTerminal } from '../../host/editor/terminals';
import { titleText } from '../../text/kit/surfaces';
import { DisposableStore } from '../../core/kernel/disposable';
import type { Clock } from '../../core/kernel/time/clock';
import { shownLine } from '../../core/run/output';
import type { OutputLine, OutputStream } from '../../core/processes/process';
import { OutputPump } from '../../core/terminal/outputPump';

/** Characters written to the window every `paceMs`, and no faster than it draws; more would freeze it. */
const pieceLength = 128 * 1024;
const paceMs = 25;
/** Reading pauses while this many characters are queued. */
const maxQueued = 512 * 1024;
const newLine = '\r\n';
const style = {
  dim: '\u001b[2m',
  red: '\u001b[31m',
  green: '\u001b[32m',
  bold: '\u001b[1m',
  off: '\u001b[0m',
};

export type NoteStyle = 'dim' | 'red' | 'green' | 'bold';

export interface OutputTerminalOptions {
  readonly name: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** Called when the user closes the tab. */
  readonly onClose: () => void;
  /** Called with a keystroke or a paste. */
  readonly onInput: (text: string) => void;
  /** Gets the output as it comes. */
  readonly watch: (text: string) => void;
  /** The stream that is shown unmarked; lines of the other one are prefixed with a bar. */
  readonly plainStream?: OutputStream;
}

/** A terminal tab that shows the output of a sandbox line by line. Input is not echoed. */
export class OutputTerminal implements Pseudoterminal {
  private readonly disposables = new DisposableStore();
  private readonly writes = this.disposables.add(new EventEmitter<string>());
  private readonly names = this.disposables.add(new EventEmitter<string>());
  readonly onDidWrite = this.writes.event;
  readonly onDidChangeName = this.names.event;
  private readonly terminal: Terminal;
  private readonly pump: OutputPump;
  private waiting = '';
  /** Whether the window has to draw first what it has got. */
  private isHeld = false;
  private isOpen = false;
  private isClosed = false;
  private timer: NodeJS.Timeout | undefined;
  private readers: (() => void)[] = [];

  constructor(
    private readonly options: OutputTerminalOptions,
    clock: Clock,
  ) {
    const { name, icon } = options;
    this.pump = this.disposables.add(new OutputPump(this.writes, isHeld => this.hold(isHeld), clock));
    this.terminal = createTerminal({ name, pty: this, icon });
  }

  show(preservesFocus = false): void {
    this.terminal.show(preservesFocus);
  }

  /** Whether the user closed the tab. */
  get isGone(): boolean {
    return this.isClosed;
  }

  rename(name: string): void {
    this.names.fire(titleText(name));
  }

  /** Shows a line of output; the returned promise resolves when there is room for more. */
  line({ line, stream, omitted }: OutputLine): Promise<void> | undefined {
    this.options.watch(`${line}\n`);
    const shown = shownLine(line, true, omitted);
    const isMarked = stream !== undefined && stream !== (this.options.plainStream ?? 'stdout');
    const bar = isMarked ? `${style.red}┃${style.off} ` : '';
    const rest =
      shown.omitted > 0 ? `${style.off}${style.dim} … ${omittedText(shown.omitted)}${style.off}` : '';
    this.write(bar + shown.text + rest + newLine);
    if (this.waiting.length < maxQueued || this.isClosed) return undefined;
    return new Promise(resolve => this.readers.push(resolve));
  }

  /** Shows a message of the extension on a line of its own. @param text plain text */
  note(text: string, as: NoteStyle = 'dim'): void {
    this.write(`${style.off}${style[as]}${text}${style.off}${newLine}`);
  }

  /** Clears the screen and the scrollback. */
  clear(): void {
    this.write('\u001b[2J\u001b[3J\u001b[H');
  }

  open(): void {
    this.isOpen = true;
    this.flush();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.waiting = '';
    this.release();
    this.disposables.dispose();
    this.options.onClose();
  }

  handleInput(text: string): void {
    const input = this.pump.withoutAnswers(text);
    if (input !== '') this.options.onInput(input);
  }

  dispose(): void {
    this.terminal.dispose();
  }

  private write(text: string): void {
    if (this.isClosed) return;
    this.waiting += text;
    if (this.isOpen && this.timer === undefined) this.flush();
  }

  private flush(): void {
    this.timer = undefined;
    if (this.waiting === '' || this.isHeld) return;
    const piece = this.waiting.slice(0, pieceLength);
    this.waiting = this.waiting.slice(pieceLength);
    this.pump.write(piece);
    if (this.waiting.length < maxQueued) this.release();
    this.timer = setTimeout(() => this.flush(), paceMs);
  }

  private hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    if (!isHeld && this.timer === undefined) this.flush();
  }

  private release(): void {
    for (const resolve of this.readers.splice(0)) resolve();
  }
}

/** Replaces the end of a line that is too long to show. */
function omittedText(count: number): string {
  return l10n.t('{0} more characters', count);
}
