import { l10n } from 'vscode';
import { createLimits, validateCreateRequest, type ViolationField } from '../core/createRequest';
import { askPick, askText, type Answer } from '../host/quickInput';
import { defaultImage, mebibytes, timeoutSpan } from '../host/words';
import type { CommandContext } from './commandContext';
import { nameProblem } from './naming';
import { violationText } from './violationText';

/** What the quick create asks for. */
export interface QuickCreate {
  /** Absent makes an ephemeral sandbox. */
  readonly name: string | undefined;
  /** Absent leaves it to the service. */
  readonly image: string | undefined;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly timeoutSecs: number;
}

/** What the official tools send (API reference section 2.2). */
export const quickDefaults: QuickCreate = {
  name: undefined,
  image: undefined,
  cpus: 1,
  memoryMb: createLimits.memoryMbPerCpuMin,
  timeoutSecs: createLimits.defaultTimeoutSecs,
};

type Choice = 'create' | 'image' | 'cpus' | 'memoryMb' | 'timeoutSecs';

/** Asks the name, then shows the rest with its defaults: Enter creates, a line changes it. */
export async function askCreateRequest(
  context: CommandContext,
  start: QuickCreate,
  title: string,
): Promise<QuickCreate | undefined> {
  let wanted = start;
  for (;;) {
    const name = await askName(context, title, wanted.name);
    if (name.kind !== 'value') return undefined;
    wanted = { ...wanted, name: name.value === '' ? undefined : name.value };
    const settled = await askRest(wanted, title);
    if (settled.kind === 'cancel') return undefined;
    wanted = settled.wanted;
    if (settled.kind === 'create') return wanted;
  }
}

async function askName(
  context: CommandContext,
  title: string,
  value: string | undefined,
): Promise<Answer<string>> {
  return await askText({
    title,
    prompt: l10n.t(
      'Name. Leave it empty for an ephemeral sandbox, which ends for good when idle and cannot be suspended.',
    ),
    placeholder: l10n.t('empty = ephemeral'),
    value: value ?? '',
    step: 1,
    totalSteps: 2,
    validate: text => (text === '' ? undefined : nameProblem(context, text)),
  });
}

async function askRest(
  start: QuickCreate,
  title: string,
): Promise<{ readonly kind: 'create' | 'back' | 'cancel'; readonly wanted: QuickCreate }> {
  let wanted = start;
  for (;;) {
    const choice = await askPick<Choice>({
      title,
      placeholder: l10n.t('Enter creates it; pick a line to change it'),
      items: linesOf(wanted),
      step: 2,
      totalSteps: 2,
      hasBack: true,
    });
    if (choice.kind !== 'value') return { kind: choice.kind, wanted };
    if (choice.value === 'create') return { kind: 'create', wanted };
    const changed = await change(wanted, choice.value);
    if (changed.kind === 'cancel') return { kind: 'cancel', wanted };
    if (changed.kind === 'value') wanted = changed.value;
  }
}

function linesOf(wanted: QuickCreate): Parameters<typeof askPick<Choice>>[0]['items'] {
  const { name, image, cpus, memoryMb, timeoutSecs } = wanted;
  const idle = timeoutSecs === 0 ? l10n.t('the longest the plan allows') : timeoutSpan(timeoutSecs);
  const atTimeout =
    name === undefined ? l10n.t('ends after {0} idle', idle) : l10n.t('suspends after {0} idle', idle);
  return [
    {
      label: `$(add) ${name === undefined ? l10n.t('Create an ephemeral sandbox') : l10n.t('Create {0}', name)}`,
      answer: 'create',
    },
    { label: l10n.t('Image'), description: image ?? defaultImage, answer: 'image' },
    { label: l10n.t('CPUs'), description: String(cpus), answer: 'cpus' },
    { label: l10n.t('Memory'), description: mebibytes(memoryMb), answer: 'memoryMb' },
    { label: l10n.t('Idle timeout'), description: atTimeout, answer: 'timeoutSecs' },
  ];
}

async function change(wanted: QuickCreate, field: Exclude<Choice, 'create'>): Promise<Answer<QuickCreate>> {
  if (field === 'image') {
    const answer = await askText({
      title: l10n.t('Image'),
      prompt: l10n.t('Name of a registered or managed image. Empty for {0}.', defaultImage),
      value: wanted.image ?? '',
      hasBack: true,
    });
    return answer.kind === 'value'
      ? {
          kind: 'value',
          value: { ...wanted, image: answer.value.trim() === '' ? undefined : answer.value.trim() },
        }
      : answer;
  }
  const answer = await askText({
    title: numberTitles[field](),
    prompt: numberPrompts[field](wanted),
    value: String(wanted[field]),
    hasBack: true,
    validate: text => numberProblem(wanted, field, text),
  });
  return answer.kind === 'value'
    ? { kind: 'value', value: withNumber(wanted, field, Number(answer.value)) }
    : answer;
}

type NumberField = 'cpus' | 'memoryMb' | 'timeoutSecs';

const numberTitles: Readonly<Record<NumberField, () => string>> = {
  cpus: () => l10n.t('CPUs'),
  memoryMb: () => l10n.t('Memory (MB)'),
  timeoutSecs: () => l10n.t('Idle timeout (seconds)'),
};

const numberPrompts: Readonly<Record<NumberField, (wanted: QuickCreate) => string>> = {
  cpus: () =>
    l10n.t(
      'At least {0}; fractions are possible. Memory is kept within its range for each CPU.',
      createLimits.minCpus,
    ),
  memoryMb: ({ cpus }) =>
    l10n.t(
      '{0} to {1} MB for {2} CPU.',
      createLimits.memoryMbPerCpuMin * cpus,
      createLimits.memoryMbPerCpuMax * cpus,
      cpus,
    ),
  timeoutSecs: () =>
    l10n.t('Seconds without traffic until it suspends or ends. 0 for the longest the plan allows.'),
};

function numberProblem(wanted: QuickCreate, field: NumberField, text: string): string | undefined {
  if (text.trim() === '') return l10n.t('A number is needed.');
  const { cpus, memoryMb, timeoutSecs } = withNumber(wanted, field, Number(text));
  const own: ViolationField = field;
  const violation = validateCreateRequest({ resources: { cpus, memoryMb }, timeoutSecs }).find(
    each => each.field === own,
  );
  return violation && violationText(violation);
}

/** Sets a number. More CPUs need more memory, so the memory follows where it would fall out of its range. */
function withNumber(wanted: QuickCreate, field: NumberField, value: number): QuickCreate {
  const next = { ...wanted, [field]: value };
  if (field !== 'cpus' || !Number.isFinite(value)) return next;
  const least = Math.ceil(createLimits.memoryMbPerCpuMin * value);
  const most = Math.floor(createLimits.memoryMbPerCpuMax * value);
  return { ...next, memoryMb: Math.min(Math.max(wanted.memoryMb, least), Math.max(most, least)) };
}
