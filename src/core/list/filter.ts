import type { Sandbox } from '../sandbox/sandbox';

/** A test for sandboxes made from what the user typed. */
export type SandboxFilter = (sandbox: Sandbox) => boolean;

/** Whether a sandbox has a word, in lower case, in one of its members. */
type FieldTest = (sandbox: Sandbox, word: string) => boolean;

const fields: ReadonlyMap<string, FieldTest> = new Map<string, FieldTest>([
  // From its beginning: who looks for what is pending does not mean what is suspending.
  ['state', ({ rawState }, word) => rawState.toLowerCase().startsWith(word)],
  ['image', ({ image = '' }, word) => image.toLowerCase().includes(word)],
  ['name', ({ name = '' }, word) => name.toLowerCase().includes(word)],
  ['id', ({ id }, word) => id.toLowerCase().includes(word)],
]);

/**
 * Reads a filter. Words are separated by blanks and must all match, ignoring case, anywhere in name, id or image
 * or at the beginning of the state; `state:`, `image:`, `name:` and `id:` bind a word to one of them. Blank text matches everything.
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
