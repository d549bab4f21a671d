import { l10n } from 'vscode';
import { parseCommandLine } from '../../core/run/commandLine';
import type { RunOptions } from '../../core/run/runOptions';
import {
  readHealthCheck,
  readMaxRestarts,
  readProcessName,
  type StartDraft,
  writeHealthCheck,
} from '../../core/run/startDraft';
import { startSentence } from '../../text/processes';
import { commandProblem } from '../../text/run';
import { askHub, type HubField, okOf, optionFields } from '../run/askOptions';

type Field = HubField<StartDraft>;

const lineField: Field = {
  label: () => l10n.t('Command'),
  shown: ({ line }) => line,
  question: ({ line }) => ({
    prompt: l10n.t('A command line. What only a shell understands goes through sh -lc.'),
    placeholder: 'npm start',
    value: line,
  }),
  problem: text => {
    const parsed = parseCommandLine(text);
    return parsed.kind === 'problem' ? commandProblem(parsed.problem) : undefined;
  },
  set: (draft, line) => ({ ...draft, line: line.trim() }),
};

const nameField: Field = {
  label: () => l10n.t('Name'),
  shown: ({ name = '' }) => name,
  question: ({ name }) => ({
    prompt: l10n.t('What it is called; with a name it is supervised. Empty for none.'),
    placeholder: 'dev-server',
    value: name,
  }),
  problem: text => ('problem' in readProcessName(text) ? startSentence('name') : undefined),
  set: (draft, text) => ({ ...draft, name: okOf(readProcessName(text)) }),
};

const policies = { never: 'never', failure: 'on_failure', always: 'always' } as const;

type PolicyWord = keyof typeof policies;

function policyWord(text: string): PolicyWord | undefined {
  const word = text.trim().toLowerCase();
  return word === 'never' || word === 'failure' || word === 'always' ? word : undefined;
}

const restartField: Field = {
  label: () => l10n.t('Restart'),
  shown: ({ restart }) => restart?.policy ?? '',
  question: ({ restart }) => ({
    prompt: l10n.t('When it is started again: never, failure or always. Empty for no supervision.'),
    placeholder: 'failure',
    value: restart ? (restart.policy ?? 'on_failure').replace('on_', '') : '',
  }),
  problem: text =>
    text.trim() === '' || policyWord(text) ? undefined : l10n.t('Restart: never, failure or always.'),
  set: (draft, text) => {
    const word = policyWord(text);
    return { ...draft, restart: word && { ...draft.restart, policy: policies[word] } };
  },
};

const limitField: Field = {
  label: () => l10n.t('Most Restarts'),
  shown: ({ restart }) => String(restart?.maxRestarts ?? ''),
  question: ({ restart }) => ({
    prompt: l10n.t('How often it is started again at most. Empty for no limit.'),
    placeholder: '10',
    value: String(restart?.maxRestarts ?? ''),
  }),
  problem: text => ('problem' in readMaxRestarts(text) ? startSentence('maxRestarts') : undefined),
  set: (draft, text) => ({
    ...draft,
    restart: { ...draft.restart, maxRestarts: okOf(readMaxRestarts(text)) },
  }),
};

const healthField: Field = {
  label: () => l10n.t('Health Check'),
  shown: ({ healthCheck }) => (healthCheck ? writeHealthCheck(healthCheck) : ''),
  question: ({ healthCheck }) => ({
    prompt: l10n.t('How it is found to be alive: http:8080/health or tcp:5432. Empty for no check.'),
    placeholder: 'http:8080/',
    value: healthCheck ? writeHealthCheck(healthCheck) : '',
  }),
  problem: text => {
    const read = readHealthCheck(text);
    if (!('problem' in read)) return undefined;
    return read.problem === 'check'
      ? l10n.t('Health check: http or tcp, a colon and a port, such as http:8080/health.')
      : startSentence(read.problem);
  },
  set: (draft, text) => ({ ...draft, healthCheck: okOf(readHealthCheck(text)) }),
};

const inputField: Field = {
  label: () => l10n.t('Input'),
  shown: ({ hasInput }) => (hasInput === true ? l10n.t('open') : l10n.t('closed')),
  question: ({ hasInput }) => ({
    prompt: l10n.t('Whether input can be sent to it: open or closed.'),
    placeholder: 'closed',
    value: hasInput === true ? 'open' : 'closed',
  }),
  problem: text => (/^\s*(?:open|closed)?\s*$/i.test(text) ? undefined : l10n.t('Input: open or closed.')),
  set: (draft, text) => ({ ...draft, hasInput: text.trim().toLowerCase() === 'open' }),
};

function ofOptions(field: HubField<RunOptions>): Field {
  return {
    label: field.label,
    problem: field.problem,
    shown: draft => field.shown(draft.options),
    question: draft => field.question(draft.options),
    set: (draft, text) => ({ ...draft, options: field.set(draft.options, text) }),
  };
}

const optionsOfStart = [optionFields.workingDir, optionFields.env, optionFields.user].map(ofOptions);

/** Asks for the command and options of a new process; undefined when the user backed out. */
export async function askStart(title: string, initial: StartDraft): Promise<StartDraft | undefined> {
  return await askHub<StartDraft>({
    title,
    placeholder: l10n.t('Enter starts it; or choose what to change'),
    done: l10n.t('Start'),
    fields: ({ restart }) => [
      lineField,
      nameField,
      restartField,
      ...(restart ? [limitField] : []),
      healthField,
      inputField,
      ...optionsOfStart,
    ],
    initial,
    isBackDone: false,
  });
}
