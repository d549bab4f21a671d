import { parseFilter } from './filter';
import { compareGroups, groupId } from './groups';
import { compareText } from './order';
import type { Sandbox } from '../sandbox/sandbox';

/** A filter that a text being typed may become. */
export interface FilterSuggestion {
  /** The whole filter. */
  readonly text: string;
  readonly kind: 'state' | 'image';
  /** How many of the sandboxes it leaves. */
  readonly count: number;
}

/** More than anybody reads. */
const most = 50;

/**
 * What the last word of a filter may become: the states and images of the sandboxes that the words before it leave, as
 * far as they hold what was typed of it. States come in the order of groups, then images, the most frequent first.
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
