/** Keeps the newest lines of an output, up to so many characters. */
export class OutputBuffer {
  private lines: string[] = [];
  private length = 0;
  private droppedLines = 0;

  constructor(private readonly maxLength: number) {}

  add(line: string): void {
    this.lines.push(line);
    this.length += line.length + 1;
    if (this.length <= this.maxLength) return;
    // In large steps: cutting one line off an array moves all the others.
    let count = 0;
    while (count < this.lines.length - 1 && this.length > this.maxLength / 2) {
      this.length -= (this.lines[count]?.length ?? 0) + 1;
      count += 1;
    }
    this.lines = this.lines.slice(count);
    this.droppedLines += count;
  }

  /** Lines that were let go of, all older than those that are left. */
  get dropped(): number {
    return this.droppedLines;
  }

  /** The newest line that is not blank; empty when there is none. */
  get last(): string {
    return this.lines.findLast(line => line.trim() !== '') ?? '';
  }

  text(): string {
    return this.lines.map(line => `${line}\n`).join('');
  }
}
