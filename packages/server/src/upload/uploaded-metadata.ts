import { isIP } from 'node:net';
import { urlWithoutToken } from '../auth/request-url.ts';
import type { SessionOrigin } from '../session/origin.ts';

/** Characters of a text. */
const MAX_TEXT_LENGTH = 8192;
/** The client and proxies. */
const MAX_ADDRESSES = 16;
const DAY_MS = 86_400_000;

/** What is taken over of the metadata of an uploaded dump; all else is said by who receives it. */
export type UploadedMetadata = Pick<
  SessionOrigin,
  'url' | 'origin' | 'userAgent' | 'remoteAddresses' | 'clientProtocol'
> & {
  readonly startTime: number | undefined;
};

/**
 * Reads the second line of an uploaded dump. It may have been written by anybody: what has not the type it should have is left out, what
 * is unknown too. Still raw. `undefined` when it is no metadata.
 */
export function uploadedMetadata(line: Uint8Array): UploadedMetadata | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  // Only programs of the current format ever left the number out.
  if (given['fileFormat'] !== undefined && given['fileFormat'] !== 3) return undefined;
  const addresses = Array.isArray(given['remoteAddresses']) ? (given['remoteAddresses'] as unknown[]) : [];
  const { startTime } = given;
  const isTime = typeof startTime === 'number' && startTime >= 0 && startTime < Date.now() + DAY_MS;
  return {
    url: urlWithoutToken(textOf(given['url']) ?? '/'),
    origin: textOf(given['origin']),
    userAgent: textOf(given['userAgent']),
    remoteAddresses: addresses.filter(isAddress).slice(0, MAX_ADDRESSES),
    clientProtocol: textOf(given['clientProtocol']),
    startTime: isTime ? startTime : undefined,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_TEXT_LENGTH ? value : null;
}

/** Also one that was masked already. */
function isAddress(value: unknown): value is string {
  return typeof value === 'string' && (isIP(value) !== 0 || /^[\da-fx.:]{3,45}$/i.test(value));
}
