import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { projectRoot } from '../support/projectRoot';

/** The files whose comments, test names and pages may cite docs/tensorlake-api.md. */
const places = ['src', 'emulator', 'test', 'scripts', 'docs', 'README.md', 'CONTRIBUTING.md', 'esbuild.mjs'];
const extensions = new Set(['.ts', '.js', '.mjs', '.md']);

/** Files whose text says that a number in brackets is a section. */
const bracketsAreSections = new Set(['dialect.ts', 'tensorlake-api.md']);

type Form = 'section' | 'appendix' | 'point' | 'disagreement' | 'term' | 'brackets';

/** One thing that is cited: a section or an appendix, or something in it. */
interface Citation {
  readonly form: Form;
  /** Number of a section, letter of an appendix. */
  readonly part: string;
  /** What that part has to contain; `undefined` when the part itself is cited. */
  readonly within?: RegExp;
  readonly text: string;
  readonly line: number;
}

const number = String.raw`\d{1,2}(?:\.\d{1,2})?(?![\d.]\d)`;
const numbers = String.raw`${number}(?:(?:,\s+|\s+and\s+|\s+to\s+)${number})*`;
const detail = String.raw`points?\s+\d+(?:\s+and\s+\d+)?|status\s+\d{3}|rule\s+[a-z]\b|"[^"]+"(?:\s+and\s+"[^"]+")*|\`[^\`]+\`|TENSORLAKE_\w+|second\s+table`;
const sectionPattern = new RegExp(String.raw`\bsections?\s+(${numbers})(?:,\s+(${detail}))?`, 'gi');
const appendixPattern = /\bappendix\s+([A-Z])\b/gi;
const disagreementPattern = /\bU\d{1,2}\b/g;
const bracketPattern = new RegExp(String.raw`\((${numbers})(?:,\s+U\d+)?\)`, 'g');
/** The text before a section of another document. */
const elsewhere = /(?:RFC\s+\d+|HTML\s+standard|design),?\s+$/i;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The point or term within a section that follows the comma of a citation. */
function detailsOf(text: string): readonly { readonly form: Form; readonly within: RegExp }[] {
  const point = (n: string) => ({ form: 'point' as const, within: new RegExp(`^${n}\\. `, 'm') });
  const term = (within: RegExp) => ({ form: 'term' as const, within });
  if (text === '') return [];
  if (text.startsWith('point')) return (text.match(/\d+/g) ?? []).map(point);
  if (text.startsWith('rule')) return [term(new RegExp(`\\(${text.slice(-1)}\\) `))];
  if (text.endsWith('table')) return [term(/^\| -[^]*^\| -/m)];
  if (text.startsWith('"'))
    return (text.match(/(?<=")[^"]{2,}(?=")/g) ?? []).map(t => term(new RegExp(escaped(t))));
  return [term(new RegExp(escaped(text.replace(/^status\s+/, ''))))];
}

/** Every citation in a text; comments may break lines anywhere. */
function citationsIn(text: string, hasBrackets = false): readonly Citation[] {
  // The length stays the same, so that each match keeps its line.
  const flat = text.replace(/\n[ \t]*(?:\*(?!\/)|\/\/)?[ \t]*/g, gap => ' '.repeat(gap.length));
  const lineOf = (match: RegExpMatchArray) => text.slice(0, match.index).split('\n').length;
  const found: Citation[] = [];
  for (const match of flat.matchAll(sectionPattern)) {
    if (elsewhere.test(flat.slice(0, match.index).slice(-40))) continue;
    const at = { text: match[0], line: lineOf(match) };
    const parts = match[1]?.match(/[\d.]+/g) ?? [];
    for (const part of parts) found.push({ form: 'section', part, ...at });
    for (const { form, within } of detailsOf(match[2] ?? ''))
      found.push({ form, part: parts.at(-1) ?? '', within, ...at });
  }
  for (const match of flat.matchAll(appendixPattern))
    found.push({
      form: 'appendix',
      part: match[1]?.toUpperCase() ?? '',
      text: match[0],
      line: lineOf(match),
    });
  for (const match of flat.matchAll(disagreementPattern)) {
    const within = new RegExp(String.raw`^- \*\*${match[0]}\*\* `, 'm');
    found.push({ form: 'disagreement', part: '7', within, text: match[0], line: lineOf(match) });
  }
  for (const match of hasBrackets ? flat.matchAll(bracketPattern) : [])
    for (const part of match[1]?.match(/[\d.]+/g) ?? [])
      found.push({ form: 'brackets', part, text: match[0], line: lineOf(match) });
  return found;
}

/** Citations of the reference in any other form, which this test would otherwise miss. */
function unreadable(text: string): readonly string[] {
  return text.match(/§.{0,9}|\bAPI\s+reference(?!,?[\s*/]+(?:sections?|appendix)\b)[^.;:]{0,12}\d/gi) ?? [];
}

/** The parts of the reference by number or letter; a part includes those below it. */
function partsOf(reference: string): ReadonlyMap<string, string> {
  const headings = [...reference.matchAll(/^#{2,3} (?:Appendix )?(\d+(?:\.\d+)?|[A-Z](?=\.))\.? .*$/gm)].map(
    ({ 1: part = '', index }) => ({ part, index }),
  );
  return new Map(
    headings.map(({ part, index }, i) => {
      const next = headings.slice(i + 1).find(later => !later.part.startsWith(`${part}.`));
      return [part, reference.slice(index, next?.index)];
    }),
  );
}

function isThere({ part, within }: Citation, parts: ReadonlyMap<string, string>): boolean {
  const text = parts.get(part);
  return text !== undefined && (within === undefined || within.test(text));
}

function filesOf(place: string): readonly string[] {
  if (statSync(join(projectRoot, place)).isFile()) return [place];
  return readdirSync(join(projectRoot, place), { recursive: true, encoding: 'utf8' })
    .filter(file => extensions.has(extname(file)) && basename(file) !== basename(__filename))
    .map(file => join(place, file));
}

describe('citations of the API reference', () => {
  const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
  const parts = partsOf(read(join('docs', 'tensorlake-api.md')));
  const files = places.flatMap(filesOf);
  const all = files.flatMap(file =>
    citationsIn(read(file), bracketsAreSections.has(basename(file))).map(citation => ({ file, ...citation })),
  );

  it('lead to an existing section, point or term', () => {
    const lost = all.filter(citation => !isThere(citation, parts));
    assert.deepEqual(
      lost.map(({ file, line, text }) => `${file}:${String(line)}: ${text}`),
      [],
    );
  });

  it('are written in a form that this test reads', () => {
    assert.deepEqual(
      files.flatMap(file => unreadable(read(file)).map(text => `${file}: ${text}`)),
      [],
    );
  });

  it('are found in every form', () => {
    const outside = all.filter(({ file }) => !file.startsWith('docs'));
    const count = (form: Form) => outside.filter(citation => citation.form === form).length;
    const least: readonly (readonly [Form, number])[] = [
      ['section', 250],
      ['appendix', 4],
      ['point', 9],
      ['disagreement', 45],
      ['term', 15],
      ['brackets', 8],
    ];
    for (const [form, minimum] of least) assert.ok(count(form) >= minimum, `${form}: ${String(count(form))}`);
  });

  for (const text of [
    'API reference section 9.9',
    'API reference sections 2.3 and 2.99',
    'API reference section 6, point 99',
    'API reference section 6, points 1 and 99',
    'API reference section 5, "No such rule"',
    'API reference section 2.2, status 599',
    'API reference section 4.2, rule z',
    'API reference appendix C',
    '(section 7, U99)',
    'one thing (API reference\n * section 3.99)',
  ])
    it(`are reported when they lead nowhere, as ${JSON.stringify(text)}`, () => {
      assert.ok(citationsIn(text).some(citation => !isThere(citation, parts)));
    });

  it('are distinguished from sections of other documents', () => {
    assert.deepEqual(citationsIn('RFC 6455, section 5.2; HTML standard,\n * section 9.2.6'), []);
    assert.deepEqual(unreadable('numbers are points of the API reference:'), []);
    assert.equal(unreadable('API reference, chapter 3.1; API §3.1').length, 2);
  });
});
