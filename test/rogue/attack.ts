import type { Reply } from './server/reply';
import type { RogueRequest } from './server/request';

/** What a user does while the server attacks. */
export type Deed =
  | 'refresh'
  | 'terminal'
  | 'run'
  | 'listFolder'
  | 'readFile'
  | 'downloadFile'
  | 'downloadFolder'
  | 'processes'
  | 'logs'
  | 'details'
  | 'rawJson';

/** Something that a server does to the client. */
export interface Attack {
  readonly name: string;
  /** In a sentence that follows "the server". */
  readonly what: string;
  readonly deed: Deed;
  /** Whether it goes on after the deed is done. */
  readonly isLasting?: true;
  /**
   * Whether it fills a terminal. How fast the window draws that is not ours: a program on this machine that prints without
   * end is what it is compared with.
   */
  readonly prints?: true;
  /** How many rows it has that are let in. They take memory of their own, which is measured apart. */
  readonly rowsLetIn?: number;
  /** How many requests it may meet where these are the pages of one listing, which count as one. */
  readonly mostPages?: number;
  /** Beginning of the requests that it meets, such as `GET /sandboxes`; all others are answered honestly. */
  readonly meets: RegExp;
  /** @param count how many such requests there were before, since the attack began */
  answer(request: RogueRequest, reply: Reply, count: number): void | Promise<void>;
}
