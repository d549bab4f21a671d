import type { Clock } from '../../../core/kernel/time/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';
import type { Logger } from '../../../core/kernel/logger';
import type { Log } from './log';

type Level = keyof Logger;

/** How many lines of a kind are written within a minute. Details are written only when a user asks for them. */
const mostInMinute: Readonly<Record<Level, number>> = {
  trace: 600,
  debug: 600,
  info: 10,
  warn: 10,
  error: 10,
};
const minuteMs = 60_000;

/** How many kinds are told apart; a server can word its errors in any number of ways. */
const mostKinds = 64;

/** A line is of the kind that its first words tell, up to the first that differs from one line to the next. */
const firstWords = /^[A-Za-z ,']{0,40}/;

interface Minute {
  readonly level: Level;
  readonly words: string;
  readonly timer: DisposableLike;
  lines: number;
}

/** A log in which no kind of line drowns the others: of each, some are written in a minute, and the rest is counted. */
export class CalmLog implements Log, DisposableLike {
  private readonly minutes = new Map<string, Minute>();
  private isDisposed = false;

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  readonly trace = (line: string): void => this.write('trace', line);
  readonly debug = (line: string): void => this.write('debug', line);
  readonly info = (line: string): void => this.write('info', line);
  readonly warn = (line: string): void => this.write('warn', line);
  readonly error = (line: string): void => this.write('error', line);

  show(): void {
    this.log.show();
  }

  recent(): readonly string[] {
    return this.log.recent();
  }

  dispose(): void {
    this.isDisposed = true;
    for (const { timer } of this.minutes.values()) timer.dispose();
    this.minutes.clear();
  }

  private write(level: Level, line: string): void {
    const minute = this.minuteOf(level, line);
    minute.lines += 1;
    if (minute.lines <= mostInMinute[level]) this.log[level](line);
  }

  private minuteOf(level: Level, line: string): Minute {
    const [words = ''] = firstWords.exec(line) ?? [];
    const key = `${level} ${words.trim()}`;
    const known = this.minutes.get(key);
    if (known) return known;
    return this.minutes.size < mostKinds
      ? this.begin(key, level, words.trim())
      : (this.minutes.get(level) ?? this.begin(level, level, ''));
  }

  private begin(key: string, level: Level, words: string): Minute {
    const timer = this.clock.after(minuteMs, () => this.end(key));
    const minute = { level, words, timer, lines: 0 };
    if (this.isDisposed) timer.dispose();
    else this.minutes.set(key, minute);
    return minute;
  }

  private end(key: string): void {
    const minute = this.minutes.get(key);
    if (!minute) return;
    this.minutes.delete(key);
    const { level, words, lines } = minute;
    const leftOut = lines - mostInMinute[level];
    if (leftOut <= 0) return;
    const which = words === '' ? 'other lines' : `lines that begin with "${words}"`;
    this.log[level](`${leftOut} more ${which} were left out within a minute`);
  }
}
