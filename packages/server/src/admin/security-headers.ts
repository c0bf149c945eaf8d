import type { IncomingMessage } from 'node:http';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { FastifyReply } from 'fastify';
import { publicHost } from './public-url.ts';

/** Headers of every response, including errors. Pages of the console add `pageHeaders`. */
export const SECURITY_HEADERS: FastifyHelmetOptions = {
  contentSecurityPolicy: false,
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
  // The listener itself has no TLS. A proxy with TLS decides for its host name, which other services may share.
  strictTransportSecurity: false,
};

/** Helmet does not know this header. */
export function restrictFeatures(reply: FastifyReply): void {
  reply.header('permissions-policy', 'camera=(self), microphone=(self), geolocation=()');
}

/**
 * Headers of the console's pages: a page may load and call nothing but this gateway (CSP 3).
 *
 * @param publicPort the port of the public listener, once it is known: the page that makes a test call connects to it
 */
export function pageHeaders(publicPort: () => number | undefined): FastifyHelmetOptions {
  const connect = ({ headers }: Pick<IncomingMessage, 'headers'>): string => {
    const host = publicHost(headers.host);
    const port = publicPort();
    return host === undefined || port === undefined ? "'self'" : `'self' ws://${host}:${port}`;
  };
  const directives = {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    mediaSrc: ["'self'", 'blob:'],
    connectSrc: [connect],
    workerSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  };
  return { contentSecurityPolicy: { useDefaults: false, directives } };
}
