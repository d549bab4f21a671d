import { compareText } from '../kernel/formats/text';
import type { Sandbox } from '../sandbox/sandbox';
import { compareGroups, groupId } from './groups';

/** A test for sandboxes, made from the filter text. */
export type SandboxFilter = (sandbox: Sandbox) => boolean;

/** Whether a member of a sandbox contains a word in lower case. */
type FieldTest = (sandbox: Sandbox, word: string) => boolean;

const fields: ReadonlyMap<string, FieldTest> = new Map<string, FieldTest>([
  // Matched at its beginning: a search for pending should not find suspending.
  ['state', ({ rawState }, word) => rawState.toLowerCase().startsWith(word)],
  ['image', ({ image = '' }, word) => image.toLowerCase().includes(word)],
  ['name', ({ name = '' }, word) => name.toLowerCase().includes(word)],
  ['id', ({ id }, word) => id.toLowerCase().includes(word)],
]);

/**
 * Parses a filter. Words are separated by blanks and must all match, ignoring case, anywhere in name, id or image or at
 * the beginning of the state; `state:`, `image:`, `name:` and `id:` restrict a word to one of them. Blank text matches
 * everything.
 */
export function parseFilter(text: string): SandboxFilter {
  const tests = text.toLowerCase().split(/\s+/).filter(Boolean).map(wordTest);
  return sandbox => tests.every(test => test(sandbox));
}

function wordTest(word: string): SandboxFilter {
  const colon = word.indexOf(':');
  const field = fields.get(word.slice(0, Math.max(colon, 0)));
  if (field) {
    const wanted = word.slice(colon + 1);
    return sandbox => field(sandbox, wanted);
  }
  return sandbox => [...fields.values()].some(has => has(sandbox, word));
}

/** A suggestion to complete a filter. */
export interface FilterSuggestion {
  /** The whole filter. */
  readonly text: string;
  readonly kind: 'state' | 'image';
  /** How many sandboxes it matches. */
  readonly count: number;
}

/** More suggestions than a user reads. */
const most = 50;

/**
 * Completions of the last word of a filter: the states and images of the sandboxes that the words before it match, if
 * they contain what was typed of it. States are in the order of groups, then images, the most frequent first.
 */
export function suggestFilters(text: string, sandboxes: Iterable<Sandbox>): readonly FilterSuggestion[] {
  const words = text.trim().split(/\s+/);
  const typed = /\s$/.test(text) ? '' : (words.pop() ?? '');
  const before = words.filter(Boolean);
  const matches = parseFilter(before.join(' '));
  const left = [...sandboxes].filter(matches);
  return [...states(left), ...images(left)]
    .filter(({ value, word }) => !/\s/.test(value) && isOpen(word, typed, before))
    .slice(0, most)
    .map(({ kind, word }) => {
      const isLeft = parseFilter(word);
      return { text: [...before, word].join(' '), kind, count: left.filter(isLeft).length };
    });
}

interface Candidate {
  readonly kind: FilterSuggestion['kind'];
  readonly value: string;
  readonly word: string;
}

function isOpen(word: string, typed: string, before: readonly string[]): boolean {
  const lower = word.toLowerCase();
  const isSaid = [typed, ...before].some(said => said.toLowerCase() === lower);
  return !isSaid && lower.includes(typed.toLowerCase());
}

function states(sandboxes: readonly Sandbox[]): readonly Candidate[] {
  const byGroup = new Map(sandboxes.map(sandbox => [groupId(sandbox), sandbox]));
  return [...byGroup]
    .map(([id, { state, rawState }]) => ({ id, state, rawState }))
    .sort(compareGroups)
    .map(({ rawState }) => ({ kind: 'state', value: rawState, word: `state:${rawState}` }));
}

function images(sandboxes: readonly Sandbox[]): readonly Candidate[] {
  const counts = new Map<string, number>();
  for (const { image } of sandboxes) if (image !== undefined) counts.set(image, (counts.get(image) ?? 0) + 1);
  return [...counts]
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || compareText(a, b))
    .map(([image]) => ({ kind: 'image', value: image, word: `image:${image}` }));
}
