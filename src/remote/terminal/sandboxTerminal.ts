import { EventEmitter, l10n, type Pseudoterminal, type TerminalDimensions } from 'vscode';
import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore } from '../../core/kernel/disposable';
import { OutputPump } from '../../core/terminal/outputPump';
import { Shell, type ShellOutput, type ShellView } from './model/shell';
import type { ShellConnector, ShellEnd } from '../../core/terminal/shellEvents';
import type { SandboxState } from '../../core/sandbox/state';
import type { TerminalSize } from '../../core/terminal/terminalSession';
import { endText, noticeText, remark } from '../../text/terminal';

/** An extension terminal with a shell in a sandbox. */
export class SandboxTerminal implements Pseudoterminal {
  private readonly disposables = new DisposableStore();
  private readonly writes = this.disposables.add(new EventEmitter<string>());
  private readonly closes = this.disposables.add(new EventEmitter<number | undefined>());
  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;
  private readonly pump: OutputPump;
  private readonly shell: Shell;
  private hasEnded = false;
  /** The shell has ended and the tab stays open until the user presses Enter. */
  private isLingering = false;

  constructor(
    readonly sandboxId: string,
    readonly sessionId: string,
    connector: ShellConnector,
    clock: Clock,
    /** Whether the shell was attached before. */
    private readonly isKnown: boolean,
    private readonly onDidEnd: (end: ShellEnd) => void,
    /** Gets what the shell says, without what it said before. */
    watch: (text: string) => void,
  ) {
    const hold = (isHeld: boolean): void => this.shell.hold(isHeld);
    this.pump = this.disposables.add(new OutputPump(this.writes, hold, clock));
    const view: ShellView = {
      notice: notice => this.pump.remark(remark(noticeText(notice))),
      ended: end => this.ended(end),
    };
    this.shell = this.disposables.add(new Shell(connector, watched(this.pump, watch), view, clock));
  }

  /** Whether the shell keeps running when this terminal is closed. */
  get isAlive(): boolean {
    return !this.hasEnded;
  }

  open(size: TerminalDimensions | undefined): void {
    this.shell.start(size && sizeOf(size), this.isKnown);
  }

  /** Called when the tab or the window is closed. Detaches; the shell keeps running. */
  close(): void {
    this.disposables.dispose();
  }

  handleInput(text: string): void {
    const input = this.pump.withoutAnswers(text);
    if (input === '') return;
    if (!this.isLingering) this.shell.write(input);
    else if (input.includes('\r')) this.closes.fire(undefined);
  }

  setDimensions(size: TerminalDimensions): void {
    this.shell.resize(sizeOf(size));
  }

  probe(): void {
    this.shell.probe();
  }

  /** Handles a new state of the sandbox. */
  observe(state: SandboxState | 'gone'): void {
    this.shell.observe(state);
  }

  private ended(end: ShellEnd): void {
    this.hasEnded = true;
    this.onDidEnd(end);
    const sentence = endText(end);
    if (sentence !== undefined)
      this.pump.remark(remark(`${sentence} ${l10n.t('Press Enter to close the terminal.')}`));
    this.pump.finish(() => {
      if (end.kind === 'exited') this.closes.fire(end.exitCode);
      else this.isLingering = true;
    });
  }
}

/** The bytes as they are stand for the text: what is looked for is ASCII. */
function watched(output: ShellOutput, watch: (text: string) => void): ShellOutput {
  let isReplay = false;
  return {
    push: bytes => {
      output.push(bytes);
      if (!isReplay) watch(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
    },
    clear: () => output.clear(),
    replayBegins: () => {
      isReplay = true;
      output.replayBegins();
    },
    replayEnds: () => {
      isReplay = false;
      output.replayEnds();
    },
  };
}

function sizeOf({ rows, columns }: TerminalDimensions): TerminalSize {
  return { rows, cols: columns };
}
