import { LogLevel, type LogOutputChannel } from 'vscode';
import type { Logger } from '../../../core/kernel/logger';

/** The output channel of the extension. */
export interface Log extends Logger {
  /** Shows it without taking the focus. */
  show(): void;
  /** The last lines that it shows, the latest last, each with its time and level. */
  recent(): readonly string[];
}

const mostRecent = 50;

const maxRecentLength = 500;

/** An output channel whose lines pass through `redact`, so that no secret is written whoever echoed it. */
export function redactingLog(channel: LogOutputChannel, redact: (line: string) => string): Log {
  const recent: string[] = [];
  const write = (name: keyof Logger, level: LogLevel): ((line: string) => void) => {
    return line => {
      const clean = redact(line);
      channel[name](clean);
      const least = channel.logLevel === LogLevel.Off ? LogLevel.Info : channel.logLevel;
      if (level < least) return;
      recent.push(`${new Date().toISOString()} [${name}] ${clean.slice(0, maxRecentLength)}`);
      if (recent.length > mostRecent) recent.shift();
    };
  };
  return {
    trace: write('trace', LogLevel.Trace),
    debug: write('debug', LogLevel.Debug),
    info: write('info', LogLevel.Info),
    warn: write('warn', LogLevel.Warning),
    error: write('error', LogLevel.Error),
    show: () => channel.show(true),
    recent: () => [...recent],
  };
}
