import { window, type LogOutputChannel } from 'vscode';

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/**
 * Records every line that is written to output channels from now on, whatever their level. Not every editor that tests
 * run in writes them to files.
 */
export function recordOutput(): readonly string[] {
  const lines: string[] = [];
  const create = window.createOutputChannel.bind(window);
  Object.assign(window, {
    createOutputChannel: (name: string, options: { readonly log: true }) =>
      recording(create(name, options), lines),
  });
  return lines;
}

function recording(channel: LogOutputChannel, lines: string[]): LogOutputChannel {
  const recorder = Object.create(channel) as LogOutputChannel;
  for (const level of levels)
    Object.defineProperty(recorder, level, {
      value: (line: string) => {
        lines.push(line);
        channel[level](line);
      },
    });
  return recorder;
}
