/** SSH settings of one sandbox (API reference section 3.10). */
export interface SshEntry {
  /** The host name that the user types after `ssh`. */
  readonly alias: string;
  readonly hostName: string;
  /** Id of the sandbox, which is also the user to log in as. */
  readonly sandboxId: string;
  /** Path of the key in the syntax of the configuration; see `identityPath`. */
  readonly identityFile: string;
}

/** The entry of one sandbox as found in the file. */
export interface SshSection {
  readonly alias: string;
  readonly sandboxId: string;
}

/** What ssh reads: the user's file, and one of ours that a line in it includes. */
export interface SshFiles {
  /** The user's configuration. */
  readonly config: string;
  /** The entries of sandboxes; empty when there is no such file. */
  readonly entries: string;
}

/** The lines from one `Host` to the next, with their line ends. */
interface Lines {
  readonly text: string;
  /** Absent for a section that the user added, and for what stands before the first. */
  readonly entry?: SshSection;
}

/** A configuration, split into the managed block and the rest, which is the user's. */
interface Parts {
  readonly before: string;
  readonly block: readonly Lines[];
  readonly after: string;
  readonly eol: string;
}

const beginLine = '# >>> Tensorlake Sandboxes. Written by the editor; "Remove SSH Entries" takes it out >>>';
const endLine = '# <<< Tensorlake Sandboxes <<<';
const isBegin = (line: string): boolean => line.startsWith('# >>> Tensorlake Sandboxes');
const isEnd = (line: string): boolean => line.startsWith('# <<< Tensorlake Sandboxes');

/** The sandboxes that were added; undefined when the first or last line of the managed block is missing. */
export function sshSections(files: SshFiles): readonly SshSection[] | undefined {
  return linesOf(files)?.lines.flatMap(({ entry }) => (entry ? [entry] : []));
}

/** The entry that the user has made for a sandbox themselves. */
export function ownSshSection({ config }: SshFiles, sandboxId: string): SshSection | undefined {
  const all = blockOf(config.split(/(?<=\n)/));
  return all.find(({ entry }) => entry?.sandboxId === sandboxId)?.entry;
}

/**
 * Adds or updates an entry. In an existing entry of the same sandbox only the managed values change. The user's file
 * gets one line, which includes ours. It comes first, because ssh uses the first of several values. An `Include` changes
 * nothing of what follows, for any program; a `Host` would take in the lines after it, up to the next, and some
 * programs look for further `Include` lines, or options of all hosts, only outside of any. Entries that earlier
 * versions wrote into the user's file move to ours.
 *
 * @param include path of our file in the syntax of the configuration; see `identityPath`
 * @returns undefined when the block's first or last line is missing
 */
export function withSshEntry(files: SshFiles, entry: SshEntry, include: string): SshFiles | undefined {
  const read = linesOf(files);
  if (!read) return undefined;
  const isOfIt = (lines: Lines): boolean => lines.entry?.sandboxId === entry.sandboxId;
  const lines = read.lines.some(isOfIt)
    ? read.lines.map(each => (isOfIt(each) ? { text: updated(each.text, entry, '\n') } : each))
    : [{ text: sectionText(entry, '\n') }, ...read.lines];
  return joined(read.parts, lines, include);
}

/** Removes the entries of some sandboxes; the block goes with the last, and the rest of the file is unchanged. */
export function withoutSshEntries(
  files: SshFiles,
  sandboxIds: ReadonlySet<string>,
  include: string,
): SshFiles | undefined {
  const read = linesOf(files);
  if (!read) return undefined;
  const left = read.lines.filter(({ entry }) => entry === undefined || !sandboxIds.has(entry.sandboxId));
  return joined(read.parts, left, include);
}

/** The text of an entry, for the user to review before it is written. */
export function sshEntryText(entry: SshEntry): string {
  return sectionText(entry, '\n').trimEnd();
}

/**
 * The SSH alias of a sandbox, as the official tool forms it; part of the id is appended when another sandbox has the
 * same name.
 */
export function sshAlias(
  { id, name }: { readonly id: string; readonly name?: string | undefined },
  sections: readonly SshSection[],
): string {
  const alias = `tl-${name !== undefined && /^[a-z0-9][a-z0-9-]*$/.test(name) ? name : id}`;
  const isTaken = sections.some(section => section.alias === alias && section.sandboxId !== id);
  return isTaken ? `${alias}-${id.slice(0, 6)}` : alias;
}

/** The host in a sandbox's address; undefined when it, or the id, cannot safely be written to a configuration. */
export function sshHost(sandboxId: string, sandboxUrl: string | undefined): string | undefined {
  if (!/^[A-Za-z0-9][\w-]*$/.test(sandboxId) || sandboxUrl === undefined || !URL.canParse(sandboxUrl))
    return undefined;
  const { hostname } = new URL(sandboxUrl);
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(hostname) ? hostname : undefined;
}

/**
 * A path in the syntax of `IdentityFile`: `~` for the home folder, forward slashes, quoted if it has spaces, and with
 * nothing that ssh would expand.
 *
 * @returns undefined for a path that cannot be expressed
 */
export function identityPath(path: string, home: string): string | undefined {
  const [slashed, base] = [path, home].map(each =>
    /^[A-Za-z]:\\/.test(each) ? each.replaceAll('\\', '/') : each,
  );
  if (slashed === undefined || base === undefined || /["\p{Cc}]|\$\{/u.test(slashed)) return undefined;
  const short = slashed.startsWith(`${base}/`) ? `~${slashed.slice(base.length)}` : slashed;
  const escaped = short.replaceAll('%', '%%');
  return /[\s#\\']/.test(escaped) ? `"${escaped}"` : escaped;
}

/** The authority by which Remote-SSH knows a host. A name with capitals is encoded, since a URI would lose them. */
export function remoteSshAuthority(alias: string): string {
  const isPlain = /^[a-z0-9.-]+$/.test(alias);
  const text = isPlain
    ? alias
    : Array.from(JSON.stringify({ hostName: alias }), each =>
        each.charCodeAt(0).toString(16).padStart(2, '0'),
      ).join('');
  return `ssh-remote+${text}`;
}

/** The managed values of an entry; its other values are the user's. */
function valuesOf({
  alias,
  hostName,
  sandboxId,
  identityFile,
}: SshEntry): readonly (readonly [string, string])[] {
  return [
    ['Host', alias],
    ['HostName', hostName],
    ['User', sandboxId],
    ['IdentityFile', identityFile],
  ];
}

function sectionText(entry: SshEntry, eol: string): string {
  const [host = '', ...values] = valuesOf(entry).map(([key, value]) => `${key} ${value}`);
  const fixed = ['IdentitiesOnly yes', 'ServerAliveInterval 30', 'ServerAliveCountMax 3'];
  return [host, ...[...values, ...fixed].map(line => `  ${line}`), ''].join(eol);
}

function updated(text: string, entry: SshEntry, eol: string): string {
  let result = text;
  for (const [key, value] of valuesOf(entry)) {
    const line = new RegExp(`^([ \\t]*)${key}[ \\t=][^\\r\\n]*`, 'im');
    // A function, because `$` in a value has a meaning in a replacement string.
    if (line.test(result))
      result = result.replace(line, (_line, indent: string) => `${indent}${key} ${value}`);
    else result = result.replace(/\n|$/, end => `${end === '' ? eol : end}  ${key} ${value}${eol}`);
  }
  return result;
}

function split(config: string): Parts | undefined {
  // Some Windows editors write a byte order mark, which has to stay at the start.
  const mark = /^(?:\ufeff|\u00ef\u00bb\u00bf)/.exec(config)?.[0] ?? '';
  const eol = config.includes('\r\n') ? '\r\n' : '\n';
  const lines = config.slice(mark.length).split(/(?<=\n)/);
  const begins = indexesOf(lines, isBegin);
  const ends = indexesOf(lines, isEnd);
  const [begin, ...otherBegins] = begins;
  const [end, ...otherEnds] = ends;
  if (begin === undefined && end === undefined)
    return { before: mark, block: [], after: config.slice(mark.length), eol };
  if (begin === undefined || end === undefined || end < begin || otherBegins.length + otherEnds.length > 0)
    return undefined;
  return {
    before: mark + lines.slice(0, begin).join(''),
    block: blockOf(lines.slice(begin + 1, end)),
    after: lines.slice(end + 1).join(''),
    eol,
  };
}

/** The entries of both files, without what only closes the block of earlier versions. */
function linesOf(files: SshFiles): { readonly parts: Parts; readonly lines: readonly Lines[] } | undefined {
  const parts = split(files.config);
  if (!parts) return undefined;
  const isOurs = ({ text }: Lines): boolean =>
    /^\s*(?:Host[ \t]+\*\s*)?$/.test(text) || /^[ \t]*Include[ \t][^\n]*\s*$/i.test(text);
  const moved = parts.block.filter(lines => !isOurs(lines));
  return { parts, lines: [...blockOf(files.entries.split(/(?<=\n)/)), ...moved] };
}

function joined({ before, after, eol }: Parts, lines: readonly Lines[], include: string): SshFiles {
  const entries = lines.map(({ text }) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)).join('');
  if (entries.trim() === '') return { config: before + after, entries: '' };
  const block = [beginLine, `Include ${include}`, endLine].map(line => line + eol).join('');
  return { config: before + block + after, entries };
}

function blockOf(lines: readonly string[]): readonly Lines[] {
  const starts = indexesOf(lines, line => /^[ \t]*(?:Host|Match)[ \t=]/i.test(line));
  const head = lines.slice(0, starts[0]).join('');
  const sections = starts.map((start, index) => {
    const text = lines.slice(start, starts[index + 1]).join('');
    const alias = /^[ \t]*Host[ \t=]+(\S+)/i.exec(text)?.[1];
    const sandboxId = /^[ \t]*User[ \t=]+(\S+)/im.exec(text)?.[1];
    return alias === undefined || sandboxId === undefined ? { text } : { text, entry: { alias, sandboxId } };
  });
  return head === '' ? sections : [{ text: head }, ...sections];
}

function indexesOf(lines: readonly string[], test: (line: string) => boolean): readonly number[] {
  return lines.flatMap((line, index) => (test(line) ? [index] : []));
}
