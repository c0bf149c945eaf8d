/**
 * URLs that are names of technologies, not of pages: header extensions (RFC 8285), XML namespaces, specifications that
 * error messages refer to. All of them can be read by anyone and are the same for every user.
 */

/** Hosts that publish specifications; any path of them is a document. */
const SPECIFICATION_HOSTS = new Set(
  (
    'www.webrtc.org webrtc.org webrtc.github.io www.ietf.org ietf.org tools.ietf.org datatracker.ietf.org ' +
    'www.rfc-editor.org www.w3.org w3.org w3c.github.io aomediacodec.github.io whatwg.org html.spec.whatwg.org ' +
    'www.iana.org schemas.xmlsoap.org etherx.jabber.org jabber.org'
  ).split(' '),
);
/** Hosts of vendors: only these folders have names of extensions and protocols. */
const VENDOR_FOLDERS: readonly (readonly [host: string, folder: RegExp])[] = [
  ['skype.com', /^\/experiments\/rtp-hdrext\//],
  ['jitsi.org', /^\/(?:protocols?|ns|xmlns|jitmeet|jitsi-meet|rayo|xmpp|extensions?)(?:\/|$)/],
  ['igniterealtime.org', /^\/protocols?\//],
  ['www.google.com', /^\/(?:talk|rtp)\//],
];
/** No names have characters beyond these, and no query. */
const PLAIN = /^\/?[\w./-]{0,200}(?:#[\w.:-]{0,100})?$/;
/** A header extension in a session description: its URI is chosen by the browser or the server. */
const EXTENSION = /a=extmap:\d{1,5}(?:\/[a-z]{1,16})? $/;

/**
 * Whether the URL at `start` names a technology.
 *
 * @param authority host and port, without user information
 * @param rest path and fragment
 */
export function isTechnicalUrl(text: string, start: number, authority: string, rest: string): boolean {
  if (!PLAIN.test(rest) || authority.includes('@')) return false;
  const host = authority.toLowerCase();
  if (SPECIFICATION_HOSTS.has(host)) return true;
  if (VENDOR_FOLDERS.some(([vendor, folder]) => vendor === host && folder.test(rest))) return true;
  return EXTENSION.test(text.slice(Math.max(0, start - 40), start));
}
