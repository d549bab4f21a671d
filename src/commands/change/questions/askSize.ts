import { l10n } from 'vscode';
import { resizeViolations, sizeRange, type Size } from '../../../core/sandbox/resize';
import { formatMemorySize, parseMemorySize } from '../../../core/kernel/memorySize';
import { UserError } from '../../../text/kit/failureText';
import { askPick } from '../../../host/editor/dialogs/quickPick';
import { askText, mapAnswer, type Answer } from '../../../host/editor/dialogs/quickInput';
import { mebibytes } from '../../../text/kit/units';
import type { ChangeLine } from '../reviewChange';
import { violationText } from '../../../text/create/violationText';
import { fieldTitle } from '../../../text/create/fieldText';

type Dimension = keyof Size;

const dimensions: readonly Dimension[] = ['cpus', 'memoryMb', 'diskMb'];

/** Shows CPUs, memory and disk as items that change them; the first item goes on to the review. */
export async function askSize(title: string, current: Size, draft: Size): Promise<Answer<Size>> {
  let wanted = draft;
  for (;;) {
    const problem = sizeProblem(current, wanted);
    const choice = await askPick<Dimension | 'review'>({
      title,
      placeholder: problem ?? l10n.t('Pick a line to change it'),
      items: [
        ...(problem === undefined
          ? [{ icon: 'arrow-right', label: l10n.t('Review the change…'), answer: 'review' as const }]
          : []),
        ...dimensions.map(dimension => ({
          label: fieldTitle(dimension),
          description: transition(current, wanted, dimension),
          answer: dimension,
        })),
      ],
    });
    if (choice.kind !== 'value') return choice;
    if (choice.value === 'review') return { kind: 'value', value: wanted };
    const answer = await askDimension(current, wanted, choice.value);
    if (answer.kind === 'cancel') return answer;
    if (answer.kind === 'value') wanted = answer.value;
  }
}

async function askDimension(current: Size, wanted: Size, dimension: Dimension): Promise<Answer<Size>> {
  const answer = await askText({
    title: fieldTitle(dimension),
    prompt: rangeText(current, wanted, dimension),
    value: typedValue(dimension, wanted[dimension]),
    hasBack: true,
    validate: text =>
      text.trim() === ''
        ? l10n.t('A number is needed.')
        : sizeProblem(
            current,
            withDimension(current, wanted, dimension, readValue(dimension, text)),
            dimension,
          ),
  });
  return mapAnswer(answer, text => withDimension(current, wanted, dimension, readValue(dimension, text)));
}

function typedValue(dimension: Dimension, value: number | undefined): string {
  if (value === undefined) return '';
  return dimension === 'cpus' ? String(value) : formatMemorySize(value);
}

function readValue(dimension: Dimension, text: string): number {
  return (dimension === 'cpus' ? Number(text) : parseMemorySize(text)) ?? Number.NaN;
}

/** Sets a dimension. A change of the CPUs moves the memory into its range. */
function withDimension(current: Size, wanted: Size, dimension: Dimension, value: number): Size {
  const next = { ...wanted, [dimension]: value };
  if (dimension !== 'cpus' || !Number.isFinite(value) || next.memoryMb === undefined) return next;
  const { min, max } = sizeRange(current, next, 'memoryMb');
  return { ...next, memoryMb: Math.min(Math.max(next.memoryMb, min), Math.max(max, min)) };
}

function sizeProblem(current: Size, wanted: Size, dimension?: Dimension): string | undefined {
  const violation = resizeViolations(current, wanted).find(
    ({ field }) => dimension === undefined || field === dimension,
  );
  return violation && violationText(violation);
}

function rangeText(current: Size, wanted: Size, dimension: Dimension): string {
  const { min, max } = sizeRange(current, wanted, dimension);
  switch (dimension) {
    case 'cpus':
      return l10n.t('A whole number, at least {0}. Memory is kept within its range for each CPU.', min);
    case 'memoryMb':
      return l10n.t(
        '{0} to {1} for {2} CPU, typed as 4g or 4096.',
        mebibytes(min),
        mebibytes(max),
        wanted.cpus ?? 1,
      );
    case 'diskMb':
      return l10n.t(
        '{0} to {1}, typed as 40g or 40960. A disk can only grow.',
        mebibytes(min),
        mebibytes(max),
      );
  }
}

/** The difference, with the old and new value of each dimension that changes. */
export function sizeLines(before: Size, after: Size): readonly ChangeLine[] {
  return dimensions
    .filter(dimension => after[dimension] !== undefined && after[dimension] !== before[dimension])
    .flatMap(dimension => [
      ...(before[dimension] === undefined
        ? []
        : [{ sign: 'removed' as const, text: valueText(dimension, before[dimension]) }]),
      { sign: 'added' as const, text: valueText(dimension, after[dimension] ?? 0) },
    ]);
}

function transition(current: Size, wanted: Size, dimension: Dimension): string {
  const now = current[dimension];
  const next = wanted[dimension];
  const text = now === undefined ? l10n.t('not reported') : valueText(dimension, now);
  return next === undefined || next === now ? text : `${text} → ${valueText(dimension, next)}`;
}

function valueText(dimension: Dimension, value: number): string {
  switch (dimension) {
    case 'cpus':
      return l10n.t('{0} CPU', value);
    case 'memoryMb':
      return l10n.t('{0} memory', mebibytes(value));
    case 'diskMb':
      return l10n.t('{0} disk', mebibytes(value));
  }
}

/** The size that a key binding or another extension asks for; what it leaves out stays. */
export function givenSize(value: unknown, current: Size): { readonly wanted: Size } | undefined {
  if (value === undefined) return undefined;
  const members =
    typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : undefined;
  const wanted: Record<string, number> = {};
  for (const dimension of dimensions) {
    const asked = members?.get(dimension);
    if (asked !== undefined) wanted[dimension] = typeof asked === 'number' ? asked : Number.NaN;
  }
  if (Object.keys(wanted).length === 0) throw new UserError(l10n.t('A size is needed.'));
  const problem = sizeProblem(current, { ...current, ...wanted });
  if (problem !== undefined) throw new UserError(problem);
  return { wanted: { ...current, ...wanted } };
}
