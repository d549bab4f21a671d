import type { CreateSandboxRequest } from '../../../core/create/createRequest';
import { quoteShellWord } from '../../../core/kernel/formats/shellWords';
import { refuseUnreadable } from '../../../core/list/listStatus';
import type { FileSystemMount, Sandbox } from '../../../core/sandbox/sandbox';
import { segment } from '../../http/client';
import { parseAnswer } from '../../http/bodies/longJson';
import { type ControlPlane, isUnknown, sandboxPath } from '../controlPlane';
import {
  type CopyOutcome,
  createBody,
  openSourceBody,
  type CreateOutcome,
  isCopyAnswer,
  mountBody,
  readCopyOutcome,
} from './createSchema';
import { PageMemory } from '../pageMemory';
import { aboutId, mostParsed, type PageQuery, pageQuery, readPage, type SandboxPage } from '../pages';
import { readSandbox, readSandboxRows } from './sandboxSchema';
import { type SandboxPatch, updateBody } from './updateSchema';

/** The sandboxes of a project, one method per endpoint of API reference section 0. All methods reject with ApiError. */
export class Sandboxes {
  private readonly pages = { all: new PageMemory<SandboxPage>(), running: new PageMemory<SandboxPage>() };

  constructor(private readonly plane: ControlPlane) {}

  /** The same endpoints, each failure reported at once. */
  withoutRetries(): Sandboxes {
    return new Sandboxes(this.plane.withoutRetries());
  }

  /**
   * One page of `GET /sandboxes` (section 2.4). Without `runningOnly` it may hold terminated ones. Whether a listing of
   * which no entry can be read counts is for who reads all its pages.
   */
  async listPage(query: PageQuery, signal: AbortSignal): Promise<SandboxPage> {
    // However many other reads hang, a refresh gets through: its own listing before is aborted.
    const call = {
      method: 'GET',
      path: '/sandboxes',
      query: pageQuery(query),
      signal,
      isApart: true,
    } as const;
    const { text } = await this.plane.send(call);
    const memory = query.runningOnly === true ? this.pages.running : this.pages.all;
    const page = await memory.recall(query.cursor ?? '', text, async read => {
      const { sandboxes, ...rest } = await readSandboxPage(read);
      return { ...rest, sandboxes: await this.withServer(sandboxes) };
    });
    // It is read once more where what its server is was asked in vain.
    if (this.plane.isUnidentified) memory.forget(query.cursor ?? '');
    return page;
  }

  /** `GET /sandboxes/{id}` (section 2.5); `notFound` for an unknown one, `schema` when the answer is about another. */
  async get(idOrName: string, signal: AbortSignal): Promise<Sandbox> {
    const sandbox = await this.read(
      await this.plane.json({ method: 'GET', path: sandboxPath(idOrName), signal }),
    );
    return sandbox.name === idOrName ? sandbox : aboutId(sandbox, idOrName, 'sandbox');
  }

  private async read(answer: unknown): Promise<Sandbox> {
    const read = readSandbox(answer);
    const [sandbox = read] = await this.withServer([read]);
    return sandbox;
  }

  /** The same sandboxes with what is known of their server: rows of the open-source one have no member for a name. */
  private async withServer(read: readonly Sandbox[]): Promise<readonly Sandbox[]> {
    if (!this.plane.isNamespaced) return read;
    const isOpenSource = read.some(({ raw }) => !('name' in raw)) && (await this.plane.isOpenSource());
    return read.map(sandbox => ({ ...sandbox, server: isOpenSource ? 'openSource' : 'other' }));
  }

  /**
   * Whether this is the open-source server, where `timeout_secs` is a lifetime, a create drops what it does not know,
   * and nothing has a name, which elsewhere a suspend takes.
   * Never fails.
   */
  async areOpenSource(): Promise<boolean> {
    return this.plane.isOpenSource();
  }

  /** `POST /sandboxes` (section 2.2); see `ControlPlane.create`. */
  async create(request: CreateSandboxRequest, signal: AbortSignal): Promise<CreateOutcome> {
    return this.plane.create('/sandboxes', await this.bodyOf(request), signal);
  }

  /** The request of `create` as a command for a POSIX shell, with a variable in place of the key. */
  async curlOfCreate(request: CreateSandboxRequest): Promise<string> {
    return curlOf('POST', this.plane.address('/sandboxes'), await this.bodyOf(request));
  }

  /** The request of an action as a command for a POSIX shell, like `curlOfCreate`; one copy, and a snapshot of the usual type. */
  curlOf(verb: 'suspend' | 'resume' | 'terminate' | 'snapshot' | 'copy', id: string): string {
    const address = this.plane.address(sandboxPath(id));
    return verb === 'terminate' ? curlOf('DELETE', address) : curlOf('POST', `${address}/${verb}`);
  }

  /** `PATCH /sandboxes/{id}` (section 2.6). */
  async update(id: string, patch: SandboxPatch, signal: AbortSignal): Promise<Sandbox> {
    const body = updateBody(patch);
    const answer = await this.plane.json({ method: 'PATCH', path: sandboxPath(id), body, signal });
    return aboutId(await this.read(answer), id, 'sandbox');
  }

  /**
   * `POST /sandboxes/{id}/file_systems` (section 2.13). It finishes later; the answer shows the target state already.
   * Never repeated once it may have arrived: a second one is refused because of the first.
   */
  async attachFileSystem(id: string, mount: FileSystemMount, signal: AbortSignal): Promise<Sandbox> {
    return this.changeMounts('POST', id, mountBody(mount), signal);
  }

  /** `DELETE /sandboxes/{id}/file_systems` (section 2.13); like attach, with the path that identifies the mount. */
  async detachFileSystem(id: string, mountPath: string, signal: AbortSignal): Promise<Sandbox> {
    return this.changeMounts('DELETE', id, { mount_path: mountPath }, signal);
  }

  /** `DELETE /sandboxes/{id}` (section 2.7). Final. `gone` for an unknown one. The answer proves nothing; see `followMove`. */
  async terminate(id: string, signal: AbortSignal): Promise<'terminated' | 'gone'> {
    const path = sandboxPath(id);
    const response = await this.plane.send({ method: 'DELETE', path, signal, accepts: isUnknown });
    return isUnknown(response) ? 'gone' : 'terminated';
  }

  /** `POST /sandboxes/{id}/suspend` (section 2.8); `already` for a 200, which proves nothing; see `followMove`. */
  async suspend(id: string, signal: AbortSignal): Promise<'started' | 'already'> {
    return this.transition(id, 'suspend', signal);
  }

  /** `POST /sandboxes/{id}/resume` (section 2.8); like `suspend`. */
  async resume(id: string, signal: AbortSignal): Promise<'started' | 'already'> {
    return this.transition(id, 'resume', signal);
  }

  /**
   * `POST /sandboxes/{id}/copy` (section 2.9): live copies of a running sandbox, some of which may have failed.
   *
   * @param times how many, at least 1
   */
  async copy(id: string, times: number, signal: AbortSignal): Promise<CopyOutcome> {
    const query = new URLSearchParams({ times: String(times) }).toString();
    const path = `${sandboxPath(id)}/copy`;
    const { text } = await this.plane.blocking({ method: 'POST', path, query, signal }, isCopyAnswer);
    return readCopyOutcome(await parseAnswer(text));
  }

  /** One page of `GET /archived-sandboxes` (section 2.11); kind `schema` when none of its entries can be read. */
  async listArchived(query: Omit<PageQuery, 'runningOnly'>, signal: AbortSignal): Promise<SandboxPage> {
    const path = '/archived-sandboxes';
    const { text } = await this.plane.send({ method: 'GET', path, query: pageQuery(query), signal });
    const page = await readSandboxPage(text);
    refuseUnreadable(page.sandboxes.length, page.badRows);
    return page;
  }

  /** `GET /archived-sandboxes/{id}` (section 2.11); `notFound` for an unknown one and one aged out. */
  async getArchived(id: string, signal: AbortSignal): Promise<Sandbox> {
    const path = `/archived-sandboxes/${segment(id)}`;
    return aboutId(readSandbox(await this.plane.json({ method: 'GET', path, signal })), id, 'sandbox');
  }

  /** What `create` sends, which depends on the server. */
  private async bodyOf(request: CreateSandboxRequest): Promise<Record<string, unknown>> {
    const body = createBody(request);
    // Nothing else depends on it, and most creates need no such question.
    const { snapshotId, resources } = request;
    const matters = snapshotId !== undefined || resources?.diskMb !== undefined;
    return matters && (await this.plane.isOpenSource()) ? openSourceBody(request, body) : body;
  }

  private async changeMounts(
    method: 'POST' | 'DELETE',
    id: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Sandbox> {
    const path = `${sandboxPath(id)}/file_systems`;
    const answer = await this.plane.json({ method, path, body, signal, isIdempotent: false });
    return aboutId(await this.read(answer), id, 'sandbox');
  }

  private async transition(id: string, verb: 'suspend' | 'resume', signal: AbortSignal) {
    const { status } = await this.plane.send({ method: 'POST', path: `${sandboxPath(id)}/${verb}`, signal });
    return status === 200 ? 'already' : 'started';
  }
}

async function readSandboxPage(text: string): Promise<SandboxPage> {
  const { rows, nextCursor, isTruncated } = readPage(await parseAnswer(text, mostParsed), 'sandboxes');
  const { isCut, ...read } = await readSandboxRows(rows);
  return {
    ...read,
    characters: text.length,
    ...(isCut && { isCut }),
    ...(isTruncated && { isTruncated }),
    ...(nextCursor && { nextCursor }),
  };
}

/** The variable of the official tools, which holds the key so that no command line does (API reference section 1.3). */
const keyVariable = 'TENSORLAKE_API_KEY';

function curlOf(method: 'POST' | 'DELETE', url: string, body?: unknown): string {
  return [
    `curl -sS -X ${method} ${quoteShellWord(url)}`,
    `-H "Authorization: Bearer $${keyVariable}"`,
    // Unlike --data, --data-raw does not read a file for a leading @.
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `--data-raw ${quoteShellWord(JSON.stringify(body))}`]),
  ].join(' \\\n  ');
}
