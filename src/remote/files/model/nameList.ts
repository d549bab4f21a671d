/** How many names are kept, and how much of each. */
const mostNames = 250;
const longestShown = 200;

/** Names of entries that the log shows: the first ones, and how many there are. An archive can have any number. */
export class NameList {
  private readonly kept: string[] = [];
  private total = 0;

  get count(): number {
    return this.total;
  }

  /** The first 250, each cut. */
  get names(): readonly string[] {
    return this.kept;
  }

  add(name: string): void {
    this.total += 1;
    if (this.kept.length < mostNames)
      this.kept.push(name.length > longestShown ? `${name.slice(0, longestShown)}…` : name);
  }

  addAll(other: NameList): void {
    const room = mostNames - this.kept.length;
    this.kept.push(...other.kept.slice(0, room));
    this.total += other.total;
  }
}
