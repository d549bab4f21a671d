import { l10n } from 'vscode';
import {
  draftViolations,
  leastDiskMb,
  leastMemory,
  maxCount,
  mostMemory,
  numberedNames,
  withCpus,
  type CreateDraft,
  type CreateField,
} from '../../../core/create/createDraft';
import { hasLifetime } from '../../../core/sandbox/sandbox';
import { createLimits, type ViolationField } from '../../../core/sandbox/rules';
import { type CreateSandboxRequest } from '../../../core/create/createRequest';
import { splitPorts } from '../../../core/sandbox/exposedPorts';
import { formatDuration, parseDuration } from '../../../core/kernel/time/timeSpan';
import { formatMemorySize, parseMemorySize } from '../../../core/kernel/memorySize';
import { joinShellWords, splitShellWords } from '../../../core/kernel/formats/shellWords';
import { listText } from '../../../text/kit/listText';
import { atTimeout, fieldTitle, pendingWords, wordList } from '../../../text/create/fieldText';
import { askText, mapAnswer } from '../../../host/editor/dialogs/quickInput';
import { mebibytes } from '../../../text/kit/units';
import { createNow, type CreateStage, type CreateStep } from './step';
import { violationText } from '../../../text/create/violationText';

/** A field that is typed into an input box. */
interface TypedField {
  readonly prompt: (draft: CreateDraft) => string;
  readonly placeholder: string | (() => string);
  /** The current value, as it would be typed. */
  readonly shown: (draft: CreateDraft) => string;
  /** The draft with what was typed, or a sentence about why it cannot be read. */
  readonly read: (draft: CreateDraft, text: string) => CreateDraft | string;
  /** The rules of the service that the text must keep. */
  readonly rules: readonly ViolationField[];
  /** Says what the text means. */
  readonly explain?: (draft: CreateDraft, isTaken: CreateStage['isTaken']) => string | undefined;
}

/** The step of a field that is typed. */
export function typedStep(field: keyof typeof typedFields): CreateStep {
  return (stage, draft) => askTyped(stage, draft, field);
}

/** The draft with a name. */
export function withName(draft: CreateDraft, name: string): CreateDraft {
  return set(draft, { name });
}

/** What is wrong with the name of a draft. */
export function nameProblem(stage: CreateStage, draft: CreateDraft): string | undefined {
  return problemWith(stage, draft, 'name');
}

/** What is wrong with a field of a draft. */
function problemWith(
  { isTaken }: CreateStage,
  draft: CreateDraft,
  field: keyof typeof typedFields,
): string | undefined {
  const { rules }: TypedField = typedFields[field];
  const broken = draftViolations(draft, isTaken).find(each => rules.includes(each.field));
  if (broken) return violationText(broken);
  const { name } = draft.request;
  return field === 'name' && draft.count === 1 && name !== undefined && isTaken(name)
    ? l10n.t('Another sandbox has this name.')
    : undefined;
}

async function askTyped(
  stage: CreateStage,
  draft: CreateDraft,
  field: keyof typeof typedFields,
): ReturnType<CreateStep> {
  const { prompt, placeholder, shown, read, explain }: TypedField = typedFields[field];
  const answer = await askText({
    hasBack: true,
    title: `${stage.title}: ${fieldTitle(field, draft.server)}`,
    prompt: prompt(draft),
    placeholder: typeof placeholder === 'string' ? placeholder : placeholder(),
    value: shown(draft),
    finish: createNow(),
    validate: text => {
      const next = read(draft, text.trim());
      return typeof next === 'string' ? next : problemWith(stage, next, field);
    },
    explain: text => {
      const next = read(draft, text.trim());
      return typeof next === 'string' ? undefined : explain?.(next, stage.isTaken);
    },
  });
  return mapAnswer(answer, text => {
    const next = read(draft, text.trim());
    return typeof next === 'string' ? draft : next;
  });
}

function set(draft: CreateDraft, change: Partial<CreateSandboxRequest>): CreateDraft {
  return { ...draft, request: { ...draft.request, ...change } };
}

function setSize(draft: CreateDraft, change: NonNullable<CreateSandboxRequest['resources']>): CreateDraft {
  return set(draft, { resources: { ...draft.request.resources, ...change } });
}

function isRestore({ request }: CreateDraft): boolean {
  return request.snapshotId !== undefined;
}

const typedFields = {
  name: {
    prompt: draft =>
      draft.server === 'openSource'
        ? l10n.t('This server keeps no names: sandboxes are told apart by their ids.')
        : l10n.t(
            'Leave it empty for an ephemeral sandbox, which ends for good when idle and cannot be suspended.',
          ),
    placeholder: () => l10n.t('empty = ephemeral'),
    shown: ({ request }) => request.name ?? '',
    read: (draft, text) => set(draft, { name: text === '' ? undefined : text }),
    rules: ['name'],
  },
  count: {
    prompt: () => l10n.t('1 to {0}. Several sandboxes of a name get -1, -2 and so on at its end.', maxCount),
    placeholder: '1',
    shown: ({ count }) => String(count),
    read: (draft, text) => {
      const count = Number(text);
      return /^\d+$/.test(text) && count >= 1 && count <= maxCount
        ? { ...draft, count }
        : l10n.t('{0}: a whole number from 1 to {1} is needed.', fieldTitle('count'), maxCount);
    },
    rules: ['name'],
    explain: ({ request: { name }, count }, isTaken) =>
      name === undefined || count === 1 ? undefined : namesOf(name, count, isTaken),
  },
  entrypoint: {
    prompt: () =>
      l10n.t('Command that runs at boot, split into words as a shell does. Empty for that of the image.'),
    placeholder: 'bash -lc "npm start"',
    shown: ({ request }) => joinShellWords(request.entrypoint ?? []),
    read: (draft, text) => {
      const split = splitShellWords(text);
      if ('words' in split) return set(draft, { entrypoint: split.words });
      return split.problem === 'openQuote'
        ? l10n.t('A quotation mark is not closed.')
        : l10n.t('The backslash at the end has nothing to stand for.');
    },
    rules: [],
    explain: ({ request }) => wordList(request.entrypoint ?? []),
  },
  cpus: {
    prompt: draft =>
      isRestore(draft)
        ? l10n.t('At least {0}. Empty keeps that of the snapshot.', createLimits.minCpus)
        : l10n.t(
            'At least {0}; fractions are possible. Memory is kept within its range for each CPU.',
            createLimits.minCpus,
          ),
    placeholder: '2',
    shown: ({ request }) => String(request.resources?.cpus ?? ''),
    read: (draft, text) => {
      if (text === '' && isRestore(draft)) return set(draft, withCpus(draft.request, undefined));
      if (!/^\d*\.?\d+$/.test(text)) return l10n.t('A number is needed.');
      return set(draft, withCpus(draft.request, Number(text)));
    },
    rules: ['cpus'],
    explain: ({ request: { resources } }) =>
      resources?.memoryMb === undefined
        ? undefined
        : l10n.t('{0} CPU with {1}', resources.cpus ?? 1, mebibytes(resources.memoryMb)),
  },
  memoryMb: {
    prompt: draft => {
      const { cpus } = draft.request.resources ?? {};
      return cpus === undefined
        ? l10n.t('Such as 2g or 4096. Empty keeps that of the snapshot.')
        : l10n.t(
            '{0} to {1} for {2} CPU. Such as 2g, or a number of MB.',
            mebibytes(leastMemory(cpus)),
            mebibytes(mostMemory(cpus)),
            cpus,
          );
    },
    placeholder: '2g',
    shown: ({ request: { resources } }) =>
      resources?.memoryMb === undefined ? '' : formatMemorySize(resources.memoryMb),
    read: (draft, text) => {
      if (text === '' && isRestore(draft)) return setSize(draft, { memoryMb: undefined });
      const memoryMb = parseMemorySize(text);
      return memoryMb === undefined
        ? l10n.t('A size is needed, such as 2g, 512m or 4096.')
        : setSize(draft, { memoryMb });
    },
    rules: ['memoryMb'],
    explain: ({ request }) => mebibytes(request.resources?.memoryMb ?? 0),
  },
  diskMb: {
    prompt: ({ snapshot, request }) => {
      const range = [mebibytes(leastDiskMb(snapshot)), mebibytes(createLimits.diskMbMax)];
      return request.snapshotId === undefined
        ? l10n.t('{0} to {1}, such as 20g. Empty lets the service decide.', ...range)
        : l10n.t('{0} to {1}: a disk only grows. Empty keeps that of the snapshot.', ...range);
    },
    placeholder: '20g',
    shown: ({ request: { resources } }) =>
      resources?.diskMb === undefined ? '' : formatMemorySize(resources.diskMb),
    read: (draft, text) => {
      if (text === '') return setSize(draft, { diskMb: undefined });
      const diskMb = parseMemorySize(text);
      return diskMb === undefined
        ? l10n.t('A size is needed, such as 20g or 20480.')
        : setSize(draft, { diskMb });
    },
    rules: ['diskMb'],
    explain: ({ request }) => mebibytes(request.resources?.diskMb ?? 0),
  },
  timeoutSecs: {
    prompt: ({ request, server }) =>
      hasLifetime({ server })
        ? l10n.t('Such as 45m or 2h: counted from its creation, even while it is used. 0: no limit.')
        : request.name === undefined
          ? l10n.t(
              'Such as 45m or 2h; then it ends for good. 0: the longest of the plan. Empty: the service decides.',
            )
          : l10n.t(
              'Such as 45m or 2h; then it suspends. 0: the longest of the plan. Empty: the service decides.',
            ),
    placeholder: '45m',
    shown: ({ request }) => (request.timeoutSecs === undefined ? '' : formatDuration(request.timeoutSecs)),
    read: (draft, text) => {
      if (text === '') return set(draft, { timeoutSecs: undefined });
      const timeoutSecs = parseDuration(text);
      return timeoutSecs === undefined ? notASpan() : set(draft, { timeoutSecs });
    },
    rules: ['timeoutSecs'],
    explain: draft => atTimeout(draft),
  },
  maxPendingSecs: {
    prompt: () =>
      l10n.t(
        'Such as 5m: without a free place by then it fails. 0: fails at once. Empty: the service decides.',
      ),
    placeholder: '5m',
    shown: ({ request }) =>
      request.maxPendingSecs === undefined ? '' : formatDuration(request.maxPendingSecs),
    read: (draft, text) => {
      if (text === '') return set(draft, { maxPendingSecs: undefined });
      const maxPendingSecs = parseDuration(text);
      return maxPendingSecs === undefined ? notASpan() : set(draft, { maxPendingSecs });
    },
    rules: ['maxPendingSecs'],
    explain: ({ request }) => pendingWords(request.maxPendingSecs),
  },
  exposedPorts: {
    prompt: () =>
      l10n.t(
        'Ports from 1 to {0} other than {1}, such as 8080, 3000. Empty for none.',
        createLimits.portMax,
        createLimits.managementPort,
      ),
    placeholder: '8080, 3000',
    shown: ({ request }) => (request.exposedPorts ?? []).join(', '),
    read: (draft, text) => set(draft, { exposedPorts: splitPorts(text) }),
    rules: ['exposedPorts'],
    explain: ({ request: { exposedPorts = [], allowUnauthenticatedAccess } }) =>
      exposedPorts.length === 0
        ? undefined
        : allowUnauthenticatedAccess === true
          ? l10n.t('{0}: anyone on the internet reaches them', listText(exposedPorts))
          : l10n.t('{0}: an API key is needed to reach them', listText(exposedPorts)),
  },
} satisfies Partial<Record<CreateField, TypedField>>;

function notASpan(): string {
  return l10n.t('A span is needed, such as 45m, 2h, 1h30m, or a number of seconds.');
}

/** The names of several sandboxes; of many, the first two and the last. */
export function namesOf(name: string, count: number, isTaken: (name: string) => boolean): string {
  const names = numberedNames(name, count, isTaken);
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 2).join(', ')} … ${names.at(-1) ?? ''}`;
}
