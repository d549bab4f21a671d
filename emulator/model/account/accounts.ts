import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../kernel/clock';
import type { SshKeyRecord, TokenRecord } from '../../records/catalog';
import type { Ledger } from '../../records/ledger';
import { Collection } from '../collection';
import type { Credential } from './credentials';

/** The one organization there is. */
export const organization = { id: 'org_emulator', name: 'Emulator' } as const;

/** A person with personal access tokens; a member of the organization and so of all its projects. */
export class User {
  readonly sshKeys = new Collection<SshKeyRecord>();

  constructor(readonly id: string) {}
}

/** The users and their tokens (API reference section 1.2). */
export class Accounts {
  private readonly users = new Map<string, User>();
  private readonly byToken = new Map<string, User>();
  private readonly first: User;

  constructor(
    pats: readonly Credential[],
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {
    // Without any token there is still the user that a login needs.
    this.first = this.addUser(pats[0]?.identity ?? 'tl_pat_nobody');
    for (const { secret, identity } of pats) this.byToken.set(secret, this.addUser(identity));
  }

  userOf(token: string): User | undefined {
    return this.byToken.get(token);
  }

  userById(id: string): User | undefined {
    return this.users.get(id);
  }

  /** A new token of the first user, who stands for everybody who approves a login on this machine. */
  issueToken(): string {
    const token = `tl_pat_${randomBytes(18).toString('base64url')}`;
    const record = { id: token, userId: this.first.id, createdAtMs: this.clock.now() };
    this.restoreToken(record);
    this.ledger.save('token', record);
    return token;
  }

  restoreToken({ id, userId }: TokenRecord): void {
    this.byToken.set(id, this.users.get(userId) ?? this.first);
  }

  /** The id is derived from the identity, so that it is the same after a restart, and does not reveal a token. */
  private addUser(identity: string): User {
    const id = `user_${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
    const user = this.users.get(id) ?? new User(id);
    this.users.set(id, user);
    return user;
  }
}
