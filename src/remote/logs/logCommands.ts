import { l10n, Range, window, workspace } from 'vscode';
import { isMember } from '../../core/kernel/formats/json';
import { logBounds, logLevels, type LogLevel, type LogProcess, type LogFilter } from '../../core/logs';
import { isOwnCommandLine } from '../../core/processes/ownProcess';
import type { AppContext } from '../../app/appContext';
import { lacking, noteLack } from '../../app/offered';
import { resolveTarget } from '../../app/targets';
import { isRouteMissing } from '../../core/kernel/errors';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/dialogs/progress';
import { askMany, askPick } from '../../host/editor/dialogs/quickPick';
import { askText } from '../../host/editor/dialogs/quickInput';
import { partialListText } from '../../text/kit/listText';
import { plainText, separator } from '../../text/kit/plainText';
import type { LogDocument } from './logDocument';
import type { LogDocuments } from './logDocuments';
import { filterWords } from '../../text/logs';

/** Opens the logs of a sandbox that the service retained. Works for a terminated sandbox, and resumes none. */
export function showLogs(app: AppContext, documents: LogDocuments): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not show the logs'),
    run: async (...args) => {
      const row = await resolveTarget(app, args, {
        anyOf: ['hasLogs'],
        needsRest: false,
        question: () => l10n.t('Show the logs of which sandbox?'),
        none: () => l10n.t('There is no such sandbox.'),
      });
      if (!row) return;
      const document = documents.of(row.sandbox);
      await read(app, documents, document, document.filter);
      const opened = await workspace.openTextDocument(document.uri);
      const editor = await window.showTextDocument(opened, { preview: true });
      // Users look for the newest line.
      const { range } = opened.lineAt(opened.lineCount - 1);
      editor.revealRange(new Range(range.start, range.start));
    },
  };
}

async function read(
  app: AppContext,
  documents: LogDocuments,
  document: LogDocument,
  filter: LogFilter,
): Promise<void> {
  const connection = await app.connections.require();
  const { logs, signal } = connection;
  const progress = startProgress(l10n.t('Reading the logs of {0}…', document.name), signal);
  try {
    await progress.until(
      logs(document.namespace).then(retained => document.refresh(retained, filter, progress.signal)),
    );
  } catch (error) {
    // Elsewhere it says that these logs are gone, or were never kept.
    if (!isRouteMissing(error) || !connection.session.endpoint.isNamespaced) throw error;
    noteLack(app, connection, 'logs');
    throw lacking('logs');
  }
  documents.changed(document);
}

/** A command for the log document it was called with, or the active one. */
function documentCommand(
  documents: LogDocuments,
  act: (document: LogDocument, args: readonly unknown[]) => Promise<void>,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not read the logs'),
    run: async (...args) => {
      const document = documents.find(args[0]);
      if (!document) throw new UserError(l10n.t('Open the logs of a sandbox first, with “Show Logs”.'));
      await act(document, args);
    },
  };
}

export function refreshLogs(app: AppContext, documents: LogDocuments): CommandHandler {
  return documentCommand(documents, document => read(app, documents, document, document.filter));
}

export function olderLogs(app: AppContext, documents: LogDocuments): CommandHandler {
  return documentCommand(documents, async document => {
    if (document.isTruncated) throw new UserError(l10n.t('The service did not say how to read older lines.'));
    if (document.isFull)
      throw new UserError(l10n.t('There is no room for more lines. Filter the lines to see others.'));
    if (!document.hasOlder) throw new UserError(l10n.t('These are all the lines that were kept.'));
    const { logs, signal } = await app.connections.require();
    const progress = startProgress(l10n.t('Reading older lines of {0}…', document.name), signal);
    await progress.until(
      logs(document.namespace).then(retained => document.loadOlder(retained, progress.signal)),
    );
    documents.changed(document);
  });
}

/** Restricts a log document to levels, a text and processes. */
export function filterLogs(app: AppContext, documents: LogDocuments): CommandHandler {
  return documentCommand(documents, async (document, args) => {
    const filter = isPlaceOfEditor(args[1]) ? await askFilter(app, documents, document) : readFilter(args[1]);
    if (filter) await read(app, documents, document, filter);
  });
}

/** Whether it is what a button in an editor's title passes after the address, or nothing. */
function isPlaceOfEditor(value: unknown): boolean {
  return value === undefined || isMember(value, 'groupId');
}

function readFilter(value: unknown): LogFilter {
  const fields: Partial<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  const texts = (list: unknown): readonly string[] =>
    Array.isArray(list) ? list.filter((each): each is string => typeof each === 'string') : [];
  return {
    levels: logLevels.filter(level => texts(fields['levels']).includes(level)),
    processIds: texts(fields['processIds']),
    body: typeof fields['text'] === 'string' ? fields['text'] : '',
  };
}

type Part = 'levels' | 'body' | 'processes' | 'none';

async function askFilter(
  app: AppContext,
  documents: LogDocuments,
  document: LogDocument,
): Promise<LogFilter | undefined> {
  const { name, filter } = document;
  const only = (part: LogFilter): string => filterWords(part) || l10n.t('all');
  const answer = await askPick<Part>({
    title: l10n.t('Filter the Logs of {0}', name),
    placeholder: l10n.t('By what?'),
    items: [
      { label: l10n.t('Levels'), description: only({ levels: filter.levels }), answer: 'levels' },
      { label: l10n.t('Text'), description: only({ body: filter.body }), answer: 'body' },
      {
        label: l10n.t('Processes'),
        description: only({ processIds: filter.processIds }),
        answer: 'processes',
      },
      { label: l10n.t('Show everything'), answer: 'none' },
    ],
  });
  if (answer.kind !== 'value') return undefined;
  switch (answer.value) {
    case 'none':
      return {};
    case 'levels': {
      const levels = await askLevels(filter.levels ?? []);
      return levels && { ...filter, levels };
    }
    case 'body': {
      const text = await askText({
        title: l10n.t('Text in the Logs of {0}', name),
        prompt: l10n.t('Lines that hold this text, in any case of letters. Empty for all.'),
        value: filter.body,
      });
      return text.kind === 'value' ? { ...filter, body: text.value } : undefined;
    }
    case 'processes': {
      const processIds = await askProcesses(app, documents, document, filter.processIds ?? []);
      return processIds && { ...filter, processIds };
    }
  }
}

async function askLevels(chosen: readonly LogLevel[]): Promise<readonly LogLevel[] | undefined> {
  const answer = await askMany<LogLevel>({
    title: l10n.t('Levels'),
    placeholder: l10n.t('Which levels? None means all.'),
    items: logLevels.map(level => ({ label: level, answer: level, picked: chosen.includes(level) })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

async function askProcesses(
  app: AppContext,
  { own }: LogDocuments,
  { sandboxId, namespace }: LogDocument,
  chosen: readonly string[],
): Promise<readonly string[] | undefined> {
  const { logs, signal } = await app.connections.require();
  const progress = startProgress(l10n.t('Reading which processes there were…'), signal);
  const all = await progress.until(
    logs(namespace).then(retained => retained.processes(sandboxId, progress.signal)),
  );
  const processes = all.filter(({ command = '' }) => own.areShown || !isOwnCommandLine(command));
  if (processes.length === 0) throw new UserError(l10n.t('No process left a line.'));
  const question = l10n.t('Which processes? None means all.');
  const answer = await askMany<string>({
    title: l10n.t('Processes'),
    placeholder: all.length < logBounds.processes ? question : `${question} ${partialListText()}`,
    items: processes.map(process => ({
      label: plainText(process.managedName ?? '', 60) || plainText(process.command ?? process.processId, 80),
      description: processWords(process),
      answer: process.processId,
      picked: chosen.includes(process.processId),
    })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function processWords({ pid, count }: LogProcess): string {
  return [
    pid === undefined ? '' : l10n.t('pid {0}', plainText(pid, 20)),
    count === undefined ? '' : count === 1 ? l10n.t('1 line') : l10n.t('{0} lines', count),
  ]
    .filter(part => part !== '')
    .join(separator);
}
