import { isIP } from 'node:net';
import { urlWithoutToken } from '../auth/request-url.ts';
import type { SessionOrigin } from '../session/origin.ts';
import { MIN_CALL_TIME } from './call-clock.ts';

/** Characters per text. */
const MAX_TEXT_LENGTH = 8192;
/** Addresses of the client and of proxies. */
const MAX_ADDRESSES = 16;
const DAY_MS = 86_400_000;

/** The part of the metadata of an uploaded dump that is used; the gateway determines the rest itself. */
export type UploadedMetadata = Pick<
  SessionOrigin,
  'url' | 'origin' | 'userAgent' | 'remoteAddresses' | 'clientProtocol'
> & {
  readonly startTime: number | undefined;
};

/** A recording has no metadata. */
export const NO_METADATA: UploadedMetadata = {
  url: '/',
  origin: null,
  userAgent: null,
  remoteAddresses: [],
  clientProtocol: null,
  startTime: undefined,
};

/**
 * Reads the second line of an uploaded dump. It is untrusted, so fields with a wrong type and unknown fields are
 * dropped. The result is not anonymized. `undefined` when the line is not metadata of file format 3.
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
  // Only programs that write the current format omit the number.
  if (given['fileFormat'] !== undefined && given['fileFormat'] !== 3) return undefined;
  const addresses = Array.isArray(given['remoteAddresses']) ? (given['remoteAddresses'] as unknown[]) : [];
  const { startTime } = given;
  const isTime = typeof startTime === 'number' && startTime >= MIN_CALL_TIME && startTime < Date.now() + DAY_MS;
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

/** Accepts addresses that are already masked. */
function isAddress(value: unknown): value is string {
  return typeof value === 'string' && (isIP(value) !== 0 || /^[\da-fx.:]{3,45}$/i.test(value));
}
