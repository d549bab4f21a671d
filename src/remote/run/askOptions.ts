import { l10n } from 'vscode';
import { formatDuration } from '../../core/kernel/time/timeSpan';
import {
  readEnv,
  readTimeout,
  readUser,
  readWorkingDir,
  writeEnv,
  type Read,
  type RunOptions,
} from '../../core/run/runOptions';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { askText, type TextQuestion } from '../../host/editor/dialogs/quickInput';
import { plainText } from '../../text/kit/plainText';
import { envProblem, timeoutProblem, userProblem, workingDirProblem } from '../../text/run';

/** One entry of a hub: a part of the draft, which the user enters in an input box. */
export interface HubField<T> {
  readonly label: () => string;
  /** Its current value as text; empty if unset. */
  readonly shown: (draft: T) => string;
  readonly question: (draft: T) => Pick<TextQuestion, 'prompt' | 'placeholder' | 'value'>;
  readonly problem: (text: string) => string | undefined;
  readonly set: (draft: T, text: string) => T;
}

export const optionFields = {
  workingDir: {
    label: () => l10n.t('Working Directory'),
    shown: ({ workingDir = '' }) => workingDir,
    question: ({ workingDir }) => ({
      prompt: l10n.t('An absolute path in the sandbox. Empty for the directory of the image.'),
      placeholder: '/workspace',
      value: workingDir,
    }),
    problem: workingDirProblem,
    set: (options, text) => ({ ...options, workingDir: okOf(readWorkingDir(text)) }),
  },
  env: {
    label: () => l10n.t('Environment Variables'),
    shown: ({ env = {} }) => Object.keys(env).join(', '),
    question: ({ env = {} }) => ({
      prompt: l10n.t('NAME=value, separated by blanks. Kept until the window closes.'),
      placeholder: 'PORT=3000 GREETING="hello world"',
      value: writeEnv(env),
    }),
    problem: envProblem,
    set: (options, text) => ({ ...options, env: okOf(readEnv(text)) ?? {} }),
  },
  user: {
    label: () => l10n.t('User'),
    shown: ({ user = '' }) => user,
    question: ({ user }) => ({
      prompt: l10n.t('A name, a number, or uid:gid. Empty for the user of the image.'),
      placeholder: 'root',
      value: user,
    }),
    problem: userProblem,
    set: (options, text) => ({ ...options, user: okOf(readUser(text)) }),
  },
  timeoutSecs: {
    label: () => l10n.t('Time Limit'),
    shown: ({ timeoutSecs }) => spanText(timeoutSecs),
    question: ({ timeoutSecs }) => ({
      prompt: l10n.t('Seconds, or a span such as 45m or 1h30m; then it is killed. Empty for none.'),
      placeholder: '10m',
      value: spanText(timeoutSecs),
    }),
    problem: timeoutProblem,
    set: (options, text) => ({ ...options, timeoutSecs: okOf(readTimeout(text)) }),
  },
} as const satisfies Readonly<Record<string, HubField<RunOptions>>>;

/** Asks for parts one by one until the user is done; undefined when they backed out. */
export async function askHub<T>(hub: {
  readonly title: string;
  readonly placeholder: string;
  /** Label of the entry that completes the draft. */
  readonly done: string;
  readonly fields: (draft: T) => readonly HubField<T>[];
  readonly initial: T;
  /** Whether the Back button completes the draft as well. */
  readonly isBackDone: boolean;
}): Promise<T | undefined> {
  let draft = hub.initial;
  for (;;) {
    const unset = l10n.t('not set');
    const answer = await askPick<HubField<T> | 'done'>({
      title: hub.title,
      placeholder: hub.placeholder,
      hasBack: hub.isBackDone,
      items: [
        { icon: 'check', label: hub.done, answer: 'done' },
        ...hub.fields(draft).map(field => ({
          label: field.label(),
          description: plainText(field.shown(draft)) || unset,
          answer: field,
        })),
      ],
    });
    if (answer.kind === 'cancel') return undefined;
    if (answer.kind === 'back' || answer.value === 'done') return draft;
    const field = answer.value;
    const text = await askText({
      title: field.label(),
      ...field.question(draft),
      hasBack: true,
      validate: field.problem,
    });
    if (text.kind === 'cancel') return undefined;
    if (text.kind === 'value') draft = field.set(draft, text.value);
  }
}

/** Asks for the options of a run. */
export async function askOptions(initial: RunOptions): Promise<RunOptions | undefined> {
  return await askHub<RunOptions>({
    title: l10n.t('Options of a Run'),
    placeholder: l10n.t('Choose what to change'),
    done: l10n.t('Done'),
    fields: () => Object.values(optionFields),
    initial,
    isBackDone: true,
  });
}

export function okOf<T>(read: Read<T, string>): T | undefined {
  return 'ok' in read ? read.ok : undefined;
}

function spanText(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return Number.isInteger(seconds) ? formatDuration(seconds) : String(seconds);
}
