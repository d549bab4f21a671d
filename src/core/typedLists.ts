import type { Gpu } from './sandbox';

/** Entries of a list typed into one line, separated by commas, semicolons or blanks. */
export function splitList(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter(entry => entry !== '');
}

/**
 * Reads ports typed into one line: `8080, 3000`. What is no number becomes NaN, which no rule lets pass; ranges
 * such as `3000-3002` are each of their ports.
 */
export function parsePorts(text: string): readonly number[] {
  return splitList(text.replace(/(\d)\s*-\s*(\d)/g, '$1-$2')).flatMap(entry => {
    const range = /^(\d{1,5})-(\d{1,5})$/.exec(entry);
    if (!range) return [/^\d+$/.test(entry) ? Number(entry) : Number.NaN];
    const [first, last] = [Number(range[1]), Number(range[2])];
    if (last < first || last - first >= longestRange) return [Number.NaN];
    return Array.from({ length: last - first + 1 }, (_none, index) => first + index);
  });
}

/** Nobody means to type more ports than that at once. */
const longestRange = 100;

/**
 * Reads GPUs typed into one line: `H100`, `2 x H100, A10`.
 *
 * @returns undefined when an entry is not a count and a model
 */
export function parseGpus(text: string): readonly Gpu[] | undefined {
  const gpus: Gpu[] = [];
  for (const entry of text.split(/[,;]/).map(part => part.trim())) {
    if (entry === '') continue;
    const match = /^(?:(\d+)\s*(?:[x×]\s*|\s))?((?!x$)[A-Za-z][\w-]*)$/u.exec(entry);
    if (match?.[2] === undefined) return undefined;
    gpus.push({ model: match[2], count: match[1] === undefined ? 1 : Number(match[1]) });
  }
  return gpus;
}

/** GPUs as `parseGpus` reads them. */
export function formatGpus(gpus: readonly Gpu[]): string {
  return gpus.map(({ model, count }) => (count === 1 ? model : `${count} x ${model}`)).join(', ');
}
