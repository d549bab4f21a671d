import type { LogOutputChannel } from 'vscode';
import type { Logger } from '../../core/kernel/logger';

/** The output channel of the extension. */
export interface Log extends Logger {
  /** Shows it without taking the focus. */
  show(): void;
}

/** An output channel whose lines pass through `redact`, so that no secret is written whoever echoed it. */
export function redactingLog(channel: LogOutputChannel, redact: (line: string) => string): Log {
  return {
    trace: line => channel.trace(redact(line)),
    debug: line => channel.debug(redact(line)),
    info: line => channel.info(redact(line)),
    warn: line => channel.warn(redact(line)),
    error: line => channel.error(redact(line)),
    show: () => channel.show(true),
  };
}
