import type { SeenStorage } from './seenFiles';

/** What is known of a file that the editor, or an extension, asks for. */
export interface AskedFile {
  /** Whether the user opened this very file in this window, by an action of their own. */
  readonly isOpened: boolean;
  /** Whether it lies in a folder of the workspace. */
  readonly isInFolder: boolean;
  /** Whether a folder of the workspace lies in its sandbox. */
  readonly isBesideFolder: boolean;
  /** Whether a tab shows it. */
  readonly isInTab: boolean;
  /** Whether the user opened, or a tab shows, any file of its sandbox. */
  readonly isSandboxOpened: boolean;
  readonly isTrusted: boolean;
}

/**
 * Whether a file may be read only if the user allowed it. A workspace decides what is read of its folders and, by the
 * files and settings in it, of any other address, such as that of a JSON schema; whoever trusts it agreed to the latter.
 */
export function needsConsent(file: AskedFile): boolean {
  if (file.isOpened) return false;
  if (file.isInFolder) return true;
  if (file.isBesideFolder) return !file.isInTab;
  return !file.isTrusted && !file.isSandboxOpened;
}

const allowedKey = 'tensorlake.files.allowed';
const handedOverKey = 'tensorlake.files.adding';

/** How long a window may take to open with a folder that was just added, in milliseconds. */
const handOverMs = 5 * 60_000;

/**
 * What the user answered: for each sandbox whether the workspace may read its files. A yes in a trusted workspace is
 * stored with the workspace, every other answer counts until the window closes.
 */
export class ConsentMemory {
  private readonly answers = new Map<string, boolean>();

  constructor(
    private readonly workspace: SeenStorage,
    /** Shared by all windows. */
    private readonly global: SeenStorage,
    private readonly now: () => number,
  ) {}

  /** The answer for a sandbox; undefined where the user has to be asked. */
  answerFor(sandboxId: string, isTrusted: boolean): boolean | undefined {
    const answer = this.answers.get(sandboxId);
    return answer ?? (isTrusted && this.stored().includes(sandboxId) ? true : undefined);
  }

  async keep(sandboxIds: readonly string[], isAllowed: boolean, isTrusted: boolean): Promise<void> {
    for (const id of sandboxIds) this.answers.set(id, isAllowed);
    if (!isAllowed || !isTrusted) return;
    await this.workspace.update(allowedKey, [...new Set([...this.stored(), ...sandboxIds])]);
  }

  /** Forgets a no, so that the user is asked again. */
  retract(sandboxId: string): void {
    if (this.answers.get(sandboxId) === false) this.answers.delete(sandboxId);
  }

  /**
   * Hands the answer for a folder over to the window that opens with it, since adding a folder may turn the window into
   * another workspace, with a storage of its own.
   */
  async handOver(folder: string): Promise<void> {
    await this.global.update(handedOverKey, [folder, this.now()]);
  }

  /** Takes over what was answered for one of these folders when it was added. @returns the folder */
  async takeOver(folders: readonly string[]): Promise<string | undefined> {
    const kept: unknown = this.global.get(handedOverKey);
    const members: readonly unknown[] = Array.isArray(kept) ? kept : [];
    const [folder, atMs] = members;
    if (typeof folder !== 'string' || typeof atMs !== 'number' || !folders.includes(folder)) return undefined;
    await this.global.update(handedOverKey, undefined);
    return Math.abs(this.now() - atMs) < handOverMs ? folder : undefined;
  }

  /** Forgets all answers of this window. */
  clear(): void {
    this.answers.clear();
  }

  private stored(): readonly string[] {
    const kept: unknown = this.workspace.get(allowedKey);
    return Array.isArray(kept) ? kept.filter(id => typeof id === 'string') : [];
  }
}
