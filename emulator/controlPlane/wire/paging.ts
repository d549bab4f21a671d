import { z } from 'zod';
import { badRequest } from '../../http/reply';
import type { Keyed } from '../../model/collection';

const place = z.tuple([z.number(), z.string()]);

/** A position in a sorted list as an opaque token, which stays valid when its item is deleted. */
export function encodePlace({ createdAtMs, id }: Keyed): string {
  return Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64');
}

/** @throws HttpError 400 that names the `field`, for a token that is not from this server */
export function decodePlace(token: string, field: string): Keyed {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    const [createdAtMs, id] = place.parse(decoded);
    return { createdAtMs, id };
  } catch {
    throw badRequest(`${field}: not a token of this server`);
  }
}
