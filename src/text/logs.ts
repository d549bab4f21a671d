import { l10n } from 'vscode';
import { mostLinesOfEntry, resourceValue, type LogEntry, type LogFilter } from '../core/logs';
import { shownLine } from '../core/run/output';
import { separator } from './kit/plainText';

const continuation = '    ';

/** One log entry as text: time, level, process, message. The lines of a message are indented from the second on. */
export function logLine(entry: LogEntry): string {
  const lines = entry.body.split('\n');
  const shown = lines.slice(0, mostLinesOfEntry).map(line => {
    const { text, omitted } = shownLine(line, false);
    return omitted === 0 ? text : `${text} … ${l10n.t('{0} more characters', omitted)}`;
  });
  if (lines.length > mostLinesOfEntry)
    shown.push(l10n.t('… {0} more lines', lines.length - mostLinesOfEntry));
  if (entry.omitted !== undefined) shown.push(`… ${l10n.t('{0} more characters', entry.omitted)}`);
  const [first = '', ...rest] = shown;
  const head = [timeText(entry.atMs), `[${entry.level ?? 'info'}]`, whoText(entry), first, moreText(entry)];
  return [head.filter(part => part !== '').join(' '), ...rest.map(line => continuation + line)].join('\n');
}

/** ISO time, because users compare logs of several places and tools parse them. */
function timeText(atMs: number | undefined): string {
  const date = new Date(atMs ?? NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

function whoText(entry: LogEntry): string {
  const [program = ''] = resourceValue(entry, 'process.command').trimStart().split(/\s/, 1);
  const words = [resourceValue(entry, 'process.pid'), program.slice(program.lastIndexOf('/') + 1)]
    .map(word => shownLine(word, false).text.slice(0, 40))
    .filter(word => word !== '');
  return words.length === 0 ? '' : `(${words.join(' ')})`;
}

/** The attributes of an entry, unless the only one is the stream. */
function moreText({ attributes }: LogEntry): string {
  if (attributes === undefined || attributes === '{}') return '';
  const { text } = shownLine(attributes, false);
  return /^\{"stream":"(?:stdout|stderr)"\}$/.test(text) ? '' : text;
}

/** What a filter lets through; empty for a filter that lets everything through. */
export function filterWords({ levels = [], processIds = [], body = '' }: LogFilter): string {
  return [
    levels.length === 0 ? '' : levels.join(', '),
    body === '' ? '' : l10n.t('with “{0}”', shownLine(body, false).text),
    processIds.length === 0
      ? ''
      : processIds.length === 1
        ? l10n.t('of 1 process')
        : l10n.t('of {0} processes', processIds.length),
  ]
    .filter(part => part !== '')
    .join(separator);
}
