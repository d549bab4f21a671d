import { ApiError } from '../../../core/kernel/errors';
import { parseJson } from '../../../core/kernel/formats/json';
import { maxJsonValues, maxValuesAtOnce } from '../../../core/kernel/listBounds';
import { Turns } from '../turns';

/** A text up to this length, in characters, is parsed at once: that takes about as long as a turn. */
const shortText = 1024 * 1024;

/** Characters that are looked at, or parsed, before the clock is. */
const pieceCharacters = 64 * 1024;

/**
 * Parses the body of a successful answer, as `parseJson` does. Of a long one, the lists in the outermost object are parsed
 * some entries at a time, and everything else gets its turn in between.
 *
 * @param mostEntries how many entries of such a list are parsed; those after them are not even checked
 * @param piece how many characters are handled in one go
 * @throws ApiError of kind `schema`; with the code `TOO_LARGE` for JSON of too many values
 */
export async function parseAnswer(
  text: string,
  mostEntries = Infinity,
  { longer = shortText, piece = pieceCharacters } = {},
): Promise<unknown> {
  return text.length <= longer ? parseJson(text) : await new LongJson(text, mostEntries, piece).parse();
}

/** What is parsed in one go. */
interface Part {
  /** How many values it has so far. */
  values: number;
}

/** A list while it is read, which stands directly in the outermost value or is it. */
interface OpenList extends Part {
  readonly entries: unknown[];
  /** Where the text begins that is not parsed yet, and how many commas between entries it has. */
  from: number;
  commas: number;
  isCut: boolean;
}

class LongJson {
  private at = 0;
  private depth = 0;
  private isText = false;
  private values = 1;
  private readonly outside: Part = { values: 1 };
  /** What stands outside of lists, with a list of one number, which of `lists` it is, for each of them. */
  private frame = '';
  private frameFrom = 0;
  private readonly lists: (readonly unknown[])[] = [];
  private list: OpenList | undefined;
  private listDepth = 0;

  constructor(
    private readonly text: string,
    private readonly mostEntries: number,
    private readonly piece: number,
  ) {}

  async parse(): Promise<unknown> {
    const turns = new Turns();
    while (this.at < this.text.length) {
      this.look(Math.min(this.at + this.piece, this.text.length));
      if (turns.isOver) await turns.next();
    }
    this.frame += this.text.slice(this.frameFrom);
    if (this.list) throw notJson();
    const body = parseJson(this.frame);
    await turns.next();
    return this.filled(body);
  }

  /** Puts the lists into their places. */
  private filled(body: unknown): unknown {
    if (Array.isArray(body)) return this.lists[0];
    if (typeof body === 'object' && body !== null)
      // In place: an assignment of `__proto__` would make no member.
      for (const value of Object.values(body as Readonly<Record<string, unknown>>))
        if (Array.isArray(value)) {
          const [number] = value.splice(0) as readonly number[];
          for (const entry of this.lists[number ?? 0] ?? []) value.push(entry);
        }
    return body;
  }

  /** Goes on to a place in the text, or beyond it to the end of a text value. */
  private look(to: number): void {
    const { text } = this;
    for (; this.at < to; this.at += 1) {
      const code = text.charCodeAt(this.at);
      if (code === quote) this.isText = !this.isText && !this.skipText();
      else if (this.isText) {
        if (code === backslash) this.at += 1;
      } else if (code === comma) this.comma();
      else if (code === openObject || code === openList) this.open(code);
      else if (code === closeObject || code === closeList) this.close(code);
    }
  }

  /** Goes to the end of a text value where that has nothing escaped, which is faster. */
  private skipText(): boolean {
    const end = this.text.indexOf('"', this.at + 1);
    if (end < 0) throw notJson();
    if (this.text.charCodeAt(end - 1) === backslash) return false;
    this.at = end;
    return true;
  }

  private count(): void {
    const { list } = this;
    if (list?.isCut === true) return;
    const part = list ?? this.outside;
    part.values += 1;
    this.values += 1;
    if (this.values > maxJsonValues || part.values > maxValuesAtOnce)
      throw new ApiError('schema', 'The answer holds too many values', { code: 'TOO_LARGE' });
  }

  private open(code: number): void {
    // At depth 1 it is a member of the outermost object: in an outermost list, that is open.
    if (code === openList && this.depth <= 1 && this.list === undefined) {
      this.frame += `${this.text.slice(this.frameFrom, this.at)}[${this.lists.length}]`;
      this.list = { entries: [], from: this.at + 1, commas: 0, values: 0, isCut: false };
      this.listDepth = this.depth + 1;
    }
    this.count();
    this.depth += 1;
  }

  private comma(): void {
    this.count();
    const { list } = this;
    if (list === undefined || list.isCut || this.depth !== this.listDepth) return;
    const isFull = list.entries.length + list.commas + 1 >= this.mostEntries;
    if (isFull || this.at - list.from >= this.piece) {
      this.take(list, list.commas + 1);
      list.isCut = isFull;
    } else list.commas += 1;
  }

  private close(code: number): void {
    this.depth -= 1;
    const { list } = this;
    if (list === undefined || this.depth >= this.listDepth) return;
    if (code !== closeList) throw notJson();
    if (!list.isCut) {
      const isEmpty = list.entries.length + list.commas === 0 && this.isBlank(list.from);
      this.take(list, isEmpty ? 0 : list.commas + 1);
    }
    this.lists.push(list.entries);
    this.list = undefined;
    this.frameFrom = this.at + 1;
  }

  private isBlank(from: number): boolean {
    return this.text.slice(from, this.at).trim() === '';
  }

  /** Parses the entries up to here. @param count how many they must be, so that no comma is superfluous */
  private take(list: OpenList, count: number): void {
    const entries = parseJson(`[${this.text.slice(list.from, this.at)}]`);
    if (!Array.isArray(entries) || entries.length !== count) throw notJson();
    for (const entry of entries as readonly unknown[]) list.entries.push(entry);
    list.from = this.at + 1;
    list.commas = 0;
    list.values = 0;
  }
}

function notJson(): ApiError {
  return new ApiError('schema', 'The answer is not JSON');
}

const quote = '"'.charCodeAt(0);
const backslash = '\\'.charCodeAt(0);
const comma = ','.charCodeAt(0);
const openList = '['.charCodeAt(0);
const closeList = ']'.charCodeAt(0);
const openObject = '{'.charCodeAt(0);
const closeObject = '}'.charCodeAt(0);
