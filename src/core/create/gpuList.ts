import type { Gpu } from '../sandbox/sandbox';

/** Known GPU models (API reference section 5). Others are passed on; the server decides. */
export const gpuModels = [
  'A10',
  'T4',
  'A6000',
  'A100-40GB',
  'A100-80GB',
  'H100',
  'L40',
  'RTX-PRO-6000',
] as const;

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
