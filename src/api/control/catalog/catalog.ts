import type { ApiClient } from '../../http/client';
import type { CredentialSource } from '../../http/credential';
import { parseAnswer } from '../../http/bodies/longJson';
import type { KeyIdentity } from '../account/accounts';
import { isJsonObject, textOf } from '../../../core/kernel/formats/json';
import { listBounds } from '../../../core/kernel/listBounds';
import { type Listed, refuseUnreadable } from '../../../core/list/listStatus';
import { readPage } from '../pages';

/** A registered image (API reference section 2.17). */
export interface RegisteredImage {
  readonly id?: string;
  /** What `image` of a create takes. */
  readonly name: string;
}

/** A registered file system (API reference section 2.20). */
export interface RegisteredFileSystem {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly region?: string;
  readonly status?: string;
}

const platform = '/platform/v1';
const pageSize = 100;

/** The project that the catalog belongs to. */
export interface CatalogOwner {
  /** The scope of a token names the project; an API key belongs to one. */
  readonly credential: CredentialSource;
  /** Asks which project an API key belongs to (API reference section 1.5): once, and again after a failure. */
  readonly introspect: (signal: AbortSignal) => Promise<KeyIdentity | undefined>;
}

/**
 * What sandboxes of a project can use, read when the user is about to pick from it. A list that the server does not
 * know (404) is empty. All methods reject with ApiError.
 */
export class Catalog {
  private identityOnce: Promise<KeyIdentity | undefined> | undefined;

  constructor(
    private readonly client: ApiClient,
    private readonly owner: CatalogOwner,
  ) {}

  /** `GET …/sandbox-templates` (section 2.17): registered images, without the managed ones. */
  async images(signal: AbortSignal): Promise<Listed<RegisteredImage>> {
    return await this.list(`${await this.place()}/sandbox-templates`, signal, row => {
      const name = textOf(row, 'name');
      return name === undefined ? undefined : { name, id: textOf(row, 'id') };
    });
  }

  /** `GET …/secrets` (section 2.18): the names only, values are never returned. */
  async secretNames(signal: AbortSignal): Promise<Listed<string>> {
    return await this.list(`${await this.place()}/secrets`, signal, row => textOf(row, 'name'));
  }

  /** `GET …/file-systems` (section 2.20), which has no separate path for API keys. */
  async fileSystems(signal: AbortSignal): Promise<Listed<RegisteredFileSystem>> {
    const place = (await this.scopedPlace()) ?? projectPlace(await this.identity(signal));
    if (place === undefined) return { entries: [], isCut: false };
    return await this.list(`${place}/file-systems`, signal, row => {
      const id = textOf(row, 'id');
      return id === undefined
        ? undefined
        : {
            id,
            name: textOf(row, 'name'),
            description: textOf(row, 'description'),
            region: textOf(row, 'region'),
            status: textOf(row, 'status'),
          };
    });
  }

  /** The path of lists: below the project for a token, at the top for an API key. */
  private async place(): Promise<string> {
    return (await this.scopedPlace()) ?? platform;
  }

  private async scopedPlace(): Promise<string | undefined> {
    const credential = await this.owner.credential();
    return typeof credential === 'object' ? projectPlace(credential) : undefined;
  }

  private async identity(signal: AbortSignal): Promise<KeyIdentity | undefined> {
    this.identityOnce ??= this.owner.introspect(signal);
    try {
      return await this.identityOnce;
    } catch (error) {
      this.identityOnce = undefined;
      throw error;
    }
  }

  /**
   * Follows pages, as far as there is enough to pick from: a user with more entries types the name. Entries that cannot be read are left out, as nobody could pick them, and counted; when there are no others, the
   * list could not be read.
   */
  private async list<T>(
    path: string,
    signal: AbortSignal,
    read: (row: Readonly<Record<string, unknown>>) => T | undefined,
  ): Promise<Listed<T>> {
    const found: T[] = [];
    let entries = 0;
    const seen = new Set<string>();
    let isCut = false;
    let query: string | undefined = `pageSize=${pageSize}`;
    for (
      let pages = 0;
      query !== undefined && pages < listBounds.catalogPages && !seen.has(query);
      pages += 1
    ) {
      seen.add(query);
      const response = await this.client.send({
        method: 'GET',
        path,
        query,
        signal,
        isIdempotent: true,
        accepts: ({ status }) => status === 404,
      });
      if (response.status === 404) return { entries: found, isCut: pages > 0 };
      const { rows, nextCursor, isTruncated } = readPage(
        await parseAnswer(response.text, listBounds.catalogEntries + 1),
        'items',
      );
      entries += rows.length;
      for (const row of rows) {
        const entry = isJsonObject(row) ? read(row) : undefined;
        if (entry !== undefined) found.push(entry);
      }
      isCut = isTruncated;
      query = nextCursor;
      if (found.length >= listBounds.catalogEntries) break;
    }
    const badRows = entries - found.length;
    refuseUnreadable(found.length, badRows);
    const most = listBounds.catalogEntries;
    // A page that is named and was not read holds more of them.
    return {
      entries: found.slice(0, most),
      isCut: isCut || query !== undefined || found.length > most,
      ...(badRows > 0 && { badRows }),
    };
  }
}

function projectPlace(
  owner: { readonly organizationId?: string; readonly projectId?: string } | undefined,
): string | undefined {
  const { organizationId, projectId } = owner ?? {};
  if (organizationId === undefined || projectId === undefined) return undefined;
  return `${platform}/organizations/${encodeURIComponent(organizationId)}/projects/${encodeURIComponent(projectId)}`;
}
