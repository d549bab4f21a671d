import type { Sandbox } from './sandbox';

/** A test for sandboxes made from what the user typed. */
export type SandboxFilter = (sandbox: Sandbox) => boolean;

const fields: ReadonlyMap<string, (sandbox: Sandbox) => string> = new Map([
  ['state', ({ rawState }: Sandbox) => rawState],
  ['image', ({ image = '' }: Sandbox) => image],
  ['name', ({ name = '' }: Sandbox) => name],
  ['id', ({ id }: Sandbox) => id],
]);

/**
 * Reads a filter. Words are separated by blanks and must all match, ignoring case, anywhere in name, id, image or
 * state; `state:`, `image:`, `name:` and `id:` bind a word to one of them. Blank text matches everything.
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
    return sandbox => field(sandbox).toLowerCase().includes(wanted);
  }
  return sandbox => [...fields.values()].some(read => read(sandbox).toLowerCase().includes(word));
}
