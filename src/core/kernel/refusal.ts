import { ApiError } from './errors';

/** How servers of different age put it that they do not know a member or a method. */
const unknownWords =
  /\bunknown (?:field|key|propert|member|parameter)|\bunrecogni[sz]ed\b|\bunexpected (?:field|key|propert|member)|\bnot (?:supported|implemented|available)\b|\bunsupported\b|\bmethod not allowed\b|\bdoes not support\b|\badditional propert/i;

/** Whether a server refused because it does not have the feature asked for, rather than because of what was asked. */
export function isUnknownFeature(error: unknown): boolean {
  if (!ApiError.is(error)) return false;
  if (error.status === 405 || error.status === 501) return true;
  return (error.status === 400 || error.status === 422) && unknownWords.test(error.message);
}
