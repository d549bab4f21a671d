/** Position in a stream of terminal output: between characters, or inside a control sequence. */
type Place = 'ground' | 'escape' | 'sequence' | 'string' | 'stringEscape';

const escape = 0x1b;
/** Characters after ESC that start a string, which only ST, or BEL, ends: DCS, SOS, OSC, PM, APC. */
const stringStarts: ReadonlySet<number> = new Set(Buffer.from('PX]^_'));
const sequenceStart = 0x5b;
const cancel = new Set([0x18, 0x1a]);

/** Tracks control sequences across chunks, to tell where other text can be inserted without breaking one. */
export class EscapeState {
  private place: Place = 'ground';

  /** Whether the text so far ends between control sequences. */
  get isGround(): boolean {
    return this.place === 'ground';
  }

  read(text: string): void {
    let at = 0;
    while (at < text.length) {
      if (this.place === 'ground') {
        const found = text.indexOf('\x1b', at);
        if (found < 0) return;
        at = found;
      }
      this.place = this.after(text.charCodeAt(at));
      at += 1;
    }
  }

  private after(code: number): Place {
    if (cancel.has(code)) return 'ground';
    switch (this.place) {
      case 'ground':
        return code === escape ? 'escape' : 'ground';
      case 'escape':
      case 'stringEscape':
        if (code === escape) return 'escape';
        if (code === sequenceStart) return 'sequence';
        if (stringStarts.has(code)) return 'string';
        // Intermediate characters come before the final one.
        return code >= 0x20 && code <= 0x2f ? 'escape' : 'ground';
      case 'sequence':
        if (code === escape) return 'escape';
        return code >= 0x40 && code <= 0x7e ? 'ground' : 'sequence';
      case 'string':
        if (code === escape) return 'stringEscape';
        return code === 0x07 ? 'ground' : 'string';
    }
  }
}
