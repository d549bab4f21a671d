/** Characters that are kept; half of a longer paste could mean something else. */
const mostKept = 4096;

/** What a terminal reports by itself, of the focus and the mouse, and in answer to programs. No key. */
// eslint-disable-next-line no-control-regex
const report = /\x1b\[(?:[IO]|<[\d;]*[Mm]|M[\s\S]{3}|[?>=]?[\d;]*(?:[Rcnt]|\$y))/g;

/** What became of input without a connection. */
export type Kept =
  /** There was no key in it. */
  | 'nothing'
  | 'kept'
  /** It was too much, so nothing is kept until `take`. */
  | 'tooMuch';

/** Keys that are typed while a shell cannot be reached, for the same shell alone: another never gets them. */
export class TypedAhead {
  private text = '';
  private isFull = false;

  get isEmpty(): boolean {
    return this.text === '';
  }

  add(input: string): Kept {
    const keys = input.replace(report, '');
    if (keys === '') return 'nothing';
    this.isFull ||= this.text.length + keys.length > mostKept;
    this.text = this.isFull ? '' : this.text + keys;
    return this.isFull ? 'tooMuch' : 'kept';
  }

  /** Returns what was kept, and starts over. */
  take(): string {
    const { text } = this;
    this.text = '';
    this.isFull = false;
    return text;
  }
}
